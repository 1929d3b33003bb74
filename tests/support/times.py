"""Another time, for rules that depend on it. The database's clock goes on as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from backend.platform import clock


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Stand still at an instant, for all that asks the service's clock."""
    real = clock.now
    clock.now = lambda: instant
    try:
        yield
    finally:
        clock.now = real
