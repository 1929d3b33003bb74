"""Finding again what was said: passages of calls, searched by their words."""
