"""Deepgram's pre-recorded API."""
