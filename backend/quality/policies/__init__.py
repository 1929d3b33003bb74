"""Policies: what a good call is, in drafts and numbered versions, and for which calls."""
