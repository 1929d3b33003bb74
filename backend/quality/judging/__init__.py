"""Asking a model what the criteria say of a call, and believing only what has its evidence."""
