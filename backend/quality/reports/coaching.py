"""Coaching sheets: what to work on with an agent, in the words of its calls."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.quality.reports import queries, service
from backend.quality.reports.figures import Tally, figure
from backend.quality.reports.queries import Named, Said, Span
from backend.quality.reports.schemas import CoachingPoint, CoachingQuote, CoachingRead, FigureRead

MOST_POINTS = 5
MOST_QUOTES = 3
# How many of the lowest scored calls are read for quotes.
MOST_CALLS = 40
_WEAK, _STRONG = 80.0, 90.0
_FAILED = 50.0


class Ranked(NamedTuple):
    """A policy's criterion, and how it did."""

    policy_id: UUID
    key: str
    named: Named
    tally: Tally

    @property
    def mean(self) -> float:
        return figure(self.tally).mean or 0.0


async def sheet(session: AsyncSession, org_id: UUID, agent_id: UUID, span: Span) -> CoachingRead:
    agent = await agents.get_agent(session, org_id, agent_id)
    own = Span(span.policy_id, agent_id, None, span.since, span.until)
    total, _ = await service.overall(session, org_id, own)
    ranked = await _ranked(session, org_id, own)
    weak = [each for each in ranked if each.mean < _WEAK][:MOST_POINTS]
    strong = [each for each in reversed(ranked) if each.mean >= _STRONG][:MOST_POINTS]
    keys = {each.key for each in (*weak, *strong)}
    said = await queries.list_said(session, org_id, own, keys=keys, calls=MOST_CALLS)
    failed = [each for each in said if is_failed(each)]
    done_well = [each for each in said if is_done_well(each)]
    return CoachingRead(
        agent_id=agent_id,
        agent=agent.draft.name,
        overall=FigureRead.of(total),
        to_work_on=[point(each, failed) for each in weak],
        done_well=[point(each, done_well) for each in strong],
    )


async def _ranked(session: AsyncSession, org_id: UUID, span: Span) -> list[Ranked]:
    """Read how the criteria did, the weakest first."""
    known = await queries.find_criteria(session, org_id)
    sums = await service.sum_up(session, org_id, span, by="criterion")
    rows = [
        Ranked(policy_id, key, known.get((policy_id, key), Named(key, "")), tally)
        for (policy_id, key), tally in ((_named(columns), tally) for columns, tally in sums)
    ]
    return sorted(rows, key=lambda row: row.mean)


def _named(columns: tuple[object, ...]) -> tuple[UUID, str]:
    policy_id, key = columns
    return UUID(str(policy_id)), str(key)


def is_failed(said: Said) -> bool:
    return said.score is not None and said.score < _FAILED


def is_done_well(said: Said) -> bool:
    """Ask for words as well: of what was never said there is nothing to show."""
    has_words = bool(said.evidence.get("quote"))
    return said.score is not None and said.score >= _STRONG and has_words


def point(ranked: Ranked, said: Sequence[Said]) -> CoachingPoint:
    """Make a point of a criterion, with what was said of it in calls."""
    own = [each for each in said if (each.policy_id, each.key) == (ranked.policy_id, ranked.key)]
    return CoachingPoint(
        **dict(FigureRead.of(ranked.tally)),
        key=ranked.key,
        policy_id=ranked.policy_id,
        name=ranked.named.name,
        category=ranked.named.category,
        quotes=[_quote(each) for each in own[:MOST_QUOTES]],
    )


def _quote(said: Said) -> CoachingQuote:
    return CoachingQuote(
        call_id=said.call_id,
        call_at=said.call_at,
        verdict=said.verdict,
        reason=said.note or said.reason,
        quote=said.evidence.get("quote"),
        turns=said.evidence.get("turns", []),
        start_ms=said.evidence.get("start_ms"),
    )
