"""Talking to an agent by chat, before anybody's phone rings."""
