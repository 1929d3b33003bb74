"""What settings are made of: where they are read from, their groups, and the forms of values."""
