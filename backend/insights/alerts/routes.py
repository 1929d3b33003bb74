"""Alerts: made, changed and looked at."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.auth.deps import AnyCaller, Manager
from backend.auth.service import Caller
from backend.insights.alerts import service
from backend.insights.alerts.models import Alert, AlertState
from backend.insights.alerts.schemas import AlertCreate, AlertRead, AlertUpdate
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Cursor, Limit, Page

router = APIRouter(prefix="/api/v1/alerts", tags=["insights"])

AlertId = Annotated[UUID, Path(description="The id of the alert.")]
# By another of these it is another question.
_ASKED = frozenset({"comparison", "threshold", "window_minutes", "min_samples", "enabled"})


@router.get("")
async def list_alerts(
    caller: AnyCaller,
    session: Session,
    cursor: Annotated[Cursor, Query()] = None,
    limit: Annotated[Limit, Query()] = 50,
) -> Page[AlertRead]:
    """List what is watched and how it stands, newest first."""
    found = await service.list_alerts(session, caller.org_id, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(found, limit)
    return Page(items=await _shown(session, caller, rows), next_cursor=next_cursor)


@router.post("", status_code=201)
async def create_alert(body: AlertCreate, caller: Manager, session: Session) -> AlertRead:
    """Watch a number. It is looked at every minute, and told once when it begins and when it ends.

    `alert.triggered` and `alert.resolved` go to destinations that subscribe to them, and to the
    board. The answer has what the number is now.
    """
    if body.agent_id is not None:
        await agents.get_agent(session, caller.org_id, body.agent_id)
    alert = Alert(org_id=caller.org_id, created_by=caller.user_id, **body.model_dump())
    caller.note(object_id=alert.id)
    return AlertRead.of(await service.add_alert(session, alert))


@router.get("/{alert_id}")
async def get_alert(alert_id: AlertId, caller: AnyCaller, session: Session) -> AlertRead:
    """Show an alert and how it stands."""
    (shown,) = await _shown(
        session, caller, [await service.get_alert(session, caller.org_id, alert_id)]
    )
    return shown


@router.patch("/{alert_id}")
async def update_alert(
    alert_id: AlertId, body: AlertUpdate, caller: Manager, session: Session
) -> AlertRead:
    """Change what is watched. Where the question is another, it is watched anew."""
    alert = await service.lock_alert(session, caller.org_id, alert_id)
    changes = body.model_dump(exclude_unset=True)
    changes = {
        name: value
        for name, value in changes.items()
        if value is not None or name == "destination_ids"
    }
    if any(name in _ASKED and value != getattr(alert, name) for name, value in changes.items()):
        alert.state, alert.state_since, alert.turning_since = AlertState.QUIET, None, None
    alert.sqlmodel_update(changes)
    await service.look(session, alert)
    caller.note(object_id=alert.id)
    return AlertRead.of(alert)


@router.delete("/{alert_id}", status_code=204)
async def delete_alert(alert_id: AlertId, caller: Manager, session: Session) -> None:
    """Watch it no more."""
    await session.delete(await service.lock_alert(session, caller.org_id, alert_id))
    caller.note(object_id=alert_id)


async def _shown(session: AsyncSession, caller: Caller, alerts: Sequence[Alert]) -> list[AlertRead]:
    """Show alerts, without what was found where that may be what the caller may not see."""
    hidden = frozenset[UUID]()
    if not caller.sees_originals:
        hidden = await service.find_hidden(session, caller.org_id, alerts)
    return [AlertRead.of(each, is_hidden=each.id in hidden) for each in alerts]
