"""Criteria that a rule can tell, without a model and without cost."""
