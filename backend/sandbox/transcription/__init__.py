"""Simulated providers of transcription, and the speech that they understand."""
