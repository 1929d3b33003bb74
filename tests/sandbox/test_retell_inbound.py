"""Inbound calls: the number's webhook is asked first, and may decide."""

from typing import Any

import pytest

from tests.sandbox.running_sandbox import API_KEY
from tests.sandbox.sandbox_user import OWN_NUMBER, PERSON, SandboxUser
from tests.sandbox.webhook_receiver import WebhookReceiver


async def call_in(user: SandboxUser, **inbound: Any) -> dict[str, Any]:
    body = {"to_number": OWN_NUMBER, "from_number": PERSON, **inbound}
    response = await user.control.post("/calls/inbound", json=body)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def bind(user: SandboxUser, agent_id: str, **settings: Any) -> None:
    await user.retell.phone_number.update(
        OWN_NUMBER, inbound_agents=[{"agent_id": agent_id, "weight": 1}], **settings
    )


async def test_an_inbound_call_is_taken_by_the_numbers_agent(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()
    await bind(user, agent.agent_id)

    answer = await call_in(user)

    assert answer["outcome"] == "connected"
    call = await user.analyzed(answer["call_id"])
    assert (call.direction, call.from_number, call.to_number) == ("inbound", PERSON, OWN_NUMBER)
    assert call.agent_id == agent.agent_id
    await receiver.wait_for_event(call.call_id, "call_started")
    assert await user.dialled() == {}


async def test_the_webhook_is_asked_with_a_signature_before_the_call(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()
    await bind(user, agent.agent_id, inbound_webhook_url=user.hook)
    reply = {"dynamic_variables": {"driver_name": "Ana"}, "metadata": {"from": "webhook"}}
    receiver.plan.append({"call_inbound": reply})

    answer = await call_in(user)

    asked = receiver.received[0]
    assert asked.event == "call_inbound"
    assert asked.is_signed_with(API_KEY)
    assert asked.body["call_inbound"] == {
        "agent_id": agent.agent_id,
        "from_number": PERSON,
        "to_number": OWN_NUMBER,
        "call_id": answer["call_id"],
    }
    call = await user.analyzed(answer["call_id"])
    assert call.retell_llm_dynamic_variables == {"driver_name": "Ana"}
    assert call.metadata == {"from": "webhook"}


async def test_the_webhook_may_choose_another_agent(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    usual, other = await user.agent(), await user.agent()
    await bind(user, usual.agent_id, inbound_webhook_url=user.hook)
    receiver.plan.append({"call_inbound": {"override_agent_id": other.agent_id}})

    answer = await call_in(user)

    assert (await user.get(answer["call_id"])).agent_id == other.agent_id


async def test_a_rejected_call_leaves_nothing(user: SandboxUser, receiver: WebhookReceiver) -> None:
    agent = await user.agent()
    await bind(user, agent.agent_id, inbound_webhook_url=user.hook)
    receiver.plan.append({"call_inbound": {"reject": True}})

    answer = await call_in(user)

    assert answer == {"outcome": "rejected", "call_id": None}
    assert (await user.retell.call.list()).items == []


@pytest.mark.parametrize(
    "reply",
    [
        {"reject": "yes"},
        {"reject": True, "dynamic_variables": {"a": 1}},
        {"override_agent_id": 7},
    ],
    ids=str,
)
async def test_one_bad_value_makes_the_whole_answer_worthless(
    user: SandboxUser, receiver: WebhookReceiver, reply: dict[str, Any]
) -> None:
    agent = await user.agent()
    await bind(user, agent.agent_id, inbound_webhook_url=user.hook)
    receiver.plan.append({"call_inbound": reply})

    answer = await call_in(user)

    assert answer["outcome"] == "connected"
    assert (await user.get(answer["call_id"])).agent_id == agent.agent_id


async def test_a_failing_webhook_is_asked_again_and_then_done_without(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()
    await bind(user, agent.agent_id, inbound_webhook_url=user.hook)
    receiver.plan += [500] * 4

    answer = await call_in(user)

    assert [each.event for each in receiver.received[:4]] == ["call_inbound"] * 4
    assert answer["outcome"] == "connected"


async def test_a_number_without_an_agent_connects_nobody(user: SandboxUser) -> None:
    assert (await call_in(user))["outcome"] == "nobody"


@pytest.mark.parametrize(
    ("fallback", "reason"),
    [(None, "concurrency_limit_reached"), ("+14155550180", "no_concurrency_fallback")],
)
async def test_a_caller_who_finds_no_line_free_is_given_up_or_passed_on(
    user: SandboxUser, fallback: str | None, reason: str
) -> None:
    agent = await user.agent()
    await bind(user, agent.agent_id, fallback_number=fallback)
    await user.limit(concurrency=0)

    answer = await call_in(user)

    assert answer["outcome"] == "no_line"
    call = await user.analyzed(answer["call_id"])
    assert call.disconnection_reason == reason
    assert call.transcript is None


async def test_somebody_elses_number_cannot_be_called(user: SandboxUser) -> None:
    body = {"to_number": "+14155550151", "from_number": PERSON}

    response = await user.control.post("/calls/inbound", json=body)

    assert response.status_code == 422
