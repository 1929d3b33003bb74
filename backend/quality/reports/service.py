"""Keeping the sums up to date with evaluations, and reading reports from them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.quality.reports import queries
from backend.quality.reports.figures import Tally
from backend.quality.reports.models import CountedEvaluation
from backend.quality.reports.queries import Span
from backend.quality.reports.tallying import (
    Dimension,
    Part,
    Scored,
    difference,
    monday_before,
    parts_of,
)


async def count(session: AsyncSession, counted: CountedEvaluation, scored: Scored) -> None:
    """Count what a call's evaluation says now, in the place of what it said before.

    Lock the call first. The same again changes nothing; another week or agent moves it.
    """
    before = await queries.lock_counted(session, counted.call_id, counted.policy_id)
    parts = parts_of(scored)
    counted.score = None if scored.waiting else scored.score
    counted.parts = _kept(parts)
    if before is None:
        session.add(counted)
        await session.flush()
        await queries.add_to_sums(session, counted, parts)
        return
    old = _read(before.parts)
    if _cell(before) == _cell(counted):
        await queries.add_to_sums(session, counted, difference(old, parts))
    else:
        await queries.add_to_sums(session, before, difference(old, {}))
        await queries.add_to_sums(session, counted, parts)
    for name in (*_CELL, "score", "parts"):
        setattr(before, name, getattr(counted, name))
    await session.flush()


_CELL = ("agent_id", "agent_version", "week")


def _cell(counted: CountedEvaluation) -> tuple[object, ...]:
    return tuple(getattr(counted, name) for name in _CELL)


def _kept(parts: dict[Part, Tally]) -> list[list[str | int | float]]:
    return [
        [part.dimension.value, part.name, t.n, t.total, t.squares, t.passed, t.failed]
        for part, t in parts.items()
    ]


def _read(kept: Sequence[Sequence[str | int | float]]) -> dict[Part, Tally]:
    return {
        Part(Dimension(str(dimension)), str(name)): Tally(
            int(n), float(total), float(squares), int(passed), int(failed)
        )
        for dimension, name, n, total, squares, passed, failed in kept
    }


async def sum_up(
    session: AsyncSession, org_id: UUID, span: Span, *, by: str
) -> Sequence[tuple[tuple[object, ...], Tally]]:
    return await queries.sum_up(session, org_id, span, by=by)


async def overall(session: AsyncSession, org_id: UUID, span: Span) -> tuple[Tally, int]:
    """Add up all scores of a span, and count the evaluations that wait for a person."""
    rows = await queries.sum_up(session, org_id, span, by="all")
    waiting = await queries.count_waiting(session, org_id, span)
    return (rows[0][1] if rows else Tally()), waiting


async def list_worst(
    session: AsyncSession, org_id: UUID, span: Span, *, limit: int
) -> Sequence[CountedEvaluation]:
    return await queries.list_worst(session, org_id, span, limit=limit)


def span_of(
    *,
    policy_id: UUID | None = None,
    agent_id: UUID | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Span:
    """Make a span of whole weeks of what was asked for."""
    monday = None if since is None else monday_before(since)
    return Span(policy_id=policy_id, agent_id=agent_id, since=monday, until=until)
