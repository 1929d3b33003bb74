"""Retell and language models: the only importers of vendor SDKs."""
