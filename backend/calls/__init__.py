"""Calls: triggering, dialling, and the life of a call until it is final."""
