"""Recordings: a file becomes a call, with what was said, by whom, and when."""
