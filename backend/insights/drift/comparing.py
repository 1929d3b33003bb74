"""Reading the samples of a window and its baseline, and having them judged."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.drift.judging import Finding, Pair, judge
from backend.insights.metrics.definitions import FIELD, FILLED, METRICS, MetricKind
from backend.insights.metrics.fields import FieldKind, RecordField, find_fields
from backend.insights.metrics.reading import Stretch, Wanted
from backend.insights.metrics.sampling import read_categories, read_days, read_numbers

# Versions differ in how calls go, not in how many there are or what the network lost.
_OF_TIME = frozenset({"calls", "webhooks_missed", "deliveries_dead"})
# Each field is one test or two; with more of them, hardly anything could be told.
_MOST_FIELDS = 40


@dataclass(frozen=True)
class Side:
    """Whose calls, of which version, and of when."""

    stretch: Stretch
    agent_version: int | None = None


class Question(NamedTuple):
    metric: str
    # Of a field that has them: it is compared by how often each is chosen.
    choices: tuple[str, ...] = ()


async def compare(
    session: AsyncSession, wanted: Wanted, window: Side, baseline: Side
) -> list[Finding]:
    """Compare two sides by a metric, or with `wanted.metric` empty by all that there are."""
    versions = [side.agent_version for side in (window, baseline)]
    known = [each for each in versions if each is not None]
    fields = await find_fields(session, wanted.org_id, wanted.agent_id, *known)
    questions = list(_questions(wanted.metric, fields))
    if versions[0] != versions[1]:
        questions = [each for each in questions if each.metric not in _OF_TIME]
    pairs = [await _read(session, wanted, each, window, baseline) for each in questions]
    # It may take a tenth of a second, in which others would wait.
    return await asyncio.to_thread(judge, pairs)


def _questions(metric: str, fields: Sequence[RecordField]) -> Iterator[Question]:
    if not metric:
        yield from (Question(name) for name in METRICS)
        for each in fields[:_MOST_FIELDS]:
            if each.kind is not FieldKind.TEXT:
                yield Question(f"{FIELD}{each.name}", each.choices)
            if each.kind is not FieldKind.CHOICE:
                yield Question(f"{FILLED}{each.name}")
        return
    chosen = [each.choices for each in fields if metric == f"{FIELD}{each.name}"]
    yield Question(metric, chosen[0] if chosen else ())


async def _read(
    session: AsyncSession, wanted: Wanted, question: Question, window: Side, baseline: Side
) -> Pair:
    sides = [
        (replace(wanted, metric=question.metric, agent_version=side.agent_version), side.stretch)
        for side in (window, baseline)
    ]
    (one, here), (other, there) = sides
    if question.choices:
        # What is one of the choices is no secret of anybody.
        one, other = (replace(each, with_originals=True) for each in (one, other))
        return Pair(
            question.metric,
            await read_categories(session, one, here, question.choices),
            await read_categories(session, other, there, question.choices),
        )
    is_by_day = one.definition.kind is MetricKind.COUNT
    read = read_days if is_by_day else read_numbers
    found = await read(session, one, here), await read(session, other, there)
    return Pair(question.metric, *found, is_by_day=is_by_day)
