"""Whether a value can be what its quote says: a module of small rules for each kind of value."""
