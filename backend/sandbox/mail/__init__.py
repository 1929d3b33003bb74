"""A simulated mail server: it keeps what it was sent, for people and tests to read."""
