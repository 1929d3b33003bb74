"""The sandbox's controls."""

from typing import Any

import httpx
import pytest
from retell import UnprocessableEntityError

from tests.sandbox.sandbox_user import PERSON, SandboxUser


async def test_controls_need_no_key(user: SandboxUser) -> None:
    async with httpx.AsyncClient(base_url=user.url) as anybody:
        health = (await anybody.get("/sandbox/health")).json()

    assert health == {"status": "ok", "speed": 60.0, "calls": 0, "live_calls": 0}


async def test_scenarios_are_listed_with_their_numbers(user: SandboxUser) -> None:
    answer = (await user.control.get("/scenarios")).json()

    by_name = {each["name"]: each for each in answer["items"]}
    assert by_name["voicemail"]["numbers"] == ["+14155550103"]
    assert by_name["long_call"]["turns"] >= 200
    assert answer["dialogues"] == []


async def test_calls_are_shown_with_their_dials_and_deliveries(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.play(agent.agent_id, "hang_up", metadata={"order": 7})
    await user.settled(call.call_id, "call_analyzed")

    answer = (await user.control.get("/calls")).json()

    shown = answer["calls"][0]
    assert answer["dialled"] == {PERSON: 1}
    assert shown["call_id"] == call.call_id
    assert shown["metadata"] == {"order": 7, "sandbox_scenario": "hang_up"}
    assert [each["state"] for each in shown["webhooks"]] == ["delivered"] * 3
    assert [each["attempts"][0]["status"] for each in shown["webhooks"]] == [204] * 3


@pytest.mark.parametrize(
    "rule",
    [
        {"target": "webhook", "kind": "status"},
        {"target": "api", "kind": "drop"},
        {"target": "api", "kind": "status", "count": 1, "probability": 0.5},
        {"target": "api", "kind": "status", "probability": 2},
        {"target": "api", "kind": "unheard of"},
        {"target": "webhook", "kind": "drop", "match": {"evnet": "call_ended"}},
        {"target": "webhook", "kind": "drop", "secnods": 1},
    ],
    ids=str,
)
async def test_a_rule_that_cannot_work_is_refused(user: SandboxUser, rule: dict[str, Any]) -> None:
    response = await user.control.post("/faults", json=rule)

    assert response.status_code == 422
    assert (await user.control.get("/faults")).json() == {"items": []}


async def test_a_reset_forgets_everything(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.dial(agent.agent_id, metadata={"sandbox_scenario": "long_call"})
    await user.in_status(call.call_id, "ongoing")
    await user.fault("webhook", "drop")
    await user.limit(list=1)

    await user.control.post("/reset")

    assert (await user.control.get("/calls")).json() == {"calls": [], "dialled": {}}
    assert (await user.control.get("/faults")).json() == {"items": []}
    assert (await user.control.get("/limits")).json()["list"] == 15
    assert (await user.control.get("/health")).json()["live_calls"] == 0
    with pytest.raises(UnprocessableEntityError):
        await user.retell.agent.retrieve(agent.agent_id)


async def test_an_event_of_an_unknown_call_cannot_be_resent(user: SandboxUser) -> None:
    wanted = {"call_id": "call_nobody", "event": "call_ended"}

    response = await user.control.post("/webhooks/resend", json=wanted)

    assert response.status_code == 422


async def test_a_call_without_a_receiver_cannot_be_resent(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)
    call = await user.play(agent.agent_id, "hang_up")

    response = await user.control.post(
        "/webhooks/resend", json={"call_id": call.call_id, "event": "call_ended"}
    )

    assert response.status_code == 400


async def test_what_is_not_there_is_a_404_without_a_key(user: SandboxUser) -> None:
    for path in ("/sandbox/faulst", "/v1/unheard-of", "/sandbox/recordings/call_nobody.wav"):
        async with httpx.AsyncClient(base_url=user.url) as anybody:
            assert (await anybody.get(path)).status_code == 404


async def test_the_speed_can_be_changed_while_calls_go_on(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)
    await user.speed(2)
    call = await user.dial(agent.agent_id)
    await user.in_status(call.call_id, "ongoing")

    await user.speed(0)

    assert (await user.analyzed(call.call_id)).call_status == "ended"
    assert (await user.control.put("/speed", json={"speed": -1})).status_code == 422
