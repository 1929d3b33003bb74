"""What each metric is of: a sample for each call, record, evaluation or event that counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from backend.agents.redacting import redacts

FIELD = "field:"
FILLED = "filled:"


class MetricKind(StrEnum):
    """How samples come to one number."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    # The mean of samples that are 100 or 0.
    SHARE = "share"


@dataclass(frozen=True)
class Metric:
    """A sample is `number` in SQL, of the rows of `source`; null is no sample.

    `is_share` says in SQL whether a sample is one of yes or no, written as 100 and 0.
    """

    kind: MetricKind
    source: str
    number: str
    condition: str = "true"
    # What has to be so of a field's value besides.
    of_value: str = "true"
    is_share: str = "false"
    # A sample's category in SQL, where it has one: the empty text is a field without a value.
    category: str = "cast(null as text)"
    # When it was, and whose: columns of the source.
    at: str = "c.created_at"
    agent_id: str = "c.agent_id"
    org_id: str = "c.org_id"
    # The field of records that it is of, and the one of its values that counts.
    field: str | None = None
    choice: str | None = None

    @property
    def rows(self) -> str:
        """What the samples are of in SQL: of a field, with its value as `f.value`."""
        return self.source if self.field is None else self.source + _ONE_FIELD

    @property
    def asked(self) -> dict[str, str]:
        """What a statement with `rows` and `number` is to be given."""
        asked = {"field": self.field, "choice": self.choice}
        return {name: value for name, value in asked.items() if value is not None}

    @property
    def is_of_events(self) -> bool:
        """Whether it is read from the event log, which is not kept for ever."""
        return self.source == _HAPPENED

    @property
    def is_of_policies(self) -> bool:
        """Whether it is of evaluations: by policies that were there when the call was over."""
        return self.source == _JUDGED

    @property
    def compared(self) -> "Metric":
        """The same for comparing calls of now with those of before: see `_COMPARED`."""
        return replace(self, source=_COMPARED.get(self.source, self.source))

    @property
    def is_of_nothing(self) -> bool:
        """Whether nothing at all is a number of it too."""
        return self.kind is MetricKind.COUNT


_CALLS = "calls c"
_MADE = "calls c join records r on r.call_id = c.id and r.is_current"
_JUDGED = "calls c join evaluations e on e.call_id = c.id and e.is_current"
# What a comparison reads instead. Records are as they were first made: those of a week ago have
# been reviewed, corrected and approved, and those of today have not. A call that several policies
# judge is one sample: what is true of its evaluations hangs together.
_COMPARED = {
    _MADE: """calls c join records r on r.call_id = c.id and r.revision = (
        select min(made.revision) from records made
        where made.call_id = c.id and made.status <> 'pending'
    )""",
    _JUDGED: """calls c join lateral (
        select avg(score) as score, bool_and(passed) filter (where score is not null) as passed
        from evaluations where call_id = c.id and is_current
    ) e on e.score is not null""",
}
_HAPPENED = "events h left join calls c on c.id = h.call_id"
_IS_MADE = "r.status in ('valid', 'corrected', 'needs_review', 'failed')"
_IS_GOOD = "r.status in ('valid', 'corrected')"


def _share(source: str, of: str, condition: str = "true") -> Metric:
    return Metric(
        MetricKind.SHARE,
        source,
        f"case when {of} then 100.0 else 0.0 end",
        condition,
        is_share="true",
    )


def _happened(name: str) -> Metric:
    return Metric(
        *(MetricKind.COUNT, _HAPPENED, "1.0", f"h.name = '{name}'"),
        at="h.at",
        agent_id="h.agent_id",
        org_id="h.org_id",
    )


METRICS: Mapping[str, Metric] = {
    "calls": Metric(MetricKind.COUNT, _CALLS, "1.0"),
    "answered_by_people_percent": _share(
        _CALLS,
        "c.answered_by = 'human'",
        "c.source = 'outbound' and c.status in ('ended', 'not_connected', 'failed')",
    ),
    "duration_ms": Metric(MetricKind.MEAN, _CALLS, "c.duration_ms", "c.status = 'ended'"),
    "cost_cents": Metric(
        MetricKind.SUM, _CALLS, "cast(c.known #>> '{cost,1,combined_cents}' as float8)"
    ),
    "valid_percent": _share(_MADE, _IS_GOOD, _IS_MADE),
    "review_percent": _share(_MADE, "r.status = 'needs_review'", _IS_MADE),
    "score": Metric(MetricKind.MEAN, _JUDGED, "e.score"),
    "passed_percent": _share(_JUDGED, "e.passed", "e.score is not null and e.passed is not null"),
    "webhooks_missed": _happened("call.repaired"),
    "deliveries_dead": _happened("delivery.died"),
}
_ONE_FIELD = " cross join lateral (select r.data -> cast(:field as text) as value) as f"
_TEXT = "(f.value #>> '{}')"
_TYPE = "json_typeof(f.value)"
_IS_MASKED = redacts("c.agent_id", "c.agent_version")
# A number counts as it is, unless its square would leave what can be reckoned with; what is true or
# false, as 100 or 0.
_NUMBER = f"round(cast({_TEXT} as numeric), 30)"
_FIELD = f"""
    case {_TYPE}
        when 'number' then case when abs({_NUMBER}) < 1e100 then cast({_NUMBER} as float8) end
        when 'boolean' then case {_TEXT} when 'true' then 100.0 else 0.0 end
    end
"""
_CHOICE = f"""
    case when {_TYPE} in ('string', 'number') then
        case {_TEXT} when cast(:choice as text) then 100.0 else 0.0 end
    end
"""
_FILLED = f"""
    case when f.value is null then null
         when {_TYPE} = 'null' or {_TEXT} in ('', '[]') then 0.0 else 100.0 end
"""
_CATEGORY = f"""
    case when f.value is null then null when {_TYPE} = 'null' then ''
         when {_TYPE} in ('string', 'number', 'boolean') then {_TEXT} end
"""


def metric_of(name: str, *, with_originals: bool = True) -> Metric:
    """Find a metric by its name, which is one of `METRICS`, or about a field of records.

    `field:boxes` is of its values, `field:status=late` of how many have this one, and
    `filled:boxes` of how many have any. Without originals, values that may be masked count for
    nothing: a mean of one would tell it.
    """
    if name in METRICS:
        return METRICS[name]
    if name.startswith(FILLED):
        return _of_field(name.removeprefix(FILLED), MetricKind.SHARE, _FILLED)
    field, has_choice, choice = name.removeprefix(FIELD).partition("=")
    masked = "true" if with_originals else f"({_TYPE} = 'boolean' or not {_IS_MASKED})"
    if has_choice:
        return _of_field(field, MetricKind.SHARE, _CHOICE, masked, choice=choice)
    return _of_field(field, MetricKind.MEAN, _FIELD, masked)


def _of_field(
    field: str, kind: MetricKind, number: str, of_value: str = "true", choice: str | None = None
) -> Metric:
    return Metric(
        *(kind, _MADE, number, _IS_GOOD, of_value),
        is_share="true" if kind is MetricKind.SHARE else f"{_TYPE} = 'boolean'",
        category=_CATEGORY,
        field=field,
        choice=choice,
    )
