"""Webhooks that go wrong on demand."""

import pytest

from tests.sandbox.running_sandbox import API_KEY
from tests.sandbox.sandbox_user import SandboxUser
from tests.sandbox.webhook_receiver import WebhookReceiver


async def test_a_dropped_event_never_arrives_and_is_on_record(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()
    await user.fault("webhook", "drop", match={"event": "call_ended"}, count=1)

    call = await user.play(agent.agent_id, "hang_up")

    dropped = await user.settled(call.call_id, "call_ended")
    await receiver.wait_for_event(call.call_id, "call_analyzed")
    await receiver.wait_for_event(call.call_id, "call_started")
    assert "call_ended" not in receiver.events(call.call_id)
    assert (dropped["state"], dropped["faults"]) == ("dropped", ["drop"])


async def test_a_fault_may_hit_only_the_first_attempts(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent(webhook_events=["call_ended"])
    await user.fault("webhook", "drop", attempts=2)

    call = await user.play(agent.agent_id, "hang_up")

    delivery = await user.settled(call.call_id, "call_ended")
    assert (delivery["state"], len(delivery["attempts"])) == ("delivered", 3)
    assert receiver.events(call.call_id) == ["call_ended"]


async def test_duplicates_arrive_at_the_same_time(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent(webhook_events=["call_analyzed"])
    await user.fault("webhook", "duplicate", n=4)
    receiver.plan += ["hang"] * 4

    call = await user.play(agent.agent_id, "hang_up")

    await receiver.wait_for(lambda: len(receiver.of(call.call_id)) == 4)
    assert receiver.most_open_requests == 4
    assert len({each.raw for each in receiver.received}) == 1


async def test_a_delayed_event_is_overtaken(user: SandboxUser, receiver: WebhookReceiver) -> None:
    agent = await user.agent()
    await user.fault("webhook", "delay", match={"event": "call_started"}, seconds=1.0)

    call = await user.play(agent.agent_id, "hang_up")

    await receiver.wait_for_event(call.call_id, "call_started")
    assert receiver.events(call.call_id)[-1] == "call_started"


@pytest.mark.parametrize(
    ("until", "overtaken_by"), [(None, "call_ended"), ("call_analyzed", "call_analyzed")]
)
async def test_an_event_is_held_back_until_a_later_one_went_out(
    user: SandboxUser, receiver: WebhookReceiver, until: str | None, overtaken_by: str
) -> None:
    agent = await user.agent()
    await user.fault("webhook", "reorder", match={"event": "call_started"}, until=until, seconds=5)

    call = await user.play(agent.agent_id, "driver_check_in")

    await receiver.wait_for(lambda: len(receiver.of(call.call_id)) == 3)
    events = receiver.events(call.call_id)
    assert events.index(overtaken_by) < events.index("call_started")


async def test_an_event_is_not_held_back_for_ever(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()
    await user.fault("webhook", "reorder", match={"event": "call_analyzed"}, seconds=0.05)

    call = await user.play(agent.agent_id, "hang_up")

    await receiver.wait_for_event(call.call_id, "call_analyzed")


@pytest.mark.parametrize("kind", ["wrong_signature", "stale_timestamp"])
async def test_a_spoilt_signature_does_not_verify(
    user: SandboxUser, receiver: WebhookReceiver, kind: str
) -> None:
    agent = await user.agent(webhook_events=["call_ended"])
    await user.fault("webhook", kind, count=1)

    spoilt = await user.play(agent.agent_id, "hang_up")
    sound = await user.play(agent.agent_id, "hang_up")

    assert not (await receiver.wait_for_event(spoilt.call_id, "call_ended")).is_signed_with(API_KEY)
    assert (await receiver.wait_for_event(sound.call_id, "call_ended")).is_signed_with(API_KEY)


async def test_a_fault_can_be_about_one_call(user: SandboxUser, receiver: WebhookReceiver) -> None:
    agent = await user.agent(webhook_events=["call_analyzed"])
    await user.speed(2)
    unlucky = await user.dial(agent.agent_id)
    await user.fault("webhook", "drop", match={"call_id": unlucky.call_id})
    await user.speed(60)

    lucky = await user.dial(agent.agent_id)

    await receiver.wait_for_event(lucky.call_id, "call_analyzed")
    assert (await user.settled(unlucky.call_id, "call_analyzed"))["state"] == "dropped"
    assert receiver.events(unlucky.call_id) == []


async def test_chance_repeats_with_its_seed(user: SandboxUser) -> None:
    agent = await user.agent(webhook_events=["call_ended"])
    rounds = []
    for _ in range(2):
        await user.control.delete("/faults")
        await user.fault("webhook", "drop", probability=0.5, seed=2)
        states = []
        for _ in range(6):
            call = await user.play(agent.agent_id, "busy")
            states.append((await user.settled(call.call_id, "call_ended"))["state"])
        rounds.append(states)

    assert rounds[0] == rounds[1]
    assert set(rounds[0]) == {"dropped", "delivered"}
