"""Whether an alert is told: pure, so that every situation can be tried.

A number crosses its threshold, comes back, is not there for a while, or nobody looked. One message
is sent when it has been beyond for as long as is wanted, and one when it has been back for as long.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from backend.insights.alerts.models import AlertState, Comparison

# Who did not look for longer than this does not know what was meanwhile.
_LOOKED_AWAY = timedelta(minutes=5)

Message: TypeAlias = Literal["triggered", "resolved"]


@dataclass(frozen=True)
class Standing:
    """How an alert stands; see the columns of `Alert` with these names."""

    state: AlertState = AlertState.QUIET
    turning_since: datetime | None = None
    checked_at: datetime | None = None


def is_beyond(
    comparison: Comparison, threshold: float, value: float, baseline: float | None
) -> bool | None:
    """Say whether a value is what nobody wants; None where there is nothing to compare it with."""
    match comparison:
        case Comparison.ABOVE:
            return value > threshold
        case Comparison.BELOW:
            return value < threshold
        case Comparison.RISES_BY_PERCENT:
            return None if baseline is None else value > baseline * (1 + threshold / 100)
        case Comparison.FALLS_BY_PERCENT:
            return None if baseline is None else value < baseline * (1 - threshold / 100)


def judge(
    standing: Standing, now: datetime, *, beyond: bool | None, hold: timedelta
) -> tuple[Standing, Message | None]:
    """Take in what a check found; None: too little to say anything, which changes nothing."""
    looked_away = standing.checked_at is None or now - standing.checked_at > _LOOKED_AWAY
    turning_since = None if looked_away else standing.turning_since
    seen = replace(standing, checked_at=now)
    is_triggered = standing.state is AlertState.TRIGGERED
    if beyond is None or beyond == is_triggered:
        return replace(seen, turning_since=None), None
    turning_since = turning_since or now
    if now - turning_since < hold:
        return replace(seen, turning_since=turning_since), None
    if is_triggered:
        return replace(seen, state=AlertState.QUIET, turning_since=None), "resolved"
    return replace(seen, state=AlertState.TRIGGERED, turning_since=None), "triggered"
