"""Results handed on to customers' systems: signed, in order, retried, logged and replayable."""
