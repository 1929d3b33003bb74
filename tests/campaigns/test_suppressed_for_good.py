"""Whoever asked not to be called is not called by any campaign, whatever happens afterwards."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlmodel import select

from backend.campaigns import claiming
from backend.compliance import lists, queries, service as compliance
from backend.compliance.models import Scope, Suppression
from backend.platform import clock, db
from backend.platform.events import LoggedEvent
from tests.campaigns.lists import add, campaign_in, contact_in, contacts, draft
from tests.campaigns.standing import all_calls, contacts_of, running
from tests.support.customers import Customer
from tests.support.inbox import settled
from tests.support.people import back_up, restore
from tests.support.retell_side import RetellSide
from tests.support.room import Room
from tests.support.waiting import until

MIKE, OTHER = "+14155550110", "+14155550188"
TOLD = "suppression.added"
Happening = Callable[[Customer, dict[str, Any]], Awaitable[None]]


async def _the_list_comes_again(customer: Customer, _agent: dict[str, Any]) -> None:
    exported = await customer.client.get("/api/v1/suppressions/export")
    sent = await customer.client.post(
        "/api/v1/suppressions/import",
        content=exported.content,
        headers={"content-type": "text/csv"},
    )
    assert (sent.json()["added"], sent.json()["already"]) == (0, 1)


async def _the_person_is_erased(customer: Customer, _agent: dict[str, Any]) -> None:
    erasure = await customer.post("/erasures", {"phone_number": MIKE})

    async def probe() -> bool | None:
        return (await customer.get(f"/erasures/{erasure['id']}"))["status"] == "done" or None

    await until(probe, "the person to be erased")


async def _they_call_and_talk(customer: Customer, agent: dict[str, Any]) -> None:
    side = RetellSide(agent["retell_agent_id"])
    ended = side.ended("user_hangup", from_number=MIKE, direction="inbound")
    await settled(customer, ended)
    (call,) = (await customer.get("/calls"))["items"]
    assert (call["from_number"], call["status_reason"]) == (MIKE, "user_hangup")


@pytest.mark.parametrize(
    "happens", [_the_list_comes_again, _the_person_is_erased, _they_call_and_talk]
)
async def test_a_list_that_comes_again_calls_nobody_who_asked_for_that_before(
    customer: Customer, happens: Happening
) -> None:
    agent = await customer.published_agent()
    first = await draft(customer, agent, name="First")
    await add(customer, first, [MIKE])
    await customer.post("/suppressions", {"to_number": MIKE, "source": "letter"})

    await happens(customer, agent)
    again = await draft(customer, agent, name="Again")
    report = await add(customer, again, [MIKE, OTHER])
    await customer.post(f"/campaigns/{again['id']}/start")

    assert (report["added"], report["refused"]) == (2, {"suppressed": 1})
    await campaign_in(customer, again, "completed")
    found = await contacts(customer, again)
    assert {number: each["reason"] for number, each in found.items()} == {
        MIKE: "suppressed",
        OTHER: "completed",
    }


async def test_another_organisation_calls_them_as_before(
    customer: Customer, stranger: Customer
) -> None:
    await customer.post("/suppressions", {"to_number": MIKE})
    agent = await stranger.published_agent()
    campaign = await draft(stranger, agent)
    await add(stranger, campaign, [MIKE])

    await stranger.post(f"/campaigns/{campaign['id']}/start")

    reached = await contact_in(stranger, campaign, MIKE, "done")
    assert reached["attempts"] == 1


async def test_what_a_backup_does_not_know_is_seen_by_what_was_told_and_comes_back(
    room: Room,
) -> None:
    sessions, org_id = room.runtime.sessions, room.org.id
    campaign = await running(room, await room.agent(), [MIKE])
    dsn = room.runtime.settings.database.dsn
    backup = await back_up(dsn)
    asked = Suppression(
        org_id=org_id,
        to_number=MIKE,
        scope=Scope.ALL,
        source="letter",
        asked_at=clock.now(),
    )
    async with db.transaction(sessions) as session:
        await compliance.suppress_now(session, asked)
        told = (await session.exec(select(LoggedEvent).where(LoggedEvent.name == TOLD))).one().data

    await restore(dsn, backup)

    async with db.transaction(sessions) as session:
        assert await queries.find_suppression(session, org_id, asked.id) is None
    assert told["suppression_id"] == str(asked.id)
    kept_elsewhere = f"to_number\n{MIKE}\n".encode()
    by = room.org.id
    for added in (1, 0):
        read = await lists.import_list(sessions, org_id, kept_elsewhere, by=by, dry_run=False)
        assert read.added == added
    assert await claiming.claim_due(room.runtime, org_id) == 0
    (contact,) = await contacts_of(room, campaign)
    assert (contact.state, contact.reason) == ("refused", "suppressed")
    assert await all_calls(room) == []
