"""The Retell inbox: verify, store, acknowledge, apply."""
