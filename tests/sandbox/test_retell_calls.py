"""Phone calls from creation to analysis, as the vendor's client sees them."""

import asyncio
import re

import httpx
import pytest
from retell import (
    APIStatusError,
    AsyncRetell,
    BadRequestError,
    NotFoundError,
    UnprocessableEntityError,
)

from tests.sandbox.sandbox_user import OWN_NUMBER, PERSON, SandboxUser, until
from tests.sandbox.webhook_receiver import WebhookReceiver

SLOW, FAST = 2.0, 60.0


async def test_a_call_goes_from_registered_to_analyzed(user: SandboxUser) -> None:
    agent = await user.agent()

    created = await user.dial(agent.agent_id, metadata={"order": 7})
    analyzed = await user.analyzed(created.call_id)

    assert (created.call_status, created.direction) == ("registered", "outbound")
    assert (created.from_number, created.to_number) == (OWN_NUMBER, PERSON)
    assert created.transcript is None
    assert (analyzed.call_status, analyzed.disconnection_reason) == ("ended", "agent_hangup")
    assert analyzed.metadata == {"order": 7}
    assert analyzed.agent_version == agent.version
    assert analyzed.start_timestamp is not None
    assert analyzed.end_timestamp is not None
    assert analyzed.start_timestamp <= analyzed.end_timestamp


async def test_a_live_call_shows_more_of_its_transcript_each_time(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.speed(SLOW)
    call = await user.dial(agent.agent_id, metadata={"sandbox_scenario": "long_call"})
    await user.in_status(call.call_id, "ongoing")

    lengths = []
    for _ in range(4):
        shown = await user.get(call.call_id)
        assert (shown.call_cost, shown.disconnection_reason) == (None, None)
        lengths.append(len(shown.transcript_object or []))
        await user.has_played_more_than(call.call_id, lengths[-1])

    assert lengths == sorted(set(lengths))


async def test_words_are_timed_in_seconds_within_the_duration_of_the_call(
    user: SandboxUser,
) -> None:
    agent = await user.agent()

    call = await user.play(agent.agent_id, "driver_check_in")

    words = [word for turn in call.transcript_object or [] for word in turn.words]
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times, key=lambda time: time or 0)
    assert call.duration_ms is not None
    assert 60_000 < (times[-1] or 0) * 1000 <= call.duration_ms
    said = " ".join(word.word or "" for word in words)
    assert said == " ".join(turn.content for turn in call.transcript_object or [])


async def test_the_transcript_tells_who_said_what(user: SandboxUser) -> None:
    agent = await user.agent()

    call = await user.play(agent.agent_id, "driver_check_in")

    names = {"agent": "Agent", "user": "User"}
    turns = call.transcript_object or []
    lines = [f"{names[turn.role]}: {turn.content}\n" for turn in turns]
    assert call.transcript == "".join(lines)
    assert {turn.role for turn in turns} == {"agent", "user"}


async def test_tool_calls_are_woven_into_the_transcript(user: SandboxUser) -> None:
    agent = await user.agent()

    call = await user.play(agent.agent_id, "emergency")

    invocation, result = (call.transcript_with_tool_calls or [])[-2:]
    assert (invocation.role, result.role) == ("tool_call_invocation", "tool_call_result")
    assert invocation.to_dict()["name"] == "transfer_call"
    assert invocation.to_dict()["tool_call_id"] == result.to_dict()["tool_call_id"]
    assert call.disconnection_reason == "call_transfer"
    assert call.transfer_destination == "+14155550190"


async def test_an_ended_call_has_its_cost_in_cents_and_its_latencies(user: SandboxUser) -> None:
    agent = await user.agent()

    call = await user.play(agent.agent_id, "driver_check_in")

    assert call.call_cost is not None
    assert call.duration_ms is not None
    assert call.latency is not None
    assert call.latency.e2e is not None
    costs = [product.cost for product in call.call_cost.product_costs]
    assert call.call_cost.combined_cost == pytest.approx(sum(costs), abs=0.01)
    assert call.call_cost.total_duration_seconds == pytest.approx(call.duration_ms / 1000, abs=1)
    assert (call.latency.e2e.min or 0) <= (call.latency.e2e.p50 or 0) <= (call.latency.e2e.max or 0)
    assert call.llm_token_usage is not None
    assert call.llm_token_usage.num_requests == call.latency.e2e.num


async def test_the_recording_is_a_wav_as_long_as_the_call(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.play(agent.agent_id, "hang_up")
    assert call.recording_url is not None
    assert call.recording_multi_channel_url is not None

    async with httpx.AsyncClient() as anybody:
        mono = await anybody.get(call.recording_url)
        stereo = await anybody.get(call.recording_multi_channel_url)
        log = await anybody.get(call.public_log_url or "")

    header = 44
    assert mono.headers["content-type"] == "audio/wav"
    assert mono.content[:4] == b"RIFF"
    assert (len(mono.content) - header) / 8 == pytest.approx(call.duration_ms, abs=1)
    # Apart, they speak so that transcribers understand them, which takes longer.
    assert len(stereo.content) - header >= 2 * (len(mono.content) - header)
    assert "not a good time" in log.text


async def test_variables_fill_the_begin_message_and_a_missing_one_stays_visible(
    user: SandboxUser,
) -> None:
    llm = {
        "begin_message": "Hi {{driver_name}}, {{company}} here about {{load}}.",
        "default_dynamic_variables": {"company": "Acme", "driver_name": "driver"},
    }
    agent = await user.agent(llm=llm)

    call = await user.play(
        agent.agent_id, "driver_check_in", retell_llm_dynamic_variables={"driver_name": "Zoë"}
    )

    first = (call.transcript_object or [])[0]
    assert first.content == "Hi Zoë, Acme here about {{load}}."
    assert call.retell_llm_dynamic_variables == {"driver_name": "Zoë"}
    assert "Zoë" in ((call.call_analysis and call.call_analysis.call_summary) or "")


async def test_an_empty_begin_message_makes_the_person_speak_first(user: SandboxUser) -> None:
    agent = await user.agent(llm={"begin_message": ""})

    call = await user.play(agent.agent_id, "driver_check_in")

    assert [turn.role for turn in (call.transcript_object or [])[:2]] == ["user", "agent"]


async def test_what_was_not_given_is_left_out(user: SandboxUser) -> None:
    agent = await user.agent()

    created = await user.dial(agent.agent_id)

    shown = await user.raw(created.call_id)
    assert "metadata" not in shown
    assert "retell_llm_dynamic_variables" not in shown
    assert None not in shown.values()


async def test_the_same_idempotency_key_dials_once_even_when_raced(user: SandboxUser) -> None:
    agent = await user.agent()

    calls = await asyncio.gather(
        *(user.dial(agent.agent_id, idempotency_key="intent-1") for _ in range(8))
    )
    other = await user.dial(agent.agent_id, idempotency_key="intent-2")

    assert len({call.call_id for call in calls}) == 1
    assert other.call_id != calls[0].call_id
    await user.analyzed(other.call_id)
    await user.analyzed(calls[0].call_id)
    assert await user.dialled() == {PERSON: 2}


async def test_an_idempotency_key_returns_the_call_as_it_is_now(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.dial(agent.agent_id, idempotency_key="intent")
    await user.analyzed(call.call_id)

    again = await user.dial(agent.agent_id, idempotency_key="intent")

    assert again.call_id == call.call_id
    assert again.call_status == "ended"


async def test_an_idempotency_key_is_forgotten_after_its_time(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.limit(idempotency_seconds=0.001)
    first = await user.dial(agent.agent_id, idempotency_key="intent")
    await user.analyzed(first.call_id)

    second = await user.dial(agent.agent_id, idempotency_key="intent")

    assert second.call_id != first.call_id


async def test_an_unknown_agent_is_a_422_in_retells_words(user: SandboxUser) -> None:
    with pytest.raises(UnprocessableEntityError) as refusal:
        await user.dial("agent_nobody")

    assert refusal.value.body == {
        "status": "error",
        "message": "Cannot find requested asset under given api key.",
    }
    assert await user.dialled() == {}


async def test_an_unknown_version_is_a_422(user: SandboxUser) -> None:
    agent = await user.agent()

    for reference in (7, "latest_published", "prod"):
        with pytest.raises(UnprocessableEntityError):
            await user.dial(agent.agent_id, override_agent_version=reference)


@pytest.mark.parametrize(
    "wrong",
    [
        {"to_number": "4155550100"},
        {"to_number": "+1 415 555 0100"},
        {"to_number": "+14155550199"},
        {"from_number": "14155550199"},
        {"retell_llm_dynamic_variables": {"stops": 3}},
        {"idempotency_key": ""},
        {"metadata": {"blob": "x" * 50_001}},
        {"metadata": {"sandbox_scenario": "no such scenario"}},
    ],
    ids=str,
)
async def test_a_wrong_request_is_a_400_and_dials_nobody(
    user: SandboxUser, wrong: dict[str, object]
) -> None:
    agent = await user.agent()

    with pytest.raises(BadRequestError):
        await user.dial(agent.agent_id, **wrong)

    assert (await user.control.get("/calls")).json() == {"calls": [], "dialled": {}}


async def test_a_missing_field_is_named(user: SandboxUser) -> None:
    response = await user.request("POST", "/v2/create-phone-call", {"from_number": OWN_NUMBER})

    assert response.status_code == 400
    assert response.json()["status"] == "error"
    assert "to_number" in response.json()["message"]


async def test_a_number_of_somebody_else_cannot_be_called_from(user: SandboxUser) -> None:
    agent = await user.agent()

    with pytest.raises(UnprocessableEntityError):
        await user.dial(agent.agent_id, from_number="+14155550198")


async def test_a_contact_who_wants_no_calls_gets_none_when_honoured(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.control.put("/do-not-call", json={"numbers": [PERSON]})

    with pytest.raises(BadRequestError):
        await user.dial(agent.agent_id, honor_internal_dnc=True)

    call = await user.dial(agent.agent_id)
    assert call.call_status == "registered"


async def test_stopping_a_call_ends_it_where_it_is(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.speed(SLOW)
    call = await user.dial(agent.agent_id, metadata={"sandbox_scenario": "long_call"})
    await user.in_status(call.call_id, "ongoing")
    await user.speed(FAST)

    await user.retell.call.stop(call.call_id)

    stopped = await user.get(call.call_id)
    assert (stopped.call_status, stopped.disconnection_reason) == ("ended", "manual_stopped")
    finished = await user.analyzed(call.call_id)
    assert finished.transcript == stopped.transcript
    assert len(finished.transcript_object or []) < 200
    assert finished.call_analysis is not None
    assert finished.call_analysis.call_successful is False


async def test_stopping_a_call_that_rings_connects_nobody(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.speed(SLOW)
    call = await user.dial(agent.agent_id)

    await user.retell.call.stop(call.call_id)
    await user.speed(FAST)

    stopped = await user.analyzed(call.call_id)
    assert stopped.disconnection_reason == "manual_stopped"
    assert stopped.start_timestamp is None
    assert stopped.transcript is None


async def test_an_ended_call_cannot_be_stopped(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.play(agent.agent_id, "hang_up")

    with pytest.raises(BadRequestError):
        await user.retell.call.stop(call.call_id)


async def test_metadata_of_an_ended_call_can_be_changed(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.play(agent.agent_id, "hang_up")

    await user.retell.call.update(call.call_id, metadata={"seen": True})

    assert (await user.get(call.call_id)).metadata == {"seen": True}


async def test_storage_can_only_become_more_restrictive(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.play(agent.agent_id, "hang_up")

    await user.retell.call.update(call.call_id, data_storage_setting="basic_attributes_only")

    with pytest.raises(BadRequestError):
        await user.retell.call.update(call.call_id, data_storage_setting="everything")


async def test_what_is_not_to_be_stored_is_in_the_webhook_only(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent(data_storage_setting="basic_attributes_only")

    call = await user.play(agent.agent_id, "hang_up")

    ended = await receiver.wait_for_event(call.call_id, "call_ended")
    assert {"transcript", "recording_url"} <= set(ended.call)
    assert not {"transcript", "recording_url"} & set(await user.raw(call.call_id))
    assert call.duration_ms is not None


async def test_a_live_call_takes_context_and_not_an_update_for_ended_ones(
    user: SandboxUser,
) -> None:
    agent = await user.agent()
    await user.speed(SLOW)
    call = await user.dial(agent.agent_id, metadata={"sandbox_scenario": "long_call"})
    await user.in_status(call.call_id, "ongoing")

    with pytest.raises(BadRequestError):
        await user.retell.call.update(call.call_id, metadata={})
    answer = await user.retell.call.update_live(
        call.call_id,
        call_control={"additional_context": "The dock closes at five."},
        fields_to_override={"override_dynamic_variables": {"dock": "5"}},
    )

    assert answer.success
    await user.speed(FAST)
    ended = await user.analyzed(call.call_id)
    woven = [turn.to_dict() for turn in ended.transcript_with_tool_calls or []]
    injected = [turn["content"] for turn in woven if turn["role"] == "injected"]
    assert injected == ["The dock closes at five."]
    assert ended.retell_llm_dynamic_variables == {"dock": "5"}


async def test_a_deleted_call_is_gone(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.play(agent.agent_id, "hang_up")

    await user.retell.call.delete(call.call_id)

    with pytest.raises(UnprocessableEntityError):
        await user.retell.call.retrieve(call.call_id)
    with pytest.raises(NotFoundError):
        await user.retell.call.delete(call.call_id)


async def test_rerunning_the_analysis_uses_the_latest_draft(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.play(agent.agent_id, "driver_check_in")
    await user.retell.agent.update(
        agent.agent_id,
        post_call_analysis_data=[
            {"type": "string", "name": "current_location", "description": "Where"}
        ],
    )

    again = await user.retell.call.rerun_analysis(call.call_id)

    assert call.call_analysis is not None
    assert call.call_analysis.custom_analysis_data == {}
    assert again.call_analysis is not None
    assert again.call_analysis.custom_analysis_data == {
        "current_location": "I-10 near Indio, California"
    }


async def test_the_analysis_fills_what_the_agent_asks_for_in_its_types(user: SandboxUser) -> None:
    wanted = [
        {"type": "enum", "name": "driver_status", "description": "", "choices": ["Delayed"]},
        {"type": "boolean", "name": "pod_reminder_acknowledged", "description": "POD"},
        {"type": "number", "name": "eta", "description": "not a number in this call"},
        {"type": "string", "name": "never_said", "description": "nothing"},
    ]
    agent = await user.agent(post_call_analysis_data=wanted)

    call = await user.play(agent.agent_id, "driver_check_in")

    assert call.call_analysis is not None
    assert call.call_analysis.custom_analysis_data == {
        "driver_status": "Delayed",
        "pod_reminder_acknowledged": True,
    }
    assert call.call_analysis.call_successful is True


async def test_a_required_value_that_is_not_found_makes_a_call_unsuccessful(
    user: SandboxUser,
) -> None:
    wanted = [{"type": "string", "name": "never_said", "description": "", "required": True}]
    agent = await user.agent(post_call_analysis_data=wanted)

    call = await user.play(agent.agent_id, "driver_check_in")

    assert call.call_analysis is not None
    assert call.call_analysis.call_successful is False


async def test_a_web_call_is_joined_and_played(user: SandboxUser) -> None:
    agent = await user.agent()

    opened = await user.retell.call.create_web_call(agent_id=agent.agent_id, metadata={"n": 1})

    assert opened.transport == "gateway"
    assert opened.access_token

    async def probe() -> dict[str, object] | None:
        shown = await user.raw(opened.call_id)
        return shown if shown["call_status"] == "ended" else None

    shown = await until(probe)
    assert shown["call_type"] == "web_call"
    assert shown["access_token"] == opened.access_token
    assert "from_number" not in shown


async def test_a_registered_call_waits_for_its_own_telephony(user: SandboxUser) -> None:
    agent = await user.agent()

    call = await user.retell.call.register_phone_call(
        agent_id=agent.agent_id, direction="inbound", from_number=PERSON, to_number=OWN_NUMBER
    )

    assert (call.call_status, call.direction) == ("registered", "inbound")
    connected = await user.control.post(f"/calls/{call.call_id}/connect")
    assert connected.status_code == 204
    assert (await user.analyzed(call.call_id)).call_status == "ended"
    again = await user.control.post(f"/calls/{call.call_id}/connect")
    assert again.status_code == 400


async def test_a_registered_call_nobody_connects_times_out(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.retell.call.register_phone_call(agent_id=agent.agent_id)

    ended = await user.in_status(call.call_id, "error")

    assert ended.disconnection_reason == "registered_call_timeout"


async def test_ids_look_like_retells(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.dial(agent.agent_id)

    assert re.fullmatch(r"agent_[0-9a-f]{26}", agent.agent_id)
    assert re.fullmatch(r"call_[0-9a-f]{27}", call.call_id)


@pytest.mark.parametrize("key", ["", "wrong", "key_sandbox_test"])
async def test_another_key_is_a_401_in_retells_words(user: SandboxUser, key: str) -> None:
    async with AsyncRetell(api_key=key or "x", base_url=user.url, max_retries=0) as stranger:
        with pytest.raises(APIStatusError) as refusal:
            await stranger.call.retrieve("call_x")

    assert refusal.value.status_code == 401
    assert refusal.value.body == {"status": "error", "message": "API key is missing or invalid."}
