"""An alert's number over the window that ends now, and over those that it is compared with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.alerts.models import Alert
from backend.insights.metrics.reading import Reading, Stretch, Wanted, read_several

_WEEKS = 4
# A mean of fewer weeks is no baseline.
_ENOUGH_WEEKS = 2


@dataclass(frozen=True)
class Seen:
    """The number now, null with too few samples; and its mean of the weeks before, if wanted."""

    value: float | None
    samples: int
    baseline: float | None


async def read(session: AsyncSession, alert: Alert, now: datetime) -> Seen:
    """Read an alert's number, and where it is relative, the same hours of the four weeks before."""
    window = timedelta(minutes=alert.window_minutes)
    weeks = range(_WEEKS + 1 if alert.comparison.is_relative else 1)
    ends = [now - timedelta(weeks=week) for week in weeks]
    wanted = Wanted(alert.org_id, alert.metric, alert.agent_id)
    current, *before = await read_several(
        session, wanted, [Stretch(end - window, end) for end in ends]
    )
    is_enough = wanted.definition.is_of_nothing or _is_enough(alert, current)
    return Seen(
        value=current.value if is_enough else None,
        samples=current.samples,
        baseline=_baseline([each for each in before if _is_enough(alert, each)]),
    )


def _baseline(weeks: list[Reading]) -> float | None:
    values = [each.value for each in weeks if each.value is not None]
    return fmean(values) if len(values) >= _ENOUGH_WEEKS else None


def _is_enough(alert: Alert, reading: Reading) -> bool:
    return reading.samples >= max(1, alert.min_samples)
