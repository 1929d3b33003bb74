"""Watching numbers: looking at each, and telling when one is not what it should be."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.agents import redacting
from backend.insights.alerts import windows
from backend.insights.alerts.events import AlertResolved, AlertTriggered
from backend.insights.alerts.judging import Standing, is_beyond, judge
from backend.insights.alerts.models import Alert
from backend.insights.errors import AlertNotFound, TooManyAlerts
from backend.insights.metrics.definitions import FIELD
from backend.platform import clock, events
from backend.platform.events import JsonObject

# Looked at by one worker a minute at the most, however many there are.
_APART = timedelta(seconds=50)
# Of one organisation.
MOST = 100


async def list_alerts(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[Alert]:
    statement = select(Alert).where(Alert.org_id == org_id)
    if cursor is not None:
        statement = statement.where(col(Alert.id) < cursor)
    return (await session.exec(statement.order_by(col(Alert.id).desc()).limit(limit))).all()


async def get_alert(session: AsyncSession, org_id: UUID, alert_id: UUID) -> Alert:
    """Find an alert. Raises AlertNotFound."""
    return await _get(session, _of(org_id, alert_id))


async def lock_alert(session: AsyncSession, org_id: UUID, alert_id: UUID) -> Alert:
    """Find an alert to change it. Raises AlertNotFound."""
    return await _get(session, _of(org_id, alert_id).with_for_update())


def _of(org_id: UUID, alert_id: UUID) -> SelectOfScalar[Alert]:
    return select(Alert).where(Alert.org_id == org_id, Alert.id == alert_id)


async def _get(session: AsyncSession, statement: SelectOfScalar[Alert]) -> Alert:
    alert = (await session.exec(statement)).one_or_none()
    if alert is None:
        raise AlertNotFound("There is no such alert in this organization.")
    return alert


async def add_alert(session: AsyncSession, alert: Alert) -> Alert:
    """Watch a number from now on. Raises TooManyAlerts: each is read every minute."""
    of_org = select(func.count()).select_from(Alert).where(Alert.org_id == alert.org_id)
    if (await session.exec(of_org)).one() >= MOST:
        raise TooManyAlerts(f"There are {MOST} alerts already. Delete one that nobody needs.")
    session.add(alert)
    await session.flush()
    await look(session, alert)
    return alert


async def list_due(session: AsyncSession) -> Sequence[UUID]:
    """Find the alerts that nobody has looked at for a while."""
    looked_at = col(Alert.checked_at)
    statement = select(Alert.id).where(
        col(Alert.enabled), looked_at.is_(None) | (looked_at < clock.now() - _APART)
    )
    return (await session.exec(statement.order_by(col(Alert.id)))).all()


async def check(session: AsyncSession, alert_id: UUID) -> None:
    """Look at an alert's number, and tell what is to be told. Whoever is looked at is left."""
    statement = select(Alert).where(Alert.id == alert_id, col(Alert.enabled))
    alert = (await session.exec(statement.with_for_update(skip_locked=True))).one_or_none()
    now = clock.now()
    if alert is None or (alert.checked_at is not None and now - alert.checked_at < _APART):
        return
    await look(session, alert)
    beyond = None
    if alert.value is not None:
        beyond = is_beyond(alert.comparison, alert.threshold, alert.value, alert.baseline)
    standing = Standing(alert.state, alert.turning_since, alert.checked_at)
    after, message = judge(standing, now, beyond=beyond, hold=timedelta(minutes=alert.hold_minutes))
    alert.state, alert.turning_since, alert.checked_at = (
        after.state,
        after.turning_since,
        after.checked_at,
    )
    if message is not None:
        alert.state_since = now
        kind = AlertTriggered if message == "triggered" else AlertResolved
        hidden = await find_hidden(session, alert.org_id, [alert])
        data = about(alert, is_hidden=alert.id in hidden)
        await events.publish(session, kind(org_id=alert.org_id, agent_id=alert.agent_id, data=data))


async def look(session: AsyncSession, alert: Alert) -> None:
    """Read its number now, and what it is compared with."""
    now = clock.now()
    found = await windows.read(session, alert, now)
    alert.value, alert.samples, alert.baseline = found.value, found.samples, found.baseline


async def find_hidden(
    session: AsyncSession, org_id: UUID, alerts: Iterable[Alert]
) -> frozenset[UUID]:
    """Find those of which not everybody may know what was found: it may be what is masked.

    They are of values of a field, and of an agent that masks something, or of all with one that
    does. A mean of one record would tell its value.
    """
    of_fields = [each for each in alerts if each.metric.startswith(FIELD)]
    if not of_fields:
        return frozenset()
    masking = await redacting.find_redacting(session, org_id)
    return frozenset(
        each.id
        for each in of_fields
        if (bool(masking) if each.agent_id is None else each.agent_id in masking)
    )


def about(alert: Alert, *, is_hidden: bool = False) -> JsonObject:
    """Say what is told of it, to whomever: no text of a call, and nothing that is masked."""
    names = alert.destination_ids
    return {
        "alert_id": str(alert.id),
        "name": alert.name,
        "metric": alert.metric,
        "comparison": alert.comparison,
        "threshold": alert.threshold,
        "window_minutes": alert.window_minutes,
        "value": None if is_hidden else alert.value,
        "baseline": None if is_hidden else alert.baseline,
        "samples": alert.samples,
    } | ({} if names is None else {"destination_ids": [str(each) for each in names]})
