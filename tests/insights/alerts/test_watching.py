"""Numbers that are watched, read from what happened, and told by whoever looks."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from backend.agents.models import Agent
from backend.calls.models import AnsweredBy, Call, CallSource, CallStatus
from backend.insights import jobs
from backend.insights.alerts import service
from backend.insights.alerts.models import Alert, AlertState, Comparison
from backend.platform import clock, db
from backend.platform.events import LoggedEvent
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.room import Room

SCHEMA = {
    "type": "object",
    "properties": {"boxes": {"type": ["number", "null"]}, "late": {"type": ["boolean", "null"]}},
}


async def _agent(room: Room) -> Agent:
    async with db.transaction(room.runtime.sessions) as session:
        return await builders.published_agent(session, room.org.id, record_schema=SCHEMA)


async def _calls(room: Room, agent: Agent, *several: dict[str, Any], days_ago: float = 0) -> None:
    """Make calls of ten minutes ago, or of so many days before that."""
    at = clock.now() - timedelta(days=days_ago, minutes=10)
    async with db.transaction(room.runtime.sessions) as session:
        for columns in several:
            record = columns.pop("record", None)
            call = await builders.call(session, agent, **({"created_at": at} | columns))
            if record is not None:
                await builders.record(session, call, **record)


async def _watch(room: Room, metric: str, **columns: Any) -> Alert:
    defaults: dict[str, Any] = {
        "name": "Watched",
        "comparison": Comparison.ABOVE,
        "threshold": 0.0,
        "window_minutes": 60,
        "min_samples": 1,
        "hold_minutes": 0,
    }
    async with db.transaction(room.runtime.sessions) as session:
        alert = Alert(org_id=room.org.id, metric=metric, **(defaults | columns))
        session.add(alert)
        await session.flush()
    return alert


async def _checked(room: Room, alert: Alert, times: int = 1) -> Alert:
    for _ in range(times):
        await jobs.check_alerts(room.runtime)
    async with db.transaction(room.runtime.sessions) as session:
        return await service.get_alert(session, room.org.id, alert.id)


async def _told(room: Room) -> list[LoggedEvent]:
    statement = select(LoggedEvent).where(
        LoggedEvent.org_id == room.org.id, col(LoggedEvent.name).startswith("alert.")
    )
    async with db.transaction(room.runtime.sessions) as session:
        return list((await session.exec(statement.order_by(col(LoggedEvent.id)))).all())


HUMAN = {"answered_by": AnsweredBy.HUMAN, "duration_ms": 60_000}
MACHINE = {"answered_by": AnsweredBy.VOICEMAIL, "duration_ms": 20_000}
NOBODY = {"status": CallStatus.NOT_CONNECTED, "answered_by": AnsweredBy.NOBODY}
INBOUND = {"source": CallSource.INBOUND, "answered_by": AnsweredBy.HUMAN}
PAID = {"known": {"cost": [1, {"combined_cents": 12.5}]}}


_STATUSES = (
    RecordStatus.VALID,
    RecordStatus.CORRECTED,
    RecordStatus.NEEDS_REVIEW,
    RecordStatus.PENDING,
)


def _record(status: RecordStatus, **data: Any) -> dict[str, Any]:
    return {"record": {"status": status, "data": data}}


@pytest.mark.parametrize(
    ("metric", "several", "value", "samples"),
    [
        ("calls", [HUMAN, INBOUND], 2, 2),
        ("calls", [], 0, 0),
        ("answered_by_people_percent", [HUMAN, MACHINE, NOBODY, HUMAN, INBOUND], 50, 4),
        ("answered_by_people_percent", [INBOUND], None, 0),
        ("duration_ms", [HUMAN, MACHINE], 40_000, 2),
        ("cost_cents", [PAID, PAID, HUMAN], 25, 2),
        (
            "valid_percent",
            [
                *map(_record, _STATUSES),
                HUMAN,
            ],
            200 / 3,
            3,
        ),
        ("review_percent", [*map(_record, _STATUSES)], 100 / 3, 3),
        (
            "field:boxes",
            [_record(RecordStatus.VALID, boxes=30), _record(RecordStatus.CORRECTED, boxes=50)],
            40,
            2,
        ),
        (
            "field:late",
            [
                _record(RecordStatus.VALID, late=True),
                _record(RecordStatus.VALID, late=False),
                _record(RecordStatus.VALID, late=None),
                _record(RecordStatus.NEEDS_REVIEW, late=True),
            ],
            50,
            2,
        ),
        ("score", [HUMAN], None, 0),
        ("webhooks_missed", [HUMAN], 0, 0),
    ],
)
async def test_a_number_is_made_of_what_happened_in_its_window(
    room: Room, metric: str, several: list[dict[str, Any]], value: float | None, samples: int
) -> None:
    agent = await _agent(room)
    await _calls(room, agent, *[dict(each) for each in several])
    await _calls(room, agent, dict(HUMAN), days_ago=1)

    alert = await _checked(room, await _watch(room, metric, agent_id=agent.id))

    assert alert.samples == samples
    assert alert.value == (None if value is None else pytest.approx(value))


async def test_another_agents_and_another_organisations_calls_do_not_count(room: Room) -> None:
    await _calls(room, await _agent(room), dict(HUMAN))
    other = await _agent(room)
    async with db.transaction(room.runtime.sessions) as session:
        theirs = await builders.organisation(session)
        agent = await builders.published_agent(session, theirs.id)
        await builders.call(session, agent)

    assert (await _checked(room, await _watch(room, "calls", agent_id=other.id))).value == 0
    assert (await _checked(room, await _watch(room, "calls"))).value == 1


async def test_it_is_told_once_when_it_begins_and_once_when_it_is_over(room: Room) -> None:
    agent = await _agent(room)
    alert = await _watch(room, "calls", agent_id=agent.id, name="Too many calls")
    await _checked(room, alert)
    assert await _told(room) == []

    await _calls(room, agent, dict(HUMAN))
    for _ in range(2):
        await _is_long_ago(room, alert)
        await _checked(room, alert, times=2)

    (began,) = await _told(room)
    assert (began.name, began.agent_id) == ("alert.triggered", agent.id)
    assert began.data["name"] == "Too many calls"
    assert (began.data["value"], began.data["threshold"], began.data["samples"]) == (1, 0, 1)
    stood = await _checked(room, alert)
    assert stood.state is AlertState.TRIGGERED
    assert stood.state_since is not None

    async with db.transaction(room.runtime.sessions) as session:
        for call in await session.exec(select(Call).where(Call.org_id == room.org.id)):
            await session.delete(call)
    for _ in range(2):
        await _is_long_ago(room, alert)
        await _checked(room, alert, times=2)
    assert [each.name for each in await _told(room)] == ["alert.triggered", "alert.resolved"]


async def _is_long_ago(room: Room, alert: Alert) -> None:
    """Say that the last look was a minute ago."""
    async with db.transaction(room.runtime.sessions) as session:
        found = await service.get_alert(session, room.org.id, alert.id)
        found.checked_at = clock.now() - timedelta(minutes=1)


async def test_two_workers_tell_it_once(room: Room) -> None:
    agent = await _agent(room)
    await _calls(room, agent, dict(HUMAN))
    await _watch(room, "calls")

    await asyncio.gather(*(jobs.check_alerts(room.runtime) for _ in range(4)))

    assert [each.name for each in await _told(room)] == ["alert.triggered"]


async def test_what_is_switched_off_is_not_looked_at(room: Room) -> None:
    await _calls(room, await _agent(room), dict(HUMAN))
    alert = await _checked(room, await _watch(room, "calls", enabled=False))
    assert alert.checked_at is None
    assert await _told(room) == []


async def test_few_calls_say_nothing_but_their_number_does(room: Room) -> None:
    agent = await _agent(room)
    await _calls(room, agent, dict(MACHINE))
    below = {"comparison": Comparison.BELOW, "threshold": 50.0, "min_samples": 2}
    share = await _watch(room, "answered_by_people_percent", **below)
    volume = await _watch(room, "calls", **below)

    assert (await _checked(room, share)).state is AlertState.QUIET
    assert (await _checked(room, volume)).state is AlertState.TRIGGERED


async def test_a_drop_is_measured_by_the_same_hours_of_the_weeks_before(room: Room) -> None:
    agent = await _agent(room)
    for week, count in ((1, 3), (2, 5), (3, 4)):
        await _calls(room, agent, *[dict(HUMAN) for _ in range(count)], days_ago=7 * week)
    await _calls(room, agent, *[dict(HUMAN) for _ in range(9)], days_ago=1)
    await _calls(room, agent, dict(HUMAN))
    falls = {"comparison": Comparison.FALLS_BY_PERCENT, "threshold": 50.0}

    alert = await _checked(room, await _watch(room, "calls", **falls))

    assert (alert.value, alert.state) == (1, AlertState.TRIGGERED)
    assert alert.baseline == 4  # A week without calls is one before there were any.


async def test_one_week_is_nothing_to_compare_with(room: Room) -> None:
    agent = await _agent(room)
    await _calls(room, agent, dict(HUMAN), dict(HUMAN), days_ago=7)
    await _calls(room, agent, dict(HUMAN))
    falls = {"comparison": Comparison.FALLS_BY_PERCENT, "threshold": 10.0}

    alert = await _checked(room, await _watch(room, "duration_ms", **falls))

    assert (alert.baseline, alert.state) == (None, AlertState.QUIET)


async def test_an_event_does_not_tell_what_is_masked(room: Room) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(
            session, room.org.id, record_schema=SCHEMA, redact=["card"]
        )
    await _calls(room, agent, _record(RecordStatus.VALID, boxes=4111))
    hidden = await _watch(room, "field:boxes", agent_id=agent.id, threshold=1.0)
    shown = await _watch(room, "calls", agent_id=agent.id)

    await _checked(room, hidden)

    told = {event.data["alert_id"]: event.data for event in await _told(room)}
    assert (told[str(hidden.id)]["value"], told[str(hidden.id)]["baseline"]) == (None, None)
    assert told[str(shown.id)]["value"] == 1
