"""Metrics over time and by what calls have in common, and how their samples are distributed."""
