"""Example policies to start from, each written from a class."""
