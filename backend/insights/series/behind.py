"""Which calls are behind a point: what the list of calls is to be asked for. Pure."""

from collections.abc import Mapping
from typing import Any

from backend.insights.metrics.definitions import FIELD, FILLED
from backend.insights.metrics.reading import Stretch, Tally
from backend.insights.series.calendar import span_of
from backend.insights.series.queries import Group
from backend.insights.series.schemas import Asked, SeriesBy, SeriesQuery
from backend.platform.zones import zone

# Of a share, those that are counted as yes. What is not here, the list cannot tell apart.
_FILTERS: Mapping[str, Mapping[str, str]] = {
    "calls": {},
    "cost_cents": {},  # Those that cost nothing add nothing.
    "duration_ms": {"status": "ended"},
    "answered_by_people_percent": {"source": "outbound", "answered_by": "human"},
    "review_percent": {"record_status": "needs_review"},
}


def calls_behind(
    query: SeriesQuery, stretch: Stretch, tally: Tally, group: Group | None = None
) -> dict[str, Any] | None:
    """Say what the list of calls is to be asked for; None: it cannot tell these calls apart."""
    of_metric = _of_metric(query.metric, tally)
    if of_metric is None:
        return None
    if query.source is not None and of_metric.get("source", query.source) != query.source:
        return None
    if group is None:
        return calls_of(query, stretch, of_metric)
    of_group = _of_group(query, group)
    if of_group is None:
        return None
    span = span_of(query.by, group.key, stretch, zone(query.time_zone))
    return calls_of(query, span, dict(of_metric) | of_group)


def _of_metric(metric: str, tally: Tally) -> Mapping[str, str] | None:
    if metric.startswith(FILLED) or not metric.startswith(FIELD):
        return _FILTERS.get(metric)
    field, _, choice = metric.removeprefix(FIELD).partition("=")
    if not choice and 0 < tally.n == tally.shares:
        choice = "true"
    # A filter is of one line.
    return {"field": f"{field}:{choice}"} if choice.isprintable() and choice else None


def _of_group(query: SeriesQuery, group: Group) -> dict[str, Any] | None:
    match query.by:
        case SeriesBy.AGENT:
            return {"agent_id": group.key}
        case SeriesBy.VERSION if group.version is None:
            return None
        case SeriesBy.VERSION:
            return {"agent_id": group.key, "agent_version": group.version}
        case SeriesBy.NUMBER:
            return {"number": group.key}
        case SeriesBy.WEEKDAY | SeriesBy.HOUR:
            return {query.by.value: int(group.key), "time_zone": query.time_zone}
    return {}


def calls_of(query: Asked, span: Stretch, more: Mapping[str, Any]) -> dict[str, Any]:
    """Say what the list of calls is to be asked for, to show those of a stretch that are meant."""
    asked = query.model_dump(include={"agent_id", "agent_version", "number", "source"}, mode="json")
    ends = {"created_after": span.since.isoformat(), "created_before": span.until.isoformat()}
    return {name: value for name, value in (asked | ends | dict(more)).items() if value is not None}
