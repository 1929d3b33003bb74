"""Sound as such: reading files of every kind, hearing where somebody speaks, cutting.

It runs in a process of its own (`python -m backend.recordings.sound`), so that no file can take
the service down with it, and knows nothing of the service.
"""
