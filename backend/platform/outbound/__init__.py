"""Requests that others chose the address of: signed, and told of in words."""
