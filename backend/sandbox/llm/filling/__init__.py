"""A small general filler, for schemas and words that no screenplay knows. No language model."""
