"""Reading the samples of many metrics at once: one statement for all of a side.

The newest rows that any of them is of are found once for each source, and each row is asked for all
of its numbers, so that forty fields take one look at a record.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.metrics.definitions import Metric
from backend.insights.metrics.reading import Stretch, Wanted, conditions_of, samples_of
from backend.insights.metrics.sampling import DAY, MOST, OTHER, Sample, whole_days

Samples: TypeAlias = Sample | Counter[str]
Statement: TypeAlias = tuple[str, dict[str, Any]]


class Question(NamedTuple):
    metric: str
    # Of a field that has them: what is counted is how often each is chosen.
    choices: tuple[str, ...] = ()


class _Named(NamedTuple):
    """A question, and what its rows are known by: its place, and its field if it is of one."""

    place: int
    question: Question
    definition: Metric


async def read_samples(
    session: AsyncSession, wanted: Wanted, stretch: Stretch, questions: Sequence[Question]
) -> dict[str, Samples]:
    """Give the samples of each metric: of the newest rows, so many of each source at most."""
    named = [_named(wanted, place, each) for place, each in enumerate(questions)]
    if not named:
        return {}
    parts, asked = _parts(wanted, named)
    statement = text(f"""
        select place, number, is_share, category, count(*) as n
        from ({" union all ".join(parts)}) as samples group by 1, 2, 3, 4
    """)  # noqa: S608 - our own text
    asked |= {"since": stretch.since, "until": stretch.until}
    found: list[Counter[Any]] = [Counter() for _ in named]
    shares = Counter[int]()
    for place, number, is_share, category, n in await _rows(session, statement, asked):
        choices = questions[place].choices
        value = (category if category in {*choices, ""} else OTHER) if choices else number
        found[place][value] += n
        shares[place] += n if is_share else 0
    return {
        each.metric: found[place] if each.choices else Sample(found[place], shares[place])
        for place, each in enumerate(questions)
    }


def _named(wanted: Wanted, place: int, question: Question) -> _Named:
    # What is one of the choices is no secret of anybody.
    with_originals = wanted.with_originals or bool(question.choices)
    of = replace(wanted, metric=question.metric, with_originals=with_originals).definition
    return _Named(place, question, of)


def _parts(wanted: Wanted, named: Sequence[_Named]) -> tuple[list[str], dict[str, Any]]:
    parts, asked = list[str](), dict[str, Any]()

    def source(each: _Named) -> tuple[str, bool]:
        return each.definition.source, each.definition.field is not None

    for (rows, is_of_fields), group in groupby(sorted(named, key=source), key=source):
        each = list(group)
        newest, more = _newest(wanted, each)
        values, fields = _of_fields(each) if is_of_fields else (_of_rows(each), {})
        asked |= more | fields
        parts.append(f"""
            select v.place, v.number, v.is_share, v.category
            from {rows} {_EACH_FIELD if is_of_fields else ""}
            cross join lateral (values {", ".join(values)})
                as v (place, number, is_share, category)
            where c.id in ({newest}) and (v.number is not null or v.category is not null)
        """)  # noqa: S608 - our own text
    return parts, asked


def _newest(wanted: Wanted, named: Sequence[_Named]) -> Statement:
    """Write which calls are looked at: the newest that count for any of the metrics."""
    first = named[0]
    conditions, asked = conditions_of(replace(wanted, metric=first.question.metric))
    counted = " or ".join(dict.fromkeys(f"({each.definition.condition})" for each in named))
    return (
        f"select c.id from {first.definition.source} where {conditions} and ({counted}) "  # noqa: S608 - our own text
        f"order by c.created_at desc limit {MOST}",
        asked,
    )


def _of_rows(named: Sequence[_Named]) -> Iterator[str]:
    for place, _, of in named:
        number = f"case when {of.condition} then cast({of.number} as float8) end"
        yield f"({place}, {number}, {of.is_share}, cast(null as text))"


# Of what is no object, the others find no field either.
_EACH_FIELD = """
    cross join lateral json_each(
        case json_typeof(r.data) when 'object' then r.data else '{}' end
    ) as f (name, value)
"""


def _of_fields(named: Sequence[_Named]) -> tuple[Sequence[str], dict[str, Any]]:
    """Write what is asked of each field of a record: one line for each kind of question."""

    def kind(each: _Named) -> tuple[str, str, bool]:
        of = each.definition
        return of.number, of.of_value, bool(each.question.choices)

    values, asked = list[str](), dict[str, Any]()
    grouped = groupby(sorted(named, key=kind), key=kind)
    for number, ((_, _, has_choices), group) in enumerate(grouped):
        each = list(group)
        of = each[0].definition
        asked[f"names_{number}"] = [one.definition.field for one in each]
        asked[f"places_{number}"] = [one.place for one in each]
        asked |= {name: value for name, value in of.asked.items() if name == "choice"}
        place = (
            f"(cast(:places_{number} as integer[]))"
            f"[array_position(cast(:names_{number} as text[]), f.name)]"
        )
        counts = f"f.name = any(cast(:names_{number} as text[])) and ({of.of_value})"
        value = f"case when {counts} then cast({of.number} as float8) end"
        category = "cast(null as text)"
        if has_choices:
            value = "cast(null as float8)"
            category = f"case when {counts} then {of.category} end"
        values.append(f"({place}, {value}, {of.is_share}, {category})")
    return values, asked


async def read_days(
    session: AsyncSession, wanted: Wanted, stretches: Mapping[str, Stretch]
) -> dict[str, Sample]:
    """Count each of the whole days, of 24 hours, that the stretch of each metric ends with."""
    parts, asked = list[str](), dict[str, Any]()
    whole = {metric: whole_days(stretch) for metric, stretch in stretches.items()}
    for place, (metric, stretch) in enumerate(whole.items()):
        since, until = f":since_{place}", f":until_{place}"
        samples, more = samples_of(replace(wanted, metric=metric), since, until)
        asked |= more | {f"since_{place}": stretch.since, f"until_{place}": stretch.until}
        parts.append(f"""
            select {place} as place,
                cast(floor(extract(epoch from at - {since}) / 86400) as integer) as day,
                count(number) as n
            from ({samples}) as samples group by day
        """)  # noqa: S608 - our own text
    found = {metric: [0] * ((each.until - each.since) // DAY) for metric, each in whole.items()}
    if parts:
        for place, day, n in await _rows(session, text(" union all ".join(parts)), asked):
            counts = found[list(whole)[place]]
            if 0 <= day < len(counts):
                counts[day] = n
    return {name: Sample(Counter(float(n) for n in counts)) for name, counts in found.items()}


async def _rows(session: AsyncSession, statement: Any, asked: dict[str, Any]) -> Sequence[Any]:
    return (await (await session.connection()).execute(statement, asked)).all()
