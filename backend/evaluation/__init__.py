"""How good records are: golden calls, back-tests, and the measures they are held to."""
