"""The stand-in's method: fill a JSON Schema from a conversation by simple, general rules."""
