"""Counting calls and their records over a stretch of time."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.calls.models import AnsweredBy, Call, CallStatus
from backend.platform import clock, db
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import problem_of

DAY = datetime(2026, 11, 20, tzinfo=UTC)
RUNNING: dict[str, Any] = {"status": CallStatus.IN_PROGRESS, "duration_ms": None, "known": {}}


async def place(customer: Customer, at: datetime, **columns: Any) -> Call:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id)
        return await builders.call(session, agent, created_at=at, **columns)


async def test_numbers_are_of_the_calls_placed_in_the_stretch_and_their_current_records(
    customer: Customer, stranger: Customer
) -> None:
    cost = {"cost": ["final", {"combined_cents": 12.5}]}
    by_a_person = {"answered_by": AnsweredBy.HUMAN, "duration_ms": 61_000, "known": cost}
    call = await place(customer, DAY, **by_a_person)
    await place(customer, DAY, status=CallStatus.NOT_CONNECTED)
    await place(customer, DAY - timedelta(seconds=1), **by_a_person)
    await place(customer, DAY + timedelta(days=1), **by_a_person)
    await place(customer, DAY, **by_a_person | RUNNING)
    await place(stranger, DAY, **by_a_person)
    async with db.transaction(customer.sessions) as session:
        await builders.record(session, call, revision=1, status=RecordStatus.NEEDS_REVIEW)
        await builders.record(session, call, revision=2, status=RecordStatus.VALID)
        await builders.record(session, call, revision=3, status=RecordStatus.FAILED)

    numbers = await customer.get(
        "/calls/numbers",
        created_after=DAY.isoformat(),
        created_before=(DAY + timedelta(days=1)).isoformat(),
    )

    assert numbers == {
        "calls": {"ended": 1, "in_progress": 1, "not_connected": 1},
        "answered_by_people": 1,
        "talk_ms": 61_000,
        "cost_cents": 12.5,
        "records": {"valid": 1},
    }


async def test_a_day_without_calls_has_nothing_to_count(customer: Customer) -> None:
    numbers = await customer.get("/calls/numbers", created_after=DAY.isoformat())

    assert numbers["calls"] == numbers["records"] == {}
    assert numbers["cost_cents"] == numbers["talk_ms"] == 0


async def test_days_are_told_apart_by_the_calendar_that_is_asked_for(
    customer: Customer, stranger: Customer
) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    today = clock.now().astimezone(zone).date()
    midnight = datetime.combine(today, time(), tzinfo=zone)
    cost = {"cost": ["final", {"combined_cents": 12.5}]}
    by_a_person = {"answered_by": AnsweredBy.HUMAN, "known": cost}
    call = await place(customer, midnight, **by_a_person)
    await place(customer, midnight - timedelta(seconds=1), status=CallStatus.NOT_CONNECTED)
    await place(customer, midnight - timedelta(days=2, seconds=1))
    await place(stranger, midnight)
    async with db.transaction(customer.sessions) as session:
        await builders.record(session, call, revision=1, status=RecordStatus.NEEDS_REVIEW)
        await builders.record(session, call, revision=2, status=RecordStatus.VALID)

    days = await customer.get("/calls/numbers/by-day", days=3, time_zone="Asia/Tokyo")

    nothing = dict.fromkeys(days["items"][0], 0)
    assert days["items"] == [
        nothing | {"day": str(today - timedelta(days=2))},
        nothing | {"day": str(today - timedelta(days=1)), "calls": 1, "dialed": 1},
        {
            "day": str(today),
            "calls": 1,
            "dialed": 1,
            "answered_by_people": 1,
            "records": 1,
            "records_good": 1,
            "to_review": 0,
            "cost_cents": 12.5,
        },
    ]


async def test_calls_of_the_last_days_are_counted_by_agent(
    customer: Customer, stranger: Customer
) -> None:
    now = clock.now()
    call = await place(customer, now, answered_by=AnsweredBy.HUMAN)
    other = await place(customer, now, status=CallStatus.NOT_CONNECTED)
    await place(customer, now - timedelta(days=8))
    await place(stranger, now)
    async with db.transaction(customer.sessions) as session:
        await builders.record(session, call, status=RecordStatus.NEEDS_REVIEW)

    found = (await customer.get("/calls/numbers/by-agent"))["items"]

    by_agent = {each["agent_id"]: each for each in found}
    assert by_agent.keys() == {str(call.agent_id), str(other.agent_id)}
    answered = by_agent[str(call.agent_id)]
    assert (answered["calls"], answered["answered_by_people"], answered["to_review"]) == (1, 1, 1)
    assert by_agent[str(other.agent_id)]["dialed"] == 1


@pytest.mark.parametrize(
    "query", [{"days": 0}, {"days": 93}, {"time_zone": "Nowhere/At_All"}, {"time_zone": "../etc"}]
)
async def test_days_that_cannot_be_counted_are_refused(
    customer: Customer, query: dict[str, Any]
) -> None:
    response = await customer.client.get("/api/v1/calls/numbers/by-day", params=query)

    problem_of(response, 422, "invalid-request")
