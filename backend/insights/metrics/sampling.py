"""Reading the samples of a metric themselves, for what sums do not tell. The newest count."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.metrics.reading import Stretch, Wanted, samples_of

# What is true of so many is true of more.
MOST = 10_000
OTHER = "other"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sample:
    """How often each number is there, and how many of all are one of yes (100) or no (0)."""

    numbers: Counter[float] = field(default_factory=Counter)
    shares: int = 0

    @property
    def n(self) -> int:
        return self.numbers.total()

    @property
    def is_share(self) -> bool:
        return 0 < self.n == self.shares


async def read_numbers(session: AsyncSession, wanted: Wanted, stretch: Stretch) -> Sample:
    samples, asked = samples_of(wanted)
    statement = text(f"""
        select number, count(*), count(*) filter (where is_share)
        from (select number, is_share from ({samples}) as samples
              where number is not null order by at desc limit {MOST}) as newest
        group by number
    """)  # noqa: S608 - our own text
    asked |= {"since": stretch.since, "until": stretch.until}
    rows = (await (await session.connection()).execute(statement, asked)).all()
    return Sample(Counter({number: n for number, n, _ in rows}), sum(row[2] for row in rows))


async def read_categories(
    session: AsyncSession, wanted: Wanted, stretch: Stretch, choices: Collection[str]
) -> Counter[str]:
    """Count the values of a field that has choices; the empty one is of records without any."""
    samples, asked = samples_of(wanted)
    statement = text(f"""
        select case when category = any(cast(:choices as text[])) then category
                    else cast(:other as text) end as category, count(*) as n
        from (select category from ({samples}) as samples
              where category is not null order by at desc limit {MOST}) as newest
        group by 1
    """)  # noqa: S608 - our own text
    asked |= {"since": stretch.since, "until": stretch.until}
    asked |= {"choices": [*choices, ""], "other": OTHER}
    rows = (await (await session.connection()).execute(statement, asked)).all()
    return Counter({row.category: row.n for row in rows})


def whole_days(stretch: Stretch) -> Stretch:
    """Give the whole days, of 24 hours, that a stretch ends with."""
    return Stretch(stretch.until - (stretch.until - stretch.since) // DAY * DAY, stretch.until)
