"""Being told when a number is not what it should be."""
