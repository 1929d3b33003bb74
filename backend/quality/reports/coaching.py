"""Coaching sheets: what to work on with an agent, in the words of its calls."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.quality.evaluations import service as evaluations
from backend.quality.policies import service as policies
from backend.quality.reports import service
from backend.quality.reports.figures import Tally, figure
from backend.quality.reports.queries import Span
from backend.quality.reports.schemas import CoachingPoint, CoachingQuote, CoachingRead, FigureRead

MOST_POINTS = 5
MOST_QUOTES = 3
# How many of the lowest scored calls are read for quotes.
MOST_CALLS = 40
_WEAK, _STRONG = 80.0, 90.0
_FAILED = 50.0


async def sheet(session: AsyncSession, org_id: UUID, agent_id: UUID, span: Span) -> CoachingRead:
    agent = await agents.get_agent(session, org_id, agent_id)
    own = Span(span.policy_id, agent_id, None, span.since, span.until)
    total, _ = await service.overall(session, org_id, own)
    sums = await service.sum_up(session, org_id, own, by="criterion")
    known = await policies.find_criteria(session, org_id)
    worst = await service.list_worst(session, org_id, own, limit=MOST_CALLS)
    results = {
        row.call_id: (await evaluations.get_current(session, org_id, row.call_id)).results
        for row in worst
    }
    rows = [
        (str(name), known.get((policy_id, str(name)), (str(name), "")), tally)
        for (policy_id, name), tally in sums
    ]
    ranked = sorted(rows, key=lambda row: figure(row[2]).mean or 0.0)
    weak = [row for row in ranked if (figure(row[2]).mean or 0.0) < _WEAK]
    strong = [row for row in reversed(ranked) if (figure(row[2]).mean or 0.0) >= _STRONG]
    return CoachingRead(
        agent_id=agent_id,
        agent=agent.draft.name,
        overall=FigureRead.of(total),
        to_work_on=[point(*row, results) for row in weak[:MOST_POINTS]],
        done_well=[point(*row, {}) for row in strong[:MOST_POINTS]],
    )


def point(
    key: str,
    named: tuple[str, str],
    tally: Tally,
    results: Mapping[UUID, Sequence[Mapping[str, Any]]],
) -> CoachingPoint:
    """Make a point of a criterion, with what was said where it failed."""
    name, category = named
    return CoachingPoint(
        **dict(FigureRead.of(tally)),
        key=key,
        name=name,
        category=category,
        quotes=list(_quotes(key, results))[:MOST_QUOTES],
    )


def _quotes(
    key: str, results: Mapping[UUID, Sequence[Mapping[str, Any]]]
) -> Iterable[CoachingQuote]:
    for call_id, verdicts in results.items():
        for verdict in verdicts:
            score = verdict.get("score")
            if verdict["key"] != key or score is None or score >= _FAILED:
                continue
            evidence = verdict.get("evidence") or {}
            yield CoachingQuote(
                call_id=call_id,
                verdict=verdict.get("verdict"),
                reason=verdict.get("reason"),
                quote=evidence.get("quote"),
                turns=evidence.get("turns", []),
                start_ms=evidence.get("start_ms"),
            )
