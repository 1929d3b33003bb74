"""Whoever may not see originals sees none, on any path; whoever may sees all of them."""

import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlmodel import select

from backend.auth.models import Role
from backend.destinations.models import Message
from backend.platform import db
from tests.auth.test_permissions import filled, guarded
from tests.quality.policies import publish
from tests.support.customers import Customer
from tests.support.inbox import settled, the_call
from tests.support.retell_side import RetellSide
from tests.support.service import Service
from tests.support.waiting import until

CARD = "4111 1111 1111 1111"
OTHER_CARD = "5500005555555559"
NAME = "Okafor"
SECRETS = (CARD, OTHER_CARD, NAME)
SCHEMA = {
    "type": "object",
    "properties": {"delay_reason": {"type": ["string", "null"], "description": "Why he is late"}},
}
SAID = (
    "agent: Why are you late?",
    f"user: There was an accident. My card is {CARD}, I am {NAME}.",
)


@dataclass
class Planted:
    """A call of which every room has something, with cards and a name in it."""

    ids: dict[str, str]
    admin: Customer
    manager: Customer
    reviewer: Customer


@pytest.fixture
async def planted(customer: Customer) -> Planted:
    await _destination(customer)
    agent = await customer.published_agent(record_schema=SCHEMA, redact=["card", "name"])
    given = {"driver_name": f"Maria {NAME}", "card": OTHER_CARD}
    side = RetellSide(
        agent["retell_agent_id"],
        members={"retell_llm_dynamic_variables": given, "metadata": {"paid_with": OTHER_CARD}},
    )
    analysis = {"call_summary": f"{NAME} paid with {CARD}.", "call_successful": True}
    over: dict[str, Any] = {"transcript_object": _utterances()}
    await settled(
        customer,
        side.spoken(*SAID),
        side.ended(**over),
        side.analyzed(**over, call_analysis=analysis),
    )
    call_id = (await the_call(customer))["id"]
    await customer.record_of(call_id)
    policy = await publish(customer, applies_to=[])
    await customer.post(f"/calls/{call_id}/evaluation/evaluate", {"policy_id": policy["id"]})
    await until(lambda: _evaluated(customer, call_id), "the evaluation")
    await customer.patch(
        f"/calls/{call_id}/record", {"data": {"delay_reason": f"{NAME} paid with {CARD}"}}
    )
    await customer.post(f"/calls/{call_id}/comments", {"text": f"{NAME} gave {CARD}."})
    (webhook, *_) = (await customer.get("/webhooks"))["items"]
    ids = {"call_id": call_id, "agent_id": agent["id"], "webhook_id": webhook["id"]}
    manager, reviewer = [await customer.colleague(role) for role in (Role.MANAGER, Role.REVIEWER)]
    return Planted(ids, customer, manager, reviewer)


def _utterances() -> list[dict[str, Any]]:
    return [
        {"role": role, "content": text, "words": [{"word": text, "start": 2 * n, "end": 2 * n + 1}]}
        for n, (role, _, text) in enumerate(line.partition(": ") for line in SAID)
    ]


async def _destination(customer: Customer) -> None:
    wanted = {
        "name": "CRM",
        "kind": "webhook",
        "config": {"url": "https://crm.example.com/"},
        "events": ["call.ended", "call.analyzed", "record.corrected"],
        "enabled": False,
    }
    await customer.post("/destinations", wanted)


async def _evaluated(customer: Customer, call_id: str) -> bool:
    evaluation = (await customer.get(f"/calls/{call_id}"))["evaluation"]
    return evaluation is not None and evaluation["status"] != "pending"


def readable() -> list[str]:
    """List all paths that give text: not sound, and not streams, which do not end."""
    unending = ("/events", "/recording", "/audio")
    return [path for method, path in guarded() if method == "GET" and not path.endswith(unending)]


async def telling(reader: Customer, ids: dict[str, str]) -> set[str]:
    """Return the paths whose answer has one of the secrets."""
    found = set()
    for path in readable():
        response = await reader.client.get(filled(path, ids), params=NEEDED.get(path))
        assert response.status_code < 500, path
        if any(secret in response.text for secret in SECRETS):
            found.add(path)
    return found


NEEDED = {"/api/v1/calls": {"limit": 200}}
# Where a call with all that was said of it is found.
TELLING = {
    "/api/v1/calls",
    "/api/v1/calls/{call_id}",
    "/api/v1/calls/{call_id}/comments",
    "/api/v1/calls/{call_id}/record/revisions",
    "/api/v1/calls/{call_id}/timeline",
    "/api/v1/calls/export",
    "/api/v1/records",
}


async def test_a_reviewer_finds_nothing_of_it_on_any_path(planted: Planted) -> None:
    assert await telling(planted.reviewer, planted.ids) == set()
    assert await telling(planted.manager, planted.ids) >= TELLING


async def test_the_rest_of_the_call_is_there(planted: Planted) -> None:
    path = f"/calls/{planted.ids['call_id']}"
    original, masked = await planted.admin.get(path), await planted.reviewer.get(path)

    assert masked["transcript"][0] == original["transcript"][0]
    assert masked["transcript"][1]["text"] == (
        "There was an accident. My card is [card], I am [name]."
    )
    assert masked["variables"] == {"driver_name": "[name]", "card": "[card]"}
    assert masked["summary"] == "[name] paid with [card]."
    same = {name for name in original if original[name] == masked[name]}
    assert {"id", "agent_id", "status", "started_at", "to_number", "retell_call_id"} <= same


async def test_an_answer_to_a_change_is_masked_too(planted: Planted) -> None:
    path = f"/api/v1/calls/{planted.ids['call_id']}/record/approve"
    answer = await planted.reviewer.client.post(path, json={})

    assert answer.is_success, answer.text
    assert answer.json()["data"] == {"delay_reason": "[name] paid with [card]"}
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_streams_tell_a_reviewer_nothing_of_it(planted: Planted) -> None:
    call_id = planted.ids["call_id"]
    for path in ("/events", f"/calls/{call_id}/events"):
        seen = await planted.reviewer.events(path, "record.corrected")
        original = await planted.admin.events(path, "record.corrected")

        assert not [secret for secret in SECRETS if secret in json.dumps(seen)]
        assert CARD in json.dumps(original)
        assert [each["id"] for each in seen] == [each["id"] for each in original]
    assert CARD not in await _snapshot(planted.reviewer, call_id)
    assert CARD in await _snapshot(planted.admin, call_id)


async def _snapshot(reader: Customer, call_id: str) -> str:
    url = f"/api/v1/calls/{call_id}/events"
    async with reader.client.stream("GET", url) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                return line
    raise AssertionError("The stream told nothing.")


async def test_what_destinations_are_told_is_masked_for_all(planted: Planted) -> None:
    async def probe() -> list[Message] | None:
        async with db.transaction(planted.admin.sessions) as session:
            wanted = select(Message).where(Message.org_id == planted.admin.org.id)
            found = list((await session.exec(wanted)).all())
        return found if "record.corrected" in {each.event for each in found} else None

    messages = await until(probe, "all to be booked")

    told = json.dumps([message.data for message in messages])
    assert not [secret for secret in SECRETS if secret in told]
    assert "[name] paid with [card]" in told
    assert planted.ids["call_id"] in told


async def test_a_key_with_the_role_of_a_reviewer_is_one(
    planted: Planted, shared_service: Service
) -> None:
    made = await planted.admin.post("/api-keys", {"name": "Board", "role": "reviewer"})
    async with httpx.AsyncClient(base_url=shared_service.settings.own_url) as client:
        answer = await client.get(
            f"/api/v1/calls/{planted.ids['call_id']}",
            headers={"authorization": f"Bearer {made['key']}"},
        )

    assert answer.is_success
    assert not [secret for secret in SECRETS if secret in answer.text]


async def test_calls_of_agents_that_mask_nothing_are_shown_as_they_are(customer: Customer) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"])
    await settled(customer, side.ended(transcript_object=_utterances()))
    call_id = (await the_call(customer))["id"]
    reviewer = await customer.colleague(Role.REVIEWER)

    for path in (f"/calls/{call_id}", "/calls", f"/calls/{call_id}/timeline"):
        assert await reviewer.get(path) == await customer.get(path)
