"""How sure numbers are, and whether two samples differ. Pure, by the standard library alone."""
