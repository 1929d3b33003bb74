"""The one source of the current time: the database's, since all processes share what is in it.

A host whose clock is a day ahead would stop dialling for a day, and put what it writes out of the
others' sight. So each process compares its clock with the database's as it connects.
"""

from datetime import UTC, datetime, timedelta

# What an answer takes, and what clocks that are looked after differ by: not worth a jump.
_SAME = timedelta(seconds=1)


class _Difference:
    """How far the database's clock is ahead of this host's; negative when it is behind."""

    length = timedelta(0)


def now() -> datetime:
    """Return the current instant, in UTC."""
    return local() + _Difference.length


def local() -> datetime:
    """Return the instant by this host's own clock."""
    return datetime.now(UTC)


def follow(asked_at: datetime, told: datetime, answered_at: datetime) -> timedelta | None:
    """Go by another clock from now on. Return by how much, when that is another length than before.

    `told` was read at some moment between the other two, which are of this host's own clock.
    """
    uncertain = (answered_at - asked_at) / 2
    length = told - (asked_at + uncertain)
    if abs(length) <= _SAME + uncertain:
        length = timedelta(0)
    if abs(length - _Difference.length) <= _SAME + uncertain:
        return None
    _Difference.length = length
    return length
