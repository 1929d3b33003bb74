"""How good calls are in sum: by agent, version, criterion, category and week."""
