"""Reading metrics: in one number for a stretch of time, or for several at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.metrics.definitions import Metric, MetricKind, metric_of
from backend.platform import pruning


@dataclass(frozen=True)
class Stretch:
    since: datetime
    until: datetime

    def from_when(self, known: datetime | None) -> "Stretch":
        """Give the part of it of which all is known; None: all of it. It may be empty."""
        return (
            self if known is None else Stretch(min(max(self.since, known), self.until), self.until)
        )


@dataclass(frozen=True)
class Wanted:
    """Which metric, of whose calls; None: of all the organisation's."""

    org_id: UUID
    metric: str
    agent_id: UUID | None = None
    agent_version: int | None = None
    # The organisation's own number: that called, or that was called.
    number: str | None = None
    source: str | None = None
    # Of these alone; none: of all. And of calls that began before.
    sources: tuple[str, ...] = ()
    begun_before: datetime | None = None
    with_originals: bool = True
    # Whether calls of now are compared with those of before: see `Metric.compared`.
    is_compared: bool = False

    @property
    def definition(self) -> Metric:
        of = metric_of(self.metric, with_originals=self.with_originals)
        return of.compared if self.is_compared else of


@dataclass(frozen=True)
class Reading:
    """A number, and of how many it is; None where there are none to make it of."""

    value: float | None
    samples: int


@dataclass(frozen=True)
class Tally:
    """Sums of samples, and how many of them are one of yes or no."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    shares: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.n + other.n,
            self.total + other.total,
            self.squares + other.squares,
            self.shares + other.shares,
        )

    def value(self, kind: MetricKind) -> float | None:
        if kind is MetricKind.COUNT:
            return float(self.n)
        if not self.n:
            return None
        return self.total if kind is MetricKind.SUM else self.total / self.n


SUMS = """
    count(number) as n, coalesce(sum(number), 0) as total,
    coalesce(sum(number * number), 0) as squares,
    count(number) filter (where is_share) as shares
"""
BEGUN = "coalesce(c.dialed_at, c.started_at, c.created_at)"
OUR_NUMBER = "case when c.source = 'inbound' then c.to_number else c.from_number end"


def samples_of(
    wanted: Wanted, since: str = ":since", until: str = ":until"
) -> tuple[str, dict[str, Any]]:
    """Write the samples of a metric as a statement in SQL, and what it is to be given.

    The ends of the stretch are given by whoever runs it, or columns.
    """
    of = wanted.definition
    conditions, asked = conditions_of(wanted, since, until)
    statement = f"""
        select {of.at} as at, {of.agent_id} as agent_id, c.agent_version,
            {OUR_NUMBER} as our_number, cast({of.number} as float8) as number,
            {of.is_share} as is_share, {of.category} as category
        from {of.rows} where {conditions} and ({of.condition}) and ({of.of_value})
    """  # noqa: S608 - our own text
    return statement, asked | of.asked


def conditions_of(
    wanted: Wanted, since: str = ":since", until: str = ":until"
) -> tuple[str, dict[str, Any]]:
    """Write whose and of when the rows of a metric's source are, and what that is to be given."""
    of = wanted.definition
    conditions = [f"{of.org_id} = :org_id", f"{of.at} >= {since}", f"{of.at} < {until}"]
    compared = {
        "agent_id": of.agent_id,
        "agent_version": "c.agent_version",
        "number": OUR_NUMBER,
        "source": "c.source",
    }
    asked: dict[str, Any] = {"org_id": wanted.org_id}
    for name, column in compared.items():
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(f"{column} = :{name}")
            asked[name] = value
    if wanted.sources:
        conditions.append("c.source = any(:sources)")
        asked["sources"] = list(wanted.sources)
    if wanted.begun_before is not None:
        conditions.append(f"{BEGUN} < :begun_before")
        asked["begun_before"] = wanted.begun_before
    return " and ".join(conditions), asked


async def find_known_since(session: AsyncSession, wanted: Wanted) -> datetime | None:
    """Say since when all is still there that a metric is of; None: nothing was pruned."""
    if not wanted.definition.is_of_events:
        return None
    return await pruning.find_known_since(session, wanted.org_id)


async def read_several(
    session: AsyncSession, wanted: Wanted, stretches: Sequence[Stretch]
) -> list[Reading]:
    """Read a metric over each of several stretches of time, in one statement.

    Of one in which events may have been pruned, nothing is known.
    """
    known = await find_known_since(session, wanted)
    samples, asked = samples_of(wanted, "stretch.since", "stretch.until")
    statement = text(f"""
        select sums.* from unnest(
            cast(:sinces as timestamptz[]), cast(:untils as timestamptz[])
        ) with ordinality as stretch (since, until, place)
        cross join lateral (select {SUMS} from ({samples}) as samples) as sums
        order by stretch.place
    """)  # noqa: S608 - our own text
    asked |= {
        "sinces": [each.since for each in stretches],
        "untils": [each.until for each in stretches],
    }
    kind = wanted.definition.kind
    rows = await (await session.connection()).execute(statement, asked)
    readings = [Reading(Tally(*row).value(kind), row.n) for row in rows]
    return [
        reading if known is None or stretch.since >= known else Reading(None, 0)
        for stretch, reading in zip(stretches, readings, strict=True)
    ]
