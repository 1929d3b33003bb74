"""A policy tried on past calls before it is published: what would move."""
