"""Server-sent events over the event log."""
