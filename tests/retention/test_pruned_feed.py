"""Whoever follows an organisation's events learns that some were over their time."""

from datetime import timedelta
from typing import Any

from backend.platform import clock, db, ids
from backend.platform.events import LoggedEvent
from backend.retention import cleaning
from tests.support.customers import Customer, new_customer
from tests.support.room import open_room
from tests.support.service import Service


async def _happened(customer: Customer, days: int) -> str:
    """Enter an event of so many days ago; return the call that it is about."""
    call_id = ids.new_id()
    at = clock.now() - timedelta(days=days)
    async with db.transaction(customer.sessions) as session:
        session.add(
            LoggedEvent(org_id=customer.org.id, name="call.queued", call_id=call_id, data={}, at=at)
        )
    return str(call_id)


async def _calls(customer: Customer, since: str) -> list[dict[str, Any]]:
    """Read from a position to an event that has just happened."""
    last = await _happened(customer, 0)
    told = await customer.events("/events", "call.queued", since)
    while told[-1]["call_id"] != last:
        told += await customer.events("/events", "call.queued", told[-1]["id"])
    return told[:-1]


async def test_a_reader_that_was_away_for_longer_than_its_organisations_days_is_told(
    api: Service,
) -> None:
    async with new_customer(api) as short, new_customer(api) as long:
        left_at, came = {}, {}
        for customer in (short, long):
            await _happened(customer, 22)
            left_at[customer.org.id] = (await _calls(customer, "0"))[-1]["id"]
            came[customer.org.id] = [await _happened(customer, days) for days in (21, 19)]
        await short.client.put("/api/v1/retention", json={"events": 20})

        async with open_room(api.settings) as room:
            await cleaning.clean_up(room.runtime)

        of_short, of_long = [await _calls(c, left_at[c.org.id]) for c in (short, long)]
    assert [(event["name"], event["call_id"]) for event in of_short] == [
        ("resync", None),
        ("call.queued", came[short.org.id][1]),
    ]
    assert [event["call_id"] for event in of_long[-2:]] == came[long.org.id]
    assert "resync" not in {event["name"] for event in of_long}
