"""What becomes of a call by what its webhooks say, through intake and worker."""

from typing import Any

import pytest

from tests.support.customers import Customer
from tests.support.inbox import event_names, settled, the_call
from tests.support.retell_side import STARTED_MS, RetellSide, utterances


@pytest.fixture
async def side(customer: Customer) -> RetellSide:
    """A call of the customer's agent, of which nothing is known here yet."""
    agent = await customer.published_agent()
    return RetellSide(agent["retell_agent_id"])


@pytest.mark.parametrize(
    ("reason", "retell_status", "expected"),
    [
        ("user_hangup", "registered", ("ended", "user_hangup")),
        ("dial_no_answer", "not_connected", ("not_connected", "dial_no_answer")),
        ("error_llm_websocket_open", "error", ("failed", "error_llm_websocket_open")),
        ("dial_by_carrier_pigeon", "not_connected", ("not_connected", "other")),
        ("abducted_by_aliens", "ended", ("ended", "other")),
        ("solar_flare", "error", ("failed", "other")),
    ],
)
async def test_the_reason_decides_and_an_unknown_one_is_kept_as_it_is(
    customer: Customer,
    side: RetellSide,
    reason: str,
    retell_status: str,
    expected: tuple[str, str],
) -> None:
    await settled(customer, side.ended(reason, call_status=retell_status))

    call = await the_call(customer)
    assert call["status_reason"] == reason
    assert (call["status"], call["disconnection_reason"]) == expected


async def test_a_call_that_never_connected_has_its_end_and_its_analysis_but_no_start(
    customer: Customer, side: RetellSide
) -> None:
    nothing = {
        "start_timestamp": None,
        "end_timestamp": None,
        "duration_ms": None,
        "transcript_object": None,
        "call_status": "not_connected",
    }

    await settled(
        customer,
        side.analyzed("dial_busy", **nothing, call_analysis={"call_successful": False}),
        side.ended("dial_busy", **nothing),
    )

    call = await the_call(customer)
    assert (call["status"], call["answered_by"]) == ("not_connected", "nobody")
    assert (call["started_at"], call["duration_ms"], call["transcript"]) == (None, None, [])
    assert await event_names(customer, call["id"]) == ["call.not_connected", "call.analyzed"]


async def test_a_voicemail_known_only_from_the_analysis_is_told_with_its_source(
    customer: Customer, side: RetellSide
) -> None:
    greeted = {"transcript_object": utterances("user: It's Mike, you know what to do.")}
    await settled(customer, side.ended("agent_hangup", **greeted))
    before = await the_call(customer)

    flagged = greeted | {"call_analysis": {"in_voicemail": True}}
    await settled(customer, side.analyzed("agent_hangup", **flagged))

    after = await the_call(customer)
    assert (before["answered_by"], before["answered_by_source"]) == ("human", "transcript")
    assert (after["answered_by"], after["answered_by_source"]) == ("voicemail", "analysis")


async def test_a_call_may_be_analyzed_before_its_transferred_leg_has_ended(
    customer: Customer, side: RetellSide
) -> None:
    transferred = {"duration_ms": 95_000, "transfer_end_timestamp": STARTED_MS + 95_000}

    await settled(
        customer,
        side.started(),
        side.webhook("transfer_started") | {"transfer_destination": {"number": "+14155550123"}},
        side.ended("call_transfer"),
        side.analyzed("call_transfer"),
        side.webhook("transfer_ended", disconnection_reason="call_transfer", **transferred),
    )

    call = await the_call(customer)
    assert (call["status"], call["duration_ms"]) == ("ended", 95_000)
    assert call["ended_at"].startswith("2026-11-20T15:01:35")
    names = await event_names(customer, call["id"])
    assert sorted(names) == sorted(
        ["call.started", "call.transcript_updated", "call.ended", "call.analyzed"]
    )


async def test_keys_tools_and_what_was_collected_are_shown_with_the_call(
    customer: Customer, side: RetellSide
) -> None:
    agent, user = utterances("agent: Your PIN, please.", "user: Mm-hm.")
    tool = {"role": "tool_call_invocation", "tool_call_id": "a", "name": "check_pin"}
    told: dict[str, Any] = {
        "transcript_object": [agent, user | {"metadata": {"is_backchannel": True}}],
        "transcript_with_tool_calls": [
            agent,
            user,
            *({"role": "dtmf", "digit": digit} for digit in "471#"),
            tool | {"arguments": '{"pin": "471"}'},
            {"role": "tool_call_result", "tool_call_id": "a", "content": "right"},
        ],
        "collected_dynamic_variables": {"pin": "471"},
    }

    await settled(customer, side.ended(**told), side.analyzed(**told))

    call = await the_call(customer)
    assert [(turn["role"], turn["text"]) for turn in call["transcript"]] == [
        ("agent", "Your PIN, please."),
        ("user", "Mm-hm."),
        ("dtmf", "471#"),
    ]
    assert [turn["is_backchannel"] for turn in call["transcript"]] == [False, True, False]
    assert call["collected_variables"] == {"pin": "471"}
    assert call["tool_uses"] == [
        {
            "name": "check_pin",
            "arguments": '{"pin": "471"}',
            "result": "right",
            "successful": None,
            "after_turn": 2,
        }
    ]


@pytest.mark.parametrize("inside", [{}, {"transcript_with_tool_calls": None}, {"transcript": ""}])
async def test_a_transcript_beside_the_call_is_read_as_one_inside_it(
    customer: Customer, side: RetellSide, inside: dict[str, Any]
) -> None:
    webhook = side.webhook("transcript_updated")
    webhook["call"] |= inside
    tool_call = {"role": "tool_call_invocation", "name": "end_call", "arguments": "{}"}
    beside = [*utterances("agent: Hello?", "user: Hi."), tool_call]

    await settled(customer, webhook | {"transcript_with_tool_calls": beside})

    call = await the_call(customer)
    assert [(turn["role"], turn["text"]) for turn in call["transcript"]] == [
        ("agent", "Hello?"),
        ("user", "Hi."),
    ]
    assert call["status"] == "in_progress"


async def test_cost_and_recording_may_come_with_either_of_the_last_two_webhooks(
    customer: Customer, side: RetellSide
) -> None:
    products = [
        {"product": "twilio_telephony", "cost": 1.5},
        {"product": "gpt_4_1", "cost": 2.25},
        {"product": "elevenlabs_tts", "cost": 4},
    ]
    cost = {"combined_cost": 7.75, "product_costs": products}

    await settled(
        customer,
        side.ended(call_cost=cost, recording_url=None),
        side.analyzed(call_cost=None, recording_url="https://r.example.com/1.wav"),
    )

    call = await the_call(customer)
    assert call["cost"] == {
        "telephony_cents": 1.5,
        "llm_cents": 2.25,
        "other_cents": 4.0,
        "combined_cents": 7.75,
    }
    assert call["recording_url"] == f"/api/v1/calls/{call['id']}/recording"


async def test_each_transcript_event_carries_only_the_turns_that_are_new(
    customer: Customer, side: RetellSide
) -> None:
    said = ("agent: Hello?", "user: Hi, this", "user: Hi, this is Mike.", "agent: Great.")

    await settled(
        customer,
        side.spoken(said[0]),
        side.spoken(said[0], said[1]),
        side.spoken(said[0], said[2]),
        side.spoken(said[0], said[2]) | {"event_timestamp": 1},
        side.spoken(said[0], said[2], said[3]),
    )

    call = await the_call(customer)
    timeline = await customer.get(f"/calls/{call['id']}/timeline")
    heard = [
        [(turn["turn"], turn["text"]) for turn in entry["data"]["turns"]]
        for entry in timeline
        if entry["name"] == "call.transcript_updated"
    ]
    # The worker may take up the webhooks in another order; each turn is told once all the same.
    merged = {number: text for turns in heard for number, text in turns}
    assert merged == {0: "Hello?", 1: "Hi, this is Mike.", 2: "Great."}
    assert [turn["text"] for turn in call["transcript"]] == list(merged.values())
    assert len([number for turns in heard for number, _ in turns if number == 0]) == 1
