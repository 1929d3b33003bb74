"""What webhooks say that are not about a call of ours, or are hardly readable at all."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend.platform import db
from backend.webhooks import jobs, service
from backend.webhooks.events import WebhookStored
from backend.webhooks.models import Webhook, WebhookState
from tests.support.customers import Customer
from tests.support.inbox import settled, stored_webhooks, the_call
from tests.support.retell_side import RetellSide
from tests.support.room import Room
from tests.support.signing import as_sent

_CALL = {"call_id": "call_1", "agent_id": "agent_of_nobody"}


@pytest.mark.parametrize(
    "webhook",
    [
        {"event": "call_invented_next_year", "call": _CALL},
        {"event": "chat_ended", "chat": {"chat_id": "chat_1", "agent_id": "agent_1"}},
        {"event": "transcript_updated", "chat": {"chat_id": "chat_1"}},
        {"event": "alert_triggered", "alert": {"alert_incident_id": "1", "current_value": 7}},
        {"event": "call_inbound", "call_inbound": {"to_number": "+14155550199"}},
        {"event": None, "call": _CALL},
        {"event": ["call_ended"], "call": _CALL},
        {"event": "call_ended", "call": "call_1"},
        {"event": "call_ended"},
        {},
    ],
)
async def test_a_signed_webhook_that_tells_nothing_of_a_call_is_kept_and_ignored(
    customer: Customer, webhook: dict[str, Any]
) -> None:
    (received,) = await settled(customer, webhook)

    assert received["state"] == WebhookState.IGNORED
    assert received["error"] == "This event says nothing about a call."
    assert (await customer.get("/calls"))["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"call_ended",
        b'{"event":"call_ended","call":{"call_id":"cut o',
        b'[{"event":"call_ended"}]',
        b'"call_ended"',
        b"null",
        b"1" * 5000,
        b"[" * 100_000,
        b'{"event":"call_ended","call":{"agent_id":"agent_1"}}',
        b'{"event":"call_ended","call":{"call_id":7}}',
        b'{"event":"call_ended","call":{"call_id":""}}',
    ],
)
async def test_a_signed_webhook_that_cannot_be_read_is_kept_as_failed_with_the_reason(
    customer: Customer, body: bytes
) -> None:
    (received,) = await settled(customer, body)

    assert (received["state"], received["attempts"]) == (WebhookState.FAILED, 1)
    assert received["error"]
    assert [row.body for row in await stored_webhooks(customer)] == [body]


async def test_half_an_emoji_and_nul_characters_reach_the_call_as_text_that_can_be_stored(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    # As JavaScript writes a text that was cut in the middle of a pair.
    body = (
        b'{"event":"call_ended","call":{"call_id":"call_1","agent_id":"%b",'
        b'"metadata":{"note":"\\u0000\\udc00"},"disconnection_reason":"user_hangup",'
        b'"transcript_object":[{"role":"user","content":"cut \\ud83d off\\u0000"}]}}'
    )

    (received,) = await settled(customer, body % agent["retell_agent_id"].encode())

    assert received["state"] == WebhookState.APPLIED
    call = await the_call(customer)
    assert [turn["text"] for turn in call["transcript"]] == ["cut \ufffd off"]
    assert call["metadata"] == {"note": "\ufffd"}


async def test_deeply_nested_and_odd_values_do_not_keep_a_webhook_from_being_applied(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"])
    deep: dict[str, Any] = {}
    for _ in range(200):
        deep = {"deeper": deep}
    odd: dict[str, Any] = {
        "metadata": {"deep": deep},
        "start_timestamp": 10**30,
        "duration_ms": -5,
        "agent_version": "one",
        "call_cost": {"combined_cost": "free", "product_costs": "none"},
        "call_analysis": ["not", "an", "object"],
        "transcript_object": [7, {"role": "user", "content": None}, {"role": "robot"}],
        "from_number": {"number": 1},
        "latency": {"e2e": {"p50": float("inf")}},
    }

    (received,) = await settled(customer, as_sent(side.ended(**odd)))

    assert (received["state"], received["error"]) == (WebhookState.APPLIED, None)
    call = await the_call(customer)
    assert (call["status"], call["transcript"], call["cost"]) == ("ended", [], None)


async def test_fields_and_enum_values_that_are_new_do_no_harm(customer: Customer) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"])
    new: dict[str, Any] = {
        "call_type": "hologram_call",
        "direction": "sideways",
        "call_status": "pondering",
        "a_field_of_next_year": {"nested": [1, 2]},
        "call_analysis": {"user_sentiment": "Wistful", "aura": "blue"},
    }

    (received,) = await settled(customer, side.analyzed(**new))

    assert received["state"] == WebhookState.APPLIED
    call = await the_call(customer)
    assert (call["status"], call["sentiment"]) == ("ended", "unknown")


async def test_an_attempt_that_fails_is_counted_and_after_the_last_one_the_webhook_is_parked(
    room: Room,
) -> None:
    webhook = await _stored(room, as_sent(RetellSide("agent_of_nobody").ended()))
    event = WebhookStored(org_id=room.org.id, webhook_id=webhook.id)
    await _rename(room, "agents", "elsewhere")

    for _ in range(2):
        with pytest.raises(SQLAlchemyError):
            await jobs.apply_webhook(room.runtime, event)
    waiting = await _reload(room, webhook)
    await jobs.fail_webhook(room.runtime, event, "The tables are gone.")
    parked = await _reload(room, webhook)
    await _rename(room, "elsewhere", "agents")
    async with db.transaction(room.runtime.sessions) as session:
        await service.replay_webhook(session, room.org.id, webhook.id)
    assert await room.run_jobs() == []

    assert (waiting.state, waiting.attempts) == (WebhookState.RECEIVED, 2)
    assert waiting.error == "ProgrammingError"
    assert (parked.state, parked.error) == (WebhookState.FAILED, "The tables are gone.")
    assert (await _reload(room, webhook)).state is WebhookState.IGNORED


async def _stored(room: Room, body: bytes) -> Webhook:
    async with db.transaction(room.runtime.sessions) as session:
        webhook = Webhook(org_id=room.org.id, body=body, body_sha256=b"1", body_bytes=len(body))
        session.add(webhook)
        return webhook


async def _reload(room: Room, webhook: Webhook) -> Webhook:
    async with db.transaction(room.runtime.sessions) as session:
        return await service.get_webhook(session, room.org.id, webhook.id)


async def _rename(room: Room, table: str, name: str) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        await (await session.connection()).execute(text(f"alter table {table} rename to {name}"))
