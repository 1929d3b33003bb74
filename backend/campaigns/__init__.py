"""Campaigns: lists of contacts, worked through by policy."""
