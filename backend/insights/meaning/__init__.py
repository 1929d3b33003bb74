"""Finding what means the same in other words, by vectors."""
