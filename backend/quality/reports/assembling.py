"""Reports put together: the sums, and what the things they are about are called."""

from collections.abc import Mapping
from datetime import date
from typing import cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.quality.reports import queries, service
from backend.quality.reports.figures import Tally
from backend.quality.reports.queries import Named, Span
from backend.quality.reports.schemas import By, FigureRead, ReportItem, ReportRead


async def report(session: AsyncSession, org_id: UUID, span: Span, by: By) -> ReportRead:
    rows = await service.sum_up(session, org_id, span, by=by.value)
    total, waiting = await service.overall(session, org_id, span)
    names = await agents.find_names(session, org_id)
    criteria = await queries.find_criteria(session, org_id) if by is By.CRITERION else {}
    return ReportRead(
        by=by,
        overall=FigureRead.of(total),
        waiting=waiting,
        items=[_item(by, key, tally, names, criteria) for key, tally in rows],
    )


def _item(
    by: By,
    key: tuple[object, ...],
    tally: Tally,
    agent_names: Mapping[UUID, str],
    criteria: Mapping[tuple[UUID, str], Named],
) -> ReportItem:
    figures = dict(FigureRead.of(tally))
    if by is By.WEEK:
        week = cast("date", key[0])
        return ReportItem(**figures, name=week.isoformat(), week=week)
    if by is By.CATEGORY:
        return ReportItem(**figures, name=str(key[0]))
    if by is By.CRITERION:
        policy_id, name = cast("tuple[UUID, str]", key)
        named = criteria.get((policy_id, name))
        return ReportItem(
            **figures, name=named.name if named else name, key=name, policy_id=policy_id
        )
    agent_id = cast("UUID", key[0])
    agent = agent_names.get(agent_id, "")
    if by is By.AGENT:
        return ReportItem(**figures, name=agent, agent_id=agent_id)
    version = cast("int", key[1])
    return ReportItem(
        **figures, name=f"{agent}, version {version}", agent_id=agent_id, agent_version=version
    )
