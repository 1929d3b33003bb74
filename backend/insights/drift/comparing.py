"""Reading the samples of a window and its baseline, and having them judged."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.drift.judging import Finding, Pair, judge
from backend.insights.metrics.definitions import FIELD, FILLED, METRICS, MetricKind, metric_of
from backend.insights.metrics.families import Question, Samples, read_days, read_samples
from backend.insights.metrics.fields import FieldKind, RecordField, find_fields
from backend.insights.metrics.reading import Stretch, Wanted, find_known_since

# Each field is one test or two; with more of them, hardly anything could be told.
_MOST_FIELDS = 40


@dataclass(frozen=True)
class Side:
    """Whose calls, of which version, and of when."""

    stretch: Stretch
    agent_version: int | None = None


async def compare(
    session: AsyncSession, wanted: Wanted, window: Side, baseline: Side
) -> list[Finding]:
    """Compare two sides by a metric, or with `wanted.metric` empty by all that there are."""
    pairs = await read_pairs(session, wanted, window, baseline)
    # It may take a tenth of a second, in which others would wait.
    return await asyncio.to_thread(judge, pairs)


async def read_pairs(
    session: AsyncSession, wanted: Wanted, window: Side, baseline: Side
) -> list[Pair]:
    """Read what is compared, in two statements for each side.

    Of two versions, all metrics are those without evaluations: what judged the calls of one may
    never have judged those of the other.
    """
    wanted = replace(wanted, is_compared=True)
    versions = [side.agent_version for side in (window, baseline)]
    known = [each for each in versions if each is not None]
    fields = await find_fields(session, wanted.org_id, wanted.agent_id, *known)
    questions = list(_questions(wanted.metric, fields))
    if versions[0] != versions[1]:
        # Versions differ in how calls go, not in how many there are or what the network lost.
        questions = [each for each in questions if not _is_counted(each)]
        if not wanted.metric:
            questions = [each for each in questions if not metric_of(each.metric).is_of_policies]
    one, other = [await _read(session, wanted, questions, side) for side in (window, baseline)]
    return [
        Pair(each.metric, one[each.metric], other[each.metric], is_by_day=_is_counted(each))
        for each in questions
    ]


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


def _is_counted(question: Question) -> bool:
    """Whether it is how many there were, which is compared day by day."""
    return metric_of(question.metric).kind is MetricKind.COUNT


async def _read(
    session: AsyncSession, wanted: Wanted, questions: Sequence[Question], side: Side
) -> dict[str, Samples]:
    of_side = replace(wanted, agent_version=side.agent_version)
    # What was pruned would be days without any.
    counted = {
        each.metric: side.stretch.from_when(
            await find_known_since(session, replace(wanted, metric=each.metric))
        )
        for each in questions
        if _is_counted(each)
    }
    others = [each for each in questions if not _is_counted(each)]
    days = await read_days(session, of_side, counted)
    return {**days, **await read_samples(session, of_side, side.stretch, others)}
