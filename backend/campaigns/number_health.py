"""How well a caller id is answered: numbers that are marked as spam are seen by it first."""

import math
from dataclasses import dataclass

# Both of two shares have to be seen so often before one is said to have dropped.
_ENOUGH = 30
_Z = 1.96


@dataclass(frozen=True)
class NumberTally:
    """How the attempts of one caller id went, in some days."""

    from_number: str
    attempts: int
    answered: int
    screened: int


@dataclass(frozen=True)
class Health:
    """The share answered lately, with the interval that holds it in 95 of 100 cases."""

    from_number: str
    attempts: int
    answered_percent: float | None
    low_percent: float | None
    high_percent: float | None
    before_percent: float | None
    screened_percent: float | None
    has_dropped: bool


def health_of(lately: NumberTally, before: NumberTally | None) -> Health:
    low, high = wilson(lately.answered, lately.attempts)
    earlier = _percent(before.answered, before.attempts) if before else None
    return Health(
        from_number=lately.from_number,
        attempts=lately.attempts,
        answered_percent=_percent(lately.answered, lately.attempts),
        low_percent=low,
        high_percent=high,
        before_percent=earlier,
        screened_percent=_percent(lately.screened, lately.attempts),
        has_dropped=before is not None and _has_dropped(lately, before),
    )


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """Give Wilson's interval of a share, in percent."""
    if not whole:
        return None, None
    share, square = part / whole, _Z * _Z
    middle = share + square / (2 * whole)
    spread = _Z * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    scale = 1 + square / whole
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return round(100 * max(0.0, low), 1), round(100 * min(1.0, high), 1)


def _has_dropped(lately: NumberTally, before: NumberTally) -> bool:
    """Tell whether fewer answer than did: the intervals of the two shares do not meet."""
    if min(lately.attempts, before.attempts) < _ENOUGH:
        return False
    _, high = wilson(lately.answered, lately.attempts)
    low, _ = wilson(before.answered, before.attempts)
    return high is not None and low is not None and high < low
