"""Comparing a new version with one before it as its calls come in, and telling what differs once.

A look, what it found and its announcement are one transaction with the comparison's row locked: a
retry or a second worker finds the look behind it, and what was told among what was told.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.agents.models import Agent, AgentVersion
from backend.calls.models import CallSource
from backend.insights.drift.comparing import Side, read_pairs
from backend.insights.drift.judging import FEWEST, Finding, Pair, judge
from backend.insights.drift.schemas import FindingRead, SideRead
from backend.insights.errors import ComparisonNotFound
from backend.insights.metrics.reading import Stretch, Wanted
from backend.insights.metrics.schemas import LONGEST
from backend.insights.versions import looks, queries
from backend.insights.versions.events import VersionDiffers
from backend.insights.versions.models import ComparisonEnd, VersionComparison
from backend.platform import clock, events
from backend.platform.events import JsonObject

# Calls by phone; where a version before has none, those from a browser. Files that somebody uploads
# were no calls of a version at all.
_SOURCES = ((CallSource.OUTBOUND.value, CallSource.INBOUND.value), (CallSource.WEB.value,))
_NOTHING = SideRead(value=None, interval=None, median=None, shares=None)


async def list_comparisons(
    session: AsyncSession,
    org_id: UUID,
    agent_id: UUID | None,
    *,
    cursor: UUID | None,
    limit: int,
) -> Sequence[VersionComparison]:
    statement = select(VersionComparison).where(VersionComparison.org_id == org_id)
    if agent_id is not None:
        statement = statement.where(VersionComparison.agent_id == agent_id)
    if cursor is not None:
        statement = statement.where(col(VersionComparison.id) < cursor)
    newest = statement.order_by(col(VersionComparison.id).desc()).limit(limit)
    return (await session.exec(newest)).all()


async def get_comparison(
    session: AsyncSession, org_id: UUID, agent_id: UUID, version: int
) -> VersionComparison:
    """Find how a version compares with one before. Raises ComparisonNotFound."""
    statement = select(VersionComparison).where(
        VersionComparison.org_id == org_id,
        VersionComparison.agent_id == agent_id,
        VersionComparison.version == version,
    )
    found = (await session.exec(statement)).one_or_none()
    if found is None:
        raise ComparisonNotFound(
            f"Version {version} of agent {agent_id} is compared with none: the first is not, nor "
            "is one that was not live, and a new one is from some minutes after it was published."
        )
    return found


async def check(session: AsyncSession, comparison_id: UUID) -> None:
    """Look at a version if it has had the calls for it. One that somebody looks after is left."""
    statement = select(VersionComparison).where(
        VersionComparison.id == comparison_id, col(VersionComparison.ended_at).is_(None)
    )
    row = (await session.exec(statement.with_for_update(skip_locked=True))).one_or_none()
    if row is None:
        return
    now = clock.now()
    agent = await agents.get_agent(session, row.org_id, row.agent_id)
    version = await agents.get_version(session, row.org_id, row.agent_id, row.version)
    sides = await _find_sides(session, row, version, now)
    if sides is not None:
        calls = await queries.count_calls(session, version, sides.sources, sides.begun_before)
        # What brought no test is not looked at again before there are more calls.
        is_due = looks.reached(calls) > row.looks and calls != row.calls
        row.calls = calls
        if is_due:
            await _look(session, row, sides)
    row.checked_at = now
    row.ended_because = _end(
        row, agent, is_gone=sides is None, is_old=now - version.created_at > looks.LONGEST
    )
    row.ended_at = now if row.ended_because else None


@dataclass(frozen=True)
class _Sides:
    """Which calls are compared: those of both versions that came about so, and began before."""

    version: AgentVersion
    baseline: AgentVersion | None
    sources: tuple[str, ...]
    begun_before: datetime


async def _find_sides(
    session: AsyncSession, row: VersionComparison, version: AgentVersion, now: datetime
) -> _Sides | None:
    """Find what the version is compared with; None: the calls of the one before are gone.

    Once it was looked at, the version before stays the same.
    """
    settled = now - queries.SETTLED
    if row.looks and row.baseline_version is not None:
        number = row.baseline_version
        before = [await agents.get_version(session, row.org_id, row.agent_id, number)]
    else:
        before = list(
            await queries.list_versions_before(session, row.org_id, row.agent_id, row.version)
        )
    for sources in _SOURCES:
        for each in before:
            if await queries.count_calls(session, each, sources, settled, FEWEST) >= FEWEST:
                row.baseline_version = each.version
                until = await queries.find_settled(session, version, sources, now)
                return _Sides(version, each, sources, until)
    if row.looks:
        return None
    row.baseline_version = None
    return _Sides(version, None, _SOURCES[0], settled)


def _end(
    row: VersionComparison, agent: Agent, *, is_gone: bool, is_old: bool
) -> ComparisonEnd | None:
    if looks.next_look(row.looks) is None:
        return ComparisonEnd.COMPLETE
    # What was found of calls that are there no more stays as it was found.
    if is_gone:
        return ComparisonEnd.BASELINE_GONE
    if agent.archived_at is not None:
        return ComparisonEnd.ARCHIVED
    if agent.published_version != row.version:
        return ComparisonEnd.SUPERSEDED
    return ComparisonEnd.TOO_OLD if is_old else None


async def _look(session: AsyncSession, row: VersionComparison, sides: _Sides) -> None:
    baseline = sides.baseline
    if baseline is None:
        return
    now = clock.now()
    wanted = Wanted(
        *(row.org_id, "", row.agent_id),
        sources=sides.sources,
        begun_before=sides.begun_before,
        # Without values that may be masked, so that everybody may read what is kept and told.
        with_originals=False,
    )
    all_time = Stretch(now - LONGEST, now)
    pairs = await read_pairs(
        session, wanted, Side(all_time, row.version), Side(all_time, baseline.version)
    )
    traffic = await _read_traffic(session, sides, baseline)
    found = await asyncio.to_thread(judge, pairs, looks=len(looks.LOOKS))
    row.baseline_calls = await queries.count_calls(
        session, baseline, sides.sources, sides.begun_before
    )
    row.findings = [_kept(each) for each in found]
    row.other_traffic = [each.metric for each in judge(traffic) if each.verdict == "drift"]
    if all(each.verdict == "too_few" for each in found):
        return
    row.looks, row.looked_at = looks.reached(row.calls), now
    new = [each for each in found if each.verdict == "drift" and each.metric not in row.told]
    if new:
        row.told = [*row.told, *(each.metric for each in new)]
        await events.publish(
            session,
            VersionDiffers(org_id=row.org_id, agent_id=row.agent_id, data=_about(row, new)),
        )


async def _read_traffic(session: AsyncSession, sides: _Sides, baseline: AgentVersion) -> list[Pair]:
    """Read in what the calls of both differ before anybody said a word."""
    one, other = [
        await queries.count_traffic(session, version, sides.sources, sides.begun_before)
        for version in (sides.version, baseline)
    ]
    return [Pair(kind, one[kind], other[kind]) for kind in queries.TRAFFIC]


def _kept(finding: Finding) -> JsonObject:
    """Give what is kept of a finding: no figure of a few calls, which would outlast them."""
    shown = FindingRead.of(finding)
    if finding.verdict == "too_few":
        shown = shown.model_copy(update={"window": _NOTHING, "baseline": _NOTHING})
    return shown.model_dump(mode="json")


def _about(row: VersionComparison, new: Sequence[Finding]) -> JsonObject:
    return {
        "version": row.version,
        "baseline_version": row.baseline_version,
        "calls": row.calls,
        "baseline_calls": row.baseline_calls,
        "findings": [
            {
                "metric": each.metric,
                "value": each.window.value,
                "baseline_value": each.baseline.value,
                "shares": each.window.shares,
                "baseline_shares": each.baseline.shares,
                "effect": each.effect,
                "effect_size": each.effect_size,
                "adjusted_p_value": each.adjusted_p_value,
                "n": each.n,
                "baseline_n": each.baseline_n,
            }
            for each in new
        ],
        "other_traffic": row.other_traffic,
    }
