"""Reading what was said: words, numbers as they are spoken, and the language they are in."""
