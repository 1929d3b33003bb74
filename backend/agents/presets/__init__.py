"""Example agents to start from."""
