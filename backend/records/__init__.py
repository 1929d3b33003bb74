"""Typed records extracted from transcripts, every value backed by a quote."""
