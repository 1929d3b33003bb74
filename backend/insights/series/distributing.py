"""How the values of a metric or a field are spread, and which calls are behind each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.metrics.fields import find_fields
from backend.insights.metrics.reading import Stretch, Wanted
from backend.insights.metrics.sampling import OTHER, Sample, read_categories, read_numbers
from backend.insights.metrics.schemas import Interval
from backend.insights.series.behind import calls_of
from backend.insights.series.bins import Bin, bins_of
from backend.insights.series.schemas import (
    DistributionPart,
    DistributionQuery,
    DistributionRead,
    Quartiles,
)
from backend.insights.series.service import stretch_of
from backend.platform.statistics.intervals import median, median_interval, quantile, wilson

_DURATION = "duration_ms"
_YES, _NO = 100.0, 0.0
_SAID = {"true": "yes", "false": "no"}


async def read_distribution(
    session: AsyncSession, wanted: Wanted, query: DistributionQuery
) -> DistributionRead:
    """Read the values in the stretch that is asked for; of a field with choices, how often each."""
    stretch = stretch_of(query)
    for each in await find_fields(session, wanted.org_id, wanted.agent_id):
        if each.name == query.field and each.choices:
            # What is one of the choices is no secret of anybody.
            counted = await read_categories(
                session, replace(wanted, with_originals=True), stretch, each.choices
            )
            return _read(query, stretch, Sample(), _values(query, stretch, counted))
    sample = await read_numbers(session, wanted, stretch)
    if sample.is_share:
        yes_or_no = Counter({"true": sample.numbers[_YES], "false": sample.numbers[_NO]})
        parts = _values(query, stretch, yes_or_no)
        said = [part.model_copy(update={"label": _SAID[part.label]}) for part in parts]
        return _read(query, stretch, Sample(), said)
    bins = bins_of(sample.numbers, is_time=query.metric == _DURATION)
    parts = [_bin(query, stretch, each, sample.n) for each in bins]
    return _read(query, stretch, sample, parts)


def _read(
    query: DistributionQuery, stretch: Stretch, sample: Sample, parts: list[DistributionPart]
) -> DistributionRead:
    low, high = (quantile(sample.numbers, share) for share in (0.25, 0.75))
    return DistributionRead(
        metric=query.asked_metric,
        n=sum(part.n for part in parts),
        since=stretch.since,
        until=stretch.until,
        median=median(sample.numbers),
        median_interval=Interval.of(median_interval(sample.numbers)),
        quartiles=None if low is None or high is None else Quartiles(low=low, high=high),
        parts=parts,
    )


def _values(
    query: DistributionQuery, stretch: Stretch, counted: Counter[str]
) -> list[DistributionPart]:
    total = counted.total()
    return [
        _part(n, total, label=value, calls=_with_value(query, stretch, value))
        for value, n in counted.most_common()
        if n
    ]


def _with_value(query: DistributionQuery, stretch: Stretch, value: str) -> dict[str, Any] | None:
    if query.field is None or value in {"", OTHER}:
        return None
    return calls_of(query, stretch, {"field": f"{query.field}:{value}"})


def _bin(query: DistributionQuery, stretch: Stretch, each: Bin, total: int) -> DistributionPart:
    label = f"{each.low:g} and more" if each.high is None else f"{each.low:g} to {each.high:g}"
    calls = None
    if query.metric == _DURATION:
        high = None if each.high is None else int(each.high) - 1
        ends: Mapping[str, Any] = {"min_duration_ms": int(each.low), "max_duration_ms": high}
        calls = calls_of(query, stretch, {"status": "ended"} | dict(ends))
    return _part(each.n, total, label=label, low=each.low, high=each.high, calls=calls)


def _part(n: int, total: int, **about: Any) -> DistributionPart:
    return DistributionPart(
        **about,
        n=n,
        percent=100 * n / total if total else 0.0,
        interval=Interval.of(wilson(n, total), times=100),
    )
