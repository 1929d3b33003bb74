"""Webhooks: which events, with which fields, signed how, in which order, tried how often."""

import asyncio
import json

import httpx
import pytest

from tests.sandbox.running_sandbox import API_KEY
from tests.sandbox.sandbox_user import ALL_EVENTS, OWN_NUMBER, PERSON, SandboxUser
from tests.sandbox.webhook_receiver import Reaction, WebhookReceiver

USUAL = ["call_started", "call_ended", "call_analyzed"]


async def test_a_call_sends_started_ended_and_analyzed_each_once(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()

    call = await user.play(agent.agent_id, "driver_check_in")

    await receiver.wait_for(lambda: len(receiver.of(call.call_id)) == 3)
    assert sorted(receiver.events(call.call_id)) == sorted(USUAL)
    assert await user.triggered(call.call_id) == USUAL


async def test_webhooks_carry_signatures_the_vendor_accepts(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()

    call = await user.play(agent.agent_id, "spanish", metadata={"name": "Peña 👍 試験"})

    await receiver.wait_for(lambda: len(receiver.of(call.call_id)) == 3)
    assert [each.is_signed_with(API_KEY) for each in receiver.received] == [True] * 3
    assert not any(each.is_signed_with("key_of_somebody_else") for each in receiver.received)


async def test_bodies_are_written_as_javascript_writes_them(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()

    call = await user.play(agent.agent_id, "spanish")

    raw = (await receiver.wait_for_event(call.call_id, "call_ended")).raw
    again = json.dumps(json.loads(raw), separators=(",", ":"), ensure_ascii=False)
    assert raw == again.encode()
    assert "👍".encode() in raw
    assert "José Ángel".encode() in raw


async def test_half_a_character_is_escaped_and_does_not_break_the_body(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()
    half = {"half": "\ud83d"}
    body = {"from_number": OWN_NUMBER, "to_number": PERSON, "metadata": half}
    body |= {"override_agent_id": agent.agent_id}

    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(headers=headers) as client:
        created = await client.post(f"{user.url}/v2/create-phone-call", content=json.dumps(body))

    assert created.status_code == 201
    received = await receiver.wait_for_event(created.json()["call_id"], "call_started")
    assert received.is_signed_with(API_KEY)
    assert received.call["metadata"] == half


async def test_fields_appear_at_the_event_retell_documents(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()

    call = await user.play(
        agent.agent_id, "driver_check_in", retell_llm_dynamic_variables={"driver_name": "Ana"}
    )

    started, ended, analyzed = [
        set((await receiver.wait_for_event(call.call_id, event)).call) for event in USUAL
    ]
    always = {"call_id", "agent_id", "agent_version", "from_number", "to_number", "direction"}
    always |= {"metadata", "retell_llm_dynamic_variables", "start_timestamp"}
    at_end = {"end_timestamp", "duration_ms", "disconnection_reason", "transcript"}
    at_end |= {"transcript_object", "transcript_with_tool_calls", "recording_url"}
    at_end |= {"call_cost", "latency", "public_log_url"}
    assert always <= started
    assert not (at_end | {"call_analysis"}) & started
    assert always | at_end <= ended
    assert "call_analysis" not in ended
    assert analyzed == ended | {"call_analysis"}


async def test_a_webhook_shows_what_get_call_shows(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()

    call = await user.play(agent.agent_id, "sales")

    analyzed = await receiver.wait_for_event(call.call_id, "call_analyzed")
    assert analyzed.call == await user.raw(call.call_id)


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [("no_answer", "dial_no_answer"), ("busy", "dial_busy"), ("declined", "user_declined")],
)
async def test_a_call_that_never_connects_sends_no_call_started(
    user: SandboxUser, receiver: WebhookReceiver, scenario: str, reason: str
) -> None:
    agent = await user.agent(webhook_events=ALL_EVENTS)

    call = await user.play(agent.agent_id, scenario)

    analyzed = await receiver.wait_for_event(call.call_id, "call_analyzed")
    ended = await receiver.wait_for_event(call.call_id, "call_ended")
    assert await user.triggered(call.call_id) == ["call_ended", "call_analyzed"]
    assert (ended.call["call_status"], ended.call["disconnection_reason"]) == (
        "not_connected",
        reason,
    )
    assert not {"transcript", "recording_url", "start_timestamp", "call_cost"} & set(ended.call)
    assert "custom_analysis_data" not in analyzed.call["call_analysis"]


async def test_the_transcript_is_sent_turn_by_turn_to_whoever_wants_it(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent(webhook_events=ALL_EVENTS)

    call = await user.play(agent.agent_id, "driver_check_in")

    await receiver.wait_for(lambda: len(receiver.of(call.call_id)) == 3 + 18)
    updates = [each for each in receiver.of(call.call_id) if each.event == "transcript_updated"]
    whole = call.to_dict()["transcript_with_tool_calls"]
    assert isinstance(whole, list)
    longest = max(updates, key=lambda each: len(each.raw))
    assert longest.body["transcript_with_tool_calls"] == whole
    assert longest.call["transcript_with_tool_calls"] == whole
    turns = {len(each.call["transcript_object"]) for each in updates}
    assert turns == set(range(1, 17))


async def test_an_agent_gets_only_the_events_it_selected(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent(webhook_events=["call_analyzed"])

    call = await user.play(agent.agent_id, "hang_up")

    await receiver.wait_for_event(call.call_id, "call_analyzed")
    assert await user.triggered(call.call_id) == ["call_analyzed"]


async def test_an_agent_without_an_address_gets_none(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)

    call = await user.play(agent.agent_id, "hang_up")

    assert await user.triggered(call.call_id) == []


async def test_a_transfer_is_announced_with_its_destination(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent(webhook_events=ALL_EVENTS)

    call = await user.play(agent.agent_id, "emergency")

    over = await receiver.wait_for_event(call.call_id, "transfer_ended")
    triggered = await user.triggered(call.call_id)
    assert [event for event in triggered if event != "transcript_updated"] == [
        "call_started",
        "transfer_started",
        "transfer_bridged",
        "call_ended",
        "call_analyzed",
        "transfer_ended",
    ]
    assert over.body["transfer_destination"] == {"number": "+14155550190"}
    assert over.body["transfer_option"]["type"] == "cold_transfer"
    assert over.call["transfer_end_timestamp"] >= over.call["end_timestamp"]


async def test_variables_are_put_into_the_webhook_address(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent(webhook_url=f"{user.hook}/{{{{tenant}}}}")

    call = await user.play(
        agent.agent_id, "hang_up", retell_llm_dynamic_variables={"tenant": "acme"}
    )

    received = await receiver.wait_for_event(call.call_id, "call_ended")
    assert received.path == f"{receiver.path}/acme"


async def test_a_failed_delivery_is_tried_again_with_the_same_body(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent(webhook_events=["call_ended"])
    receiver.plan += [500, "reset", 302]

    call = await user.play(agent.agent_id, "hang_up")

    delivery = await user.settled(call.call_id, "call_ended")
    bodies = {each.raw for each in receiver.of(call.call_id)}
    assert delivery["state"] == "delivered"
    assert [each["status"] for each in delivery["attempts"]] == [500, None, 302, 204]
    assert delivery["attempts"][1]["error"] is not None
    assert len(bodies) == 1
    assert all(each.is_signed_with(API_KEY) for each in receiver.of(call.call_id))


async def test_after_three_repetitions_the_event_is_gone(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent(webhook_events=["call_ended"])
    plan: list[Reaction] = [500] * 10
    receiver.plan += plan

    call = await user.play(agent.agent_id, "hang_up")

    delivery = await user.settled(call.call_id, "call_ended")
    assert delivery["state"] == "failed"
    assert len(receiver.of(call.call_id)) == 4


async def test_a_slow_receiver_is_given_up_after_the_agents_timeout(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent(webhook_events=["call_ended"], webhook_timeout_ms=200)
    receiver.plan += ["hang", "hang"]

    call = await user.play(agent.agent_id, "hang_up")

    delivery = await user.settled(call.call_id, "call_ended")
    outcomes = [(each["status"], each["error"]) for each in delivery["attempts"]]
    assert outcomes[:2] == [(None, "timeout"), (None, "timeout")]
    assert delivery["state"] == "delivered"


async def test_a_receiver_that_is_not_there_is_tried_four_times(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url="http://127.0.0.1:9/hook", webhook_events=["call_ended"])

    call = await user.play(agent.agent_id, "hang_up")

    delivery = await user.settled(call.call_id, "call_ended")
    assert [each["error"] for each in delivery["attempts"]] == ["ConnectError"] * 4


async def test_events_do_not_wait_for_each_other(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()
    receiver.plan += ["hang", "hang"]

    call = await user.play(agent.agent_id, "hang_up")

    await receiver.wait_for(lambda: len(receiver.of(call.call_id)) == 3)
    assert sorted(receiver.events(call.call_id)) == sorted(USUAL)
    assert receiver.most_open_requests == 3


async def test_calls_at_the_same_time_keep_their_webhooks_apart(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()

    calls = await asyncio.gather(
        *(user.play(agent.agent_id, "hang_up", metadata={"n": n}) for n in range(5))
    )

    await receiver.wait_for(lambda: len(receiver.received) == 15)
    for number, call in enumerate(calls):
        assert sorted(receiver.events(call.call_id)) == sorted(USUAL)
        assert {each.call["metadata"]["n"] for each in receiver.of(call.call_id)} == {number}


async def test_an_event_can_be_sent_again(user: SandboxUser, receiver: WebhookReceiver) -> None:
    agent = await user.agent()
    call = await user.play(agent.agent_id, "hang_up")
    await receiver.wait_for_event(call.call_id, "call_ended")

    answer = await user.control.post(
        "/webhooks/resend", json={"call_id": call.call_id, "event": "call_ended"}
    )

    assert answer.status_code == 202
    await receiver.wait_for(lambda: receiver.events(call.call_id).count("call_ended") == 2)
    first, second = (each for each in receiver.received if each.event == "call_ended")
    assert first.raw == second.raw
