"""A look-up is asked before a dial, over real HTTP, and its word holds everywhere."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backend.platform import clock
from tests.compliance.hooks.conftest import made_hook
from tests.compliance.hooks.standing import BARRED
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.sandbox import Sandbox

NUMBER, OTHER = "+14155550100", "+14155550188"


async def _asked(sandbox: Sandbox) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = await sandbox.control("GET", "/lookup/asked")
    return asked


async def _bar(sandbox: Sandbox, **answer: Any) -> None:
    await sandbox.control("PUT", "/lookup/answers", {NUMBER: BARRED | answer})


async def test_a_number_that_a_look_up_refuses_is_refused_by_one_name_everywhere(
    dialer: Customer, sandbox: Sandbox
) -> None:
    await _bar(sandbox)
    agent = await dialer.published_agent()
    await made_hook(dialer, f"{sandbox.url}/lookup/dial")

    body = {"agent_id": agent["id"], "to_number": NUMBER}
    checked = await dialer.post("/compliance/check", body)
    refused = await dialer.client.post("/api/v1/calls", json=body)

    problem = problem_of(refused, 409, "refused_by_hook")
    assert problem["rule"] == checked["rule"]
    assert (checked["allowed"], checked["refusal"]) == (False, "refused_by_hook")
    assert checked["rule"]["name"] == "hook: Do-not-call list"
    assert checked["rule"]["source"] == "127.0.0.1"
    assert "It is on the national list." in checked["detail"]
    assert checked["next_allowed_at"] is None
    assert len(await _asked(sandbox)) == 1


@pytest.mark.parametrize("path", ["dial", "hanging"])
async def test_a_call_for_later_is_not_judged_by_what_a_look_up_says_now(
    dialer: Customer, sandbox: Sandbox, path: str
) -> None:
    await _bar(sandbox)
    agent = await dialer.published_agent()
    await made_hook(dialer, f"{sandbox.url}/lookup/{path}", keep_seconds=60, timeout_ms=300)
    body = {"agent_id": agent["id"], "to_number": NUMBER}
    assert (await dialer.client.post("/api/v1/calls", json=body)).status_code == 409
    tomorrow = (clock.now() + timedelta(days=1)).isoformat()

    assert (await dialer.post("/compliance/check", body | {"at": tomorrow}))["allowed"]
    placed = await dialer.post("/calls", body | {"scheduled_at": tomorrow})

    assert placed["status"] == "scheduled"


async def test_a_number_that_a_look_up_allows_is_asked_about_once_and_dialled(
    dialer: Customer, sandbox: Sandbox
) -> None:
    agent = await dialer.published_agent()
    hook = await made_hook(dialer, f"{sandbox.url}/lookup/dial")
    await sandbox.control("PUT", "/lookup/behavior", {"secret": hook["secret"]})

    for _ in range(2):
        call = await dialer.call(agent, to_number=OTHER)
        await dialer.call_in(call["id"], "ended")

    (asked,) = await _asked(sandbox)
    kept = (await dialer.get("/compliance/hooks/inquiries"))["items"]
    assert [each["id"] for each in kept] == [asked["webhook_id"]] == [asked["data"]["id"]]
    assert kept[0]["question"] == {key: asked[key] for key in ("type", "timestamp", "data")}
    assert asked["data"]["to_number"] == OTHER
    assert asked["data"]["purpose"] == "service"
    assert asked["data"]["agent_id"] == agent["id"]
    assert kept[0]["answer"]["line_type"] == "mobile"
    assert kept[0]["status"] == "allowed"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("hanging", "No answer within 0.3 s."),
        ("breaking", "not JSON, or breaks off"),
        ("oversized", "longer than 16,384 bytes"),
        ("wrong", "wrong at /allowed"),
        ("page", "not JSON"),
        ("moved", "Redirects are not followed"),
    ],
)
async def test_whatever_is_no_answer_refuses_the_call_and_says_why(
    dialer: Customer, sandbox: Sandbox, path: str, said: str
) -> None:
    agent = await dialer.published_agent()
    await made_hook(dialer, f"{sandbox.url}/lookup/{path}", timeout_ms=300)

    body = {"agent_id": agent["id"], "to_number": NUMBER}
    refused = await dialer.client.post("/api/v1/calls", json=body)

    problem = problem_of(refused, 409, "hook_unanswered")
    assert said in problem["detail"]
    assert problem["next_allowed_at"] is not None
    (kept,) = (await dialer.get("/compliance/hooks/inquiries"))["items"]
    assert (kept["status"], kept["answer"]) == ("failed", None)
    assert said in kept["failure"]
    assert await sandbox.calls() == []


async def test_a_private_address_is_not_asked(customer: Customer, sandbox: Sandbox) -> None:
    agent = await customer.published_agent()
    await made_hook(customer, f"{sandbox.url}/lookup/dial")

    body = {"agent_id": agent["id"], "to_number": NUMBER}
    refused = await customer.client.post("/api/v1/calls", json=body)

    assert "public internet" in problem_of(refused, 409, "hook_unanswered")["detail"]
    assert await _asked(sandbox) == []


async def test_a_call_passes_without_an_answer_only_where_that_has_a_reason(
    dialer: Customer, sandbox: Sandbox
) -> None:
    agent = await dialer.published_agent()
    hook = await made_hook(
        dialer,
        f"{sandbox.url}/lookup/page",
        on_failure="open",
        open_reason="Counsel agreed on 2 November.",
    )

    call = await dialer.call(agent)

    await dialer.call_in(call["id"], "ended")
    (kept,) = (await dialer.get("/compliance/hooks/inquiries", hook_id=hook["id"]))["items"]
    assert (kept["status"], kept["open_reason"]) == ("failed", "Counsel agreed on 2 November.")


async def test_many_who_ask_the_same_at_once_ask_one_question(
    dialer: Customer, sandbox: Sandbox
) -> None:
    await sandbox.control("PUT", "/lookup/behavior", {"slow_seconds": 0.3})
    agent = await dialer.published_agent()
    await made_hook(dialer, f"{sandbox.url}/lookup/dial")

    body = {"agent_id": agent["id"], "to_number": NUMBER}
    checked = await asyncio.gather(*(dialer.post("/compliance/check", body) for _ in range(6)))

    assert [each["allowed"] for each in checked] == [True] * 6
    assert len(await _asked(sandbox)) == 1
