"""What a record schema may say: the subset of JSON Schema, and records as Python classes."""
