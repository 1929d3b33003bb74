"""Organisations, users and sessions: who is asking, and for which company."""
