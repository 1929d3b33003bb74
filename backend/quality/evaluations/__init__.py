"""Evaluations: how far a call was a good one, one row for each revision."""
