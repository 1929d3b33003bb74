"""Whether a new version of an agent does otherwise than the one before, without being asked."""
