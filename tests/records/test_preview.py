"""Trying a record schema out: what would be made of a transcript, and that nothing is kept."""

from typing import Any

import pytest
from sqlmodel import func, select

from backend.auth.models import Role
from backend.calls.models import Call
from backend.platform import db
from backend.records.models import Record
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

LATE = {
    "type": "object",
    "properties": {
        "driver_status": {"type": "string", "enum": ["driving", "delayed", "arrived"]},
        "delay_reason": {"type": ["string", "null"]},
    },
    "required": ["driver_status"],
}
SAID = "Agent: What is your status?\nUser: I'm delayed.\nAgent: Why?\nUser: A flat tire."


async def _draft(customer: Customer, **config: Any) -> dict[str, Any]:
    draft: dict[str, Any] = await customer.post(
        "/agents", {"name": "Check-in", "prompt": "Be kind.", "record_schema": LATE, **config}
    )
    return draft


async def _rows(customer: Customer) -> list[int]:
    async with db.transaction(customer.sessions) as session:
        return [
            (await session.exec(select(func.count()).select_from(table))).one()
            for table in (Call, Record)
        ]


async def test_a_draft_is_tried_on_a_transcript_and_nothing_is_kept(customer: Customer) -> None:
    draft = await _draft(customer)
    before = await _rows(customer)

    tried = await customer.post(f"/agents/{draft['id']}/preview", {"transcript": SAID})

    assert tried["data"]["driver_status"] == "delayed"
    evidence = tried["evidence"]["driver_status"]
    assert (evidence["found"], evidence["turns"][-1]) == (True, 1)
    assert [turn["text"] for turn in tried["transcript"]][1] == "I'm delayed."
    assert tried["not_said"].keys() == {n for n, value in tried["data"].items() if value is None}
    assert tried["input_tokens"] > 0
    assert tried["status"] in {"valid", "needs_review"}
    assert await _rows(customer) == before
    assert await customer.get(f"/agents/{draft['id']}") == draft


async def test_another_schema_can_be_tried_on_a_past_call(customer: Customer) -> None:
    draft = await _draft(customer, record_schema=None)
    lines = [line.lower() for line in SAID.splitlines()]
    async with db.transaction(customer.sessions) as session:
        other = await builders.agent(session, customer.org.id)
        call = await builders.call(session, other, lines=tuple(lines))
    path = f"/agents/{draft['id']}/preview"

    tried = await customer.post(path, {"call_id": str(call.id), "record_schema": LATE})

    assert tried["data"]["driver_status"] == "delayed"
    without = await customer.client.post(f"/api/v1{path}", json={"call_id": str(call.id)})
    assert pointers(problem_of(without, 422, "preview-impossible")) == ["/record_schema"]


async def test_a_transcript_of_another_maker_is_read_with_who_said_what(
    customer: Customer,
) -> None:
    draft = await _draft(customer)
    pasted = "[00:01] Bot: Are you late?\n[00:04] Customer: Yes, delayed by two hours."

    tried = await customer.post(f"/agents/{draft['id']}/preview", {"transcript": pasted})

    said = [(turn["role"], turn["text"], turn["start_ms"]) for turn in tried["transcript"]]
    assert said == [
        ("agent", "Are you late?", 1000),
        ("user", "Yes, delayed by two hours.", 4000),
    ]
    unknown = {"transcript": "Agent: Hello.\nDave: Hi."}
    refused = await customer.client.post(f"/api/v1/agents/{draft['id']}/preview", json=unknown)
    (error,) = problem_of(refused, 422, "invalid-request")["errors"]
    assert error["pointer"] == "/transcript"
    assert "line 2" in error["message"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"transcript": SAID, "call_id": "0199aaaa-0000-7000-8000-000000000000"}, ""),
        ({"transcript": "nobody speaks here"}, "/transcript"),
        ({"transcript": []}, "/transcript"),
        ({"transcript": SAID, "record_schema": {"type": "array"}}, "/record_schema/type"),
    ],
)
async def test_what_cannot_be_tried_is_refused_where_it_stands(
    customer: Customer, body: dict[str, Any], pointer: str
) -> None:
    draft = await _draft(customer)

    response = await customer.client.post(f"/api/v1/agents/{draft['id']}/preview", json=body)

    assert response.status_code == 422, response.text
    assert any(found.startswith(pointer) for found in pointers(response.json()))


async def test_another_organisations_calls_and_agents_are_not_there(
    customer: Customer, stranger: Customer
) -> None:
    own, foreign = await _draft(customer), await _draft(stranger)
    async with db.transaction(stranger.sessions) as session:
        agent = await builders.agent(session, stranger.org.id)
        call = await builders.call(session, agent, lines=("user: Hello.",))

    by_agent = await customer.client.post(
        f"/api/v1/agents/{foreign['id']}/preview", json={"transcript": SAID}
    )
    by_call = await customer.client.post(
        f"/api/v1/agents/{own['id']}/preview", json={"call_id": str(call.id)}
    )

    problem_of(by_agent, 404, "agent-not-found")
    problem_of(by_call, 404, "call-not-found")
    reviewer = await customer.colleague(Role.REVIEWER)
    refused = await reviewer.client.post(
        f"/api/v1/agents/{own['id']}/preview", json={"transcript": SAID}
    )
    problem_of(refused, 403, "role-missing")
