"""Ringback: a self-hosted service between a company and its voice agents on Retell."""
