"""In which order, how often and how closely webhooks come makes no difference to their call."""

import asyncio
import itertools
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlmodel import select

from backend.calls import queries
from backend.calls.models import Call
from backend.platform import db
from backend.platform.events import LoggedEvent
from backend.webhooks import jobs
from backend.webhooks.events import WebhookStored
from backend.webhooks.models import Webhook, WebhookState
from tests.support import builders
from tests.support.customers import Customer
from tests.support.inbox import event_names, settled
from tests.support.retell_side import SAID, STARTED_MS, RetellSide, deliver
from tests.support.room import Room
from tests.support.signing import as_sent
from tests.support.waiting import until

EVENTS = ["call.analyzed", "call.ended", "call.started", "call.transcript_updated"]


def _story(side: RetellSide) -> list[dict[str, Any]]:
    """All that Retell sends of one transferred call, with two bodies for its end."""
    transferred = {"transfer_end_timestamp": STARTED_MS + 90_000, "duration_ms": 90_000}
    return [
        side.started(),
        side.spoken(SAID[0]),
        side.spoken(*SAID[:2]),
        side.webhook("transfer_started"),
        side.ended("call_transfer"),
        side.ended("call_transfer", public_log_url="https://r.example.com/log"),
        side.analyzed("call_transfer"),
        side.webhook("transfer_ended", disconnection_reason="call_transfer", **transferred),
    ]


async def _call_of(customer: Customer, side: RetellSide) -> dict[str, Any]:
    calls = (await customer.get("/calls", q=side.call_id))["items"]
    (found,) = [call for call in calls if call["retell_call_id"] == side.call_id]
    call: dict[str, Any] = await customer.get(f"/calls/{found['id']}")
    return call


async def _outcome(customer: Customer, side: RetellSide) -> tuple[dict[str, Any], list[str]]:
    """Return what is known of a call, apart from its ids, and which events it has."""
    call = await _call_of(customer, side)
    names = await event_names(customer, call["id"])
    own = {"id", "retell_call_id", "record", "created_at"}
    return {name: value for name, value in call.items() if name not in own}, sorted(names)


async def test_the_three_webhooks_lead_to_the_same_call_and_events_in_every_order(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    outcomes = []
    for order in itertools.permutations(("started", "ended", "analyzed")):
        side = RetellSide(agent["retell_agent_id"])
        for name in order:
            await settled(customer, getattr(side, name)())
        outcomes.append(await _outcome(customer, side))

    assert all(outcome == outcomes[0] for outcome in outcomes)
    call, names = outcomes[0]
    assert (call["status"], call["summary"]) == ("ended", "He is late.")
    assert [turn["text"] for turn in call["transcript"]] == [
        line.partition(": ")[2] for line in SAID
    ]
    assert names == EVENTS


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_any_shuffle_with_repeats_sent_at_once_leads_to_the_same_call(
    customer: Customer, data: st.DataObject
) -> None:
    agent = await customer.published_agent()
    plain, shuffled = RetellSide(agent["retell_agent_id"]), RetellSide(agent["retell_agent_id"])
    story = _story(shuffled)
    repeats = data.draw(st.lists(st.sampled_from(story), max_size=8))
    sent = data.draw(st.permutations(story + repeats))

    await settled(customer, *_story(plain))
    answers = await asyncio.gather(
        *(deliver(customer.client, customer.org.slug, webhook) for webhook in sent)
    )
    await settled(customer)

    assert {answer.status_code for answer in answers} == {204}
    call, names = await _outcome(customer, shuffled)
    assert (call, set(names)) == ((await _outcome(customer, plain))[0], set(EVENTS))
    once = [name for name in names if name != "call.transcript_updated"]
    assert len(once) == len(set(once))


@pytest.fixture
async def stored(room: Room) -> Webhook:
    """A webhook in the inbox, of a call of an agent of the room."""
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id)
        body = as_sent(RetellSide(agent.retell_agent_id).analyzed())
        webhook = Webhook(org_id=room.org.id, body=body, body_sha256=b"1", body_bytes=len(body))
        session.add(webhook)
        return webhook


async def _read(room: Room, webhook_id: UUID) -> tuple[Webhook, list[str]]:
    async with db.transaction(room.runtime.sessions) as session:
        webhook = await session.get_one(Webhook, webhook_id)
        names = (await session.exec(select(LoggedEvent.name))).all()
        return webhook, sorted(names)


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_job_that_runs_several_times_has_one_effect(
    room: Room, stored: Webhook, *, at_once: bool
) -> None:
    event = WebhookStored(org_id=room.org.id, webhook_id=stored.id)

    if at_once:
        await asyncio.gather(*(jobs.apply_webhook(room.runtime, event) for _ in range(5)))
    else:
        for _ in range(3):
            await jobs.apply_webhook(room.runtime, event)

    webhook, names = await _read(room, stored.id)
    assert (webhook.state, webhook.attempts) == (WebhookState.APPLIED, 1)
    assert names == EVENTS


async def test_an_application_waits_for_whoever_has_the_call(room: Room, stored: Webhook) -> None:
    sessions = room.runtime.sessions
    event = WebhookStored(org_id=room.org.id, webhook_id=stored.id)
    await jobs.apply_webhook(room.runtime, event)
    webhook, names = await _read(room, stored.id)
    assert webhook.call_id is not None
    later = (webhook.body or b"").replace(b"He is late.", b"He is very late.")
    async with db.transaction(sessions) as session:
        again = Webhook(org_id=room.org.id, body=later, body_sha256=b"2", body_bytes=len(later))
        session.add(again)

    async with db.transaction(sessions) as session:
        call = await queries.lock_call(session, room.org.id, webhook.call_id)
        assert call is not None
        applying = asyncio.create_task(
            jobs.apply_webhook(room.runtime, WebhookStored(org_id=room.org.id, webhook_id=again.id))
        )
        await until(lambda: _waits_for_a_lock(room), "the application to wait for the call")
        # What was read before the lock was free must not overwrite this.
        call.known = {**call.known, "recording_url": [5, "https://r.example.com/1.wav"]}
    await applying

    async with db.transaction(sessions) as session:
        call = await session.get_one(Call, webhook.call_id)
    assert call.summary == "He is very late."
    assert call.known["recording_url"] == [5, "https://r.example.com/1.wav"]
    assert (await _read(room, again.id))[1] == names


async def _waits_for_a_lock(room: Room) -> bool:
    query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
    async with db.transaction(room.runtime.sessions) as session:
        connection = await session.connection()
        result = await connection.exec_driver_sql(f"{query} and datname = current_database()")
        waiting: int = result.scalar_one()
        return waiting == 1
