"""Finding again what was said, and being told when a number is not what it should be."""
