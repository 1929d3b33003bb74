"""When a delivery that failed is tried again."""

import random
from dataclasses import dataclass
from datetime import timedelta

from backend.platform.outbound.retry_after import LONGEST

DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
_JITTER = 0.1
# Whoever asks to be asked later uses up no step of the schedule, this many times.
_POSTPONED_AT_MOST = 100


@dataclass(frozen=True)
class Retry:
    """When to try again, and how far the schedule is then."""

    after: timedelta
    step: int


def next_retry(step: int, attempts: int, retry_after: timedelta | None = None) -> Retry | None:
    """Say when to try again after the attempt that came at this step. None: no more.

    A receiver's own `Retry-After` is what counts, and leaves the schedule where it is: being at
    its limit for a moment must not make a delivery wait for hours.
    """
    if retry_after is not None and attempts - step <= _POSTPONED_AT_MOST:
        wait = min(max(retry_after, timedelta(seconds=1)), LONGEST)
        # Later than asked for by a little, so that those who wait do not all come back at once.
        return Retry(wait * random.uniform(1, 1 + _JITTER), step)  # noqa: S311 - jitter
    if step >= len(DELAYS):
        return None
    return Retry(DELAYS[step] * random.uniform(1 - _JITTER, 1 + _JITTER), step + 1)  # noqa: S311 - jitter
