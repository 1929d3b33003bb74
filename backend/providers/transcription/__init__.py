"""Providers of transcription: sound in, words with times out."""
