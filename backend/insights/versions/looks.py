"""When a version's calls are looked at. Pure.

Who looks again and again finds something in the end. So there are five looks, by how many calls of
the version are over and not by what was found, and every p-value is taken five times: whatever the
looks have to do with each other, five of a hundred comparisons without a change err at the most.
"""

from datetime import timedelta

LOOKS = (50, 100, 200, 400, 800)
# Who has not had enough calls by then would be compared with something of another time.
LONGEST = timedelta(days=60)


def reached(calls: int) -> int:
    """Say to how many looks so many calls have come. One that was left out costs nothing."""
    return sum(calls >= look for look in LOOKS)


def next_look(looks: int) -> int | None:
    """Say at how many calls it is looked at next; None: it was looked at for the last time."""
    return LOOKS[looks] if looks < len(LOOKS) else None
