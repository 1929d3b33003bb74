"""Coaching sheets: what to work on with an agent, in the words of its calls."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.quality.evaluations import queries as evaluations
from backend.quality.models import CriterionVerdict
from backend.quality.reports import queries, service
from backend.quality.reports.figures import Tally, figure
from backend.quality.reports.queries import Named, Span
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
    known = await queries.find_criteria(session, org_id)
    verdicts = await _verdicts(session, org_id, own)
    rows = [
        (str(name), known.get((UUID(str(policy_id)), str(name)), Named(str(name), "")), tally)
        for (policy_id, name), tally in sums
    ]
    ranked = sorted(rows, key=lambda row: figure(row[2]).mean or 0.0)
    weak = [row for row in ranked if (figure(row[2]).mean or 0.0) < _WEAK]
    strong = [row for row in reversed(ranked) if (figure(row[2]).mean or 0.0) >= _STRONG]
    return CoachingRead(
        agent_id=agent_id,
        agent=agent.draft.name,
        overall=FigureRead.of(total),
        to_work_on=[point(*row, verdicts) for row in weak[:MOST_POINTS]],
        done_well=[point(*row, []) for row in strong[:MOST_POINTS]],
    )


async def _verdicts(
    session: AsyncSession, org_id: UUID, span: Span
) -> list[tuple[UUID, CriterionVerdict]]:
    """Read what the calls with the lowest scores were told of, the lowest first."""
    worst = await service.list_worst(session, org_id, span, limit=MOST_CALLS)
    pairs = [(row.call_id, row.policy_id) for row in worst]
    current = {
        (each.call_id, each.policy_id): each.id
        for each in await evaluations.list_current_of(session, org_id, pairs)
    }
    verdicts = await evaluations.find_verdicts(session, current.values())
    return [
        (pair[0], verdict)
        for pair in pairs
        if pair in current
        for verdict in verdicts.get(current[pair], [])
    ]


def point(
    key: str, named: Named, tally: Tally, verdicts: Sequence[tuple[UUID, CriterionVerdict]]
) -> CoachingPoint:
    """Make a point of a criterion, with what was said where it failed."""
    return CoachingPoint(
        **dict(FigureRead.of(tally)),
        key=key,
        name=named.name,
        category=named.category,
        quotes=list(_quotes(key, verdicts))[:MOST_QUOTES],
    )


def _quotes(key: str, verdicts: Iterable[tuple[UUID, CriterionVerdict]]) -> Iterator[CoachingQuote]:
    for call_id, verdict in verdicts:
        if verdict.key != key or verdict.score is None or verdict.score >= _FAILED:
            continue
        yield CoachingQuote(
            call_id=call_id,
            verdict=verdict.verdict,
            reason=verdict.note or verdict.reason,
            quote=verdict.evidence.get("quote"),
            turns=verdict.evidence.get("turns", []),
            start_ms=verdict.evidence.get("start_ms"),
        )
