from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import JsonValue
from retell.types import PhoneCallResponse, WebCallResponse

from backend.providers.retell_call import CallCost, CallUnreadable, RetellCall
from backend.providers.retell_json import JsonObject
from backend.providers.retell_transcript import Utterance
from tests.providers.arbitrary import json_values, texts

ENDED_CALL: JsonObject = {
    "call_id": "call_1",
    "call_type": "phone_call",
    "call_status": "ended",
    "disconnection_reason": "agent_hangup",
    "direction": "outbound",
    "from_number": "+14155550199",
    "to_number": "+14155550100",
    "agent_id": "agent_1",
    "agent_version": 3,
    "start_timestamp": 1_714_608_475_945,
    "end_timestamp": 1_714_608_537_145,
    "duration_ms": 61_200,
    "transcript": "Agent: Hi Mike.\nUser: Hi.\n",
    "transcript_object": [
        {"role": "agent", "content": "Hi Mike.", "words": [{"start": 0.5, "end": 1.5}]},
        {"role": "user", "content": "Hi.", "words": []},
    ],
    "recording_url": "https://recordings.example.com/1.wav",
    "recording_multi_channel_url": "https://recordings.example.com/1-multi.wav",
    "public_log_url": "https://recordings.example.com/1.log",
    "call_analysis": {
        "call_summary": "Mike is on time.",
        "call_successful": True,
        "user_sentiment": "Positive",
        "in_voicemail": False,
        "custom_analysis_data": {"on_time": True},
    },
    "call_cost": {
        "combined_cost": 15.25,
        "product_costs": [
            {"product": "retell_voice_engine", "cost": 5.5},
            {"product": "elevenlabs_tts_03_2026", "cost": 4},
            {"product": "gpt_4_1_high_priority", "cost": 3},
            {"product": "post_call_analysis_gpt_4o", "cost": 1},
            {"product": "llm_token_surcharge", "cost": 0.5},
            {"product": "us_twilio_telephony", "cost": 1},
            {"product": "default_telephony", "cost": 0.5, "is_transfer_leg_cost": True},
        ],
    },
    "metadata": {"ringback_call_id": "0199"},
    "retell_llm_dynamic_variables": {"driver_name": "Mike"},
    "collected_dynamic_variables": {"eta": "8"},
    "transfer_destination": "+14155550101",
    "telephony_identifier": {"twilio_call_sid": "CA123"},
    "data_storage_setting": "everything",
    "opt_in_signed_url": False,
    "opt_out_sensitive_data_storage": False,
}


def with_(**members: JsonValue) -> RetellCall:
    return RetellCall.from_payload({**ENDED_CALL, **members})


def test_an_ended_call_is_read_whole() -> None:
    call = RetellCall.from_payload(ENDED_CALL)

    assert (call.call_id, call.call_type, call.call_status) == ("call_1", "phone_call", "ended")
    assert (call.agent_id, call.agent_version) == ("agent_1", 3)
    assert (call.from_number, call.to_number) == ("+14155550199", "+14155550100")
    assert (call.direction, call.disconnection_reason) == ("outbound", "agent_hangup")
    assert call.started_at == datetime(2024, 5, 2, 0, 7, 55, 945_000, tzinfo=UTC)
    assert call.ended_at == datetime(2024, 5, 2, 0, 8, 57, 145_000, tzinfo=UTC)
    assert call.duration_ms == 61_200
    assert call.transcript == (
        Utterance(role="agent", text="Hi Mike.", start_ms=500, end_ms=1500),
        Utterance(role="user", text="Hi."),
    )
    assert call.recording_url == "https://recordings.example.com/1.wav"
    assert call.recording_multi_channel_url == "https://recordings.example.com/1-multi.wav"
    assert call.public_log_url == "https://recordings.example.com/1.log"
    assert call.analysis is not None
    assert call.analysis.model_dump() == {
        "summary": "Mike is on time.",
        "successful": True,
        "sentiment": "positive",
        "in_voicemail": False,
        "custom_data": {"on_time": True},
    }
    assert call.metadata == {"ringback_call_id": "0199"}
    assert (call.variables, call.collected_variables) == ({"driver_name": "Mike"}, {"eta": "8"})
    assert (call.transfer_destination, call.twilio_call_sid) == ("+14155550101", "CA123")
    assert call.data_storage_setting == "everything"
    assert call.opt_in_signed_url is False
    assert call.opt_out_sensitive_data_storage is False


def test_costs_are_split_by_what_they_pay_for_and_discounts_kept() -> None:
    assert RetellCall.from_payload(ENDED_CALL).cost == CallCost(
        combined_cents=15.25, telephony_cents=1.5, llm_cents=4.5, other_cents=9.5
    )


@pytest.mark.parametrize(
    ("call_cost", "cost"),
    [
        (None, None),
        ("free", None),
        ({}, None),
        ({"combined_cost": 3}, CallCost(combined_cents=3)),
        ({"combined_cost": "3", "product_costs": "x"}, None),
        (
            {"combined_cost": 0, "product_costs": []},
            CallCost(combined_cents=0, telephony_cents=0, llm_cents=0, other_cents=0),
        ),
        (
            {"product_costs": [{"product": "claude_5_sonnet", "cost": 2}, 7, {"cost": -1}, {}]},
            CallCost(combined_cents=2, telephony_cents=0, llm_cents=2, other_cents=0),
        ),
    ],
)
def test_a_cost_that_is_missing_or_malformed_is_left_open(
    call_cost: JsonValue, cost: CallCost | None
) -> None:
    assert with_(call_cost=call_cost).cost == cost


def test_a_call_that_only_has_an_id_has_everything_else_open() -> None:
    call = RetellCall.from_payload({"call_id": "call_1"})
    assert call == RetellCall(call_id="call_1")
    assert (call.transcript, call.metadata, call.variables) == ((), {}, {})
    assert (call.analysis, call.cost, call.started_at) == (None, None, None)


@pytest.mark.parametrize("call_id", [None, "", "  ", 7, ["call_1"], {}])
def test_a_call_without_an_id_is_unreadable(call_id: JsonValue) -> None:
    with pytest.raises(CallUnreadable):
        RetellCall.from_payload({**ENDED_CALL, "call_id": call_id})
    with pytest.raises(CallUnreadable):
        RetellCall.from_payload({})


def test_words_retell_does_not_use_yet_are_passed_on_raw() -> None:
    call = with_(
        call_status="paused", disconnection_reason="network_blocked_v2", direction="sideways"
    )
    assert (call.call_status, call.direction) == ("paused", "sideways")
    assert call.disconnection_reason == "network_blocked_v2"


@pytest.mark.parametrize(
    ("said", "sentiment"),
    [
        ("Negative", "negative"),
        (" neutral ", "neutral"),
        ("Unknown", "unknown"),
        ("Ecstatic", "unknown"),
        ("", None),
        (None, None),
        (3, None),
    ],
)
def test_sentiment_is_one_of_four_words_or_open(said: JsonValue, sentiment: str | None) -> None:
    analysis = with_(call_analysis={"user_sentiment": said}).analysis
    assert analysis is not None
    assert analysis.sentiment == sentiment


@pytest.mark.parametrize(
    "timestamp", [0, -1, True, "1714608475945", None, 1e300, 10**400, float("nan"), [1]]
)
def test_a_moment_that_cannot_be_one_is_left_open(timestamp: object) -> None:
    call = RetellCall.from_payload({"call_id": "call_1", "start_timestamp": timestamp})
    assert call.started_at is None


@pytest.mark.parametrize(
    ("duration", "read"),
    [(61_200.4, 61_200), (0, 0), (-1, None), (2**31, None), (True, None), ("61200", None)],
)
def test_durations_are_whole_and_fit_the_column(duration: JsonValue, read: int | None) -> None:
    assert with_(duration_ms=duration).duration_ms == read


def test_variables_that_are_no_texts_are_kept_as_their_json() -> None:
    variables: JsonValue = {"name": "José", "stops": 3, "paid": True, "note": None, "tags": ["é"]}
    assert with_(retell_llm_dynamic_variables=variables).variables == {
        "name": "José",
        "stops": "3",
        "paid": "true",
        "tags": '["é"]',
    }


def test_a_destination_wrapped_as_in_webhooks_is_read_too() -> None:
    wrapped: JsonValue = {"number": "+14155550101", "extension": "2"}
    assert with_(transfer_destination=wrapped).transfer_destination == "+14155550101"
    assert with_(transfer_destination={"extension": "2"}).transfer_destination is None


def test_scrubbed_copies_stand_in_only_where_the_raw_ones_are_gone() -> None:
    scrubbed: JsonObject = {
        "scrubbed_recording_url": "https://recordings.example.com/scrubbed.wav",
        "scrubbed_recording_multi_channel_url": "https://recordings.example.com/scrubbed-m.wav",
        "scrubbed_transcript_with_tool_calls": [{"role": "user", "content": "[PERSON] here"}],
    }
    both = with_(**scrubbed)
    assert both.recording_url == "https://recordings.example.com/1.wav"
    assert not both.transcript_is_scrubbed

    alone = RetellCall.from_payload({"call_id": "call_1", "recording_url": None, **scrubbed})
    assert alone.recording_url == "https://recordings.example.com/scrubbed.wav"
    assert alone.recording_multi_channel_url == "https://recordings.example.com/scrubbed-m.wav"
    assert [said.text for said in alone.transcript] == ["[PERSON] here"]
    assert alone.transcript_is_scrubbed


def test_a_member_named_like_a_field_of_ours_is_not_taken_for_it() -> None:
    call = RetellCall.from_payload(
        {
            "call_id": "call_1",
            "variables": {"a": "b"},
            "cost": {"combined_cost": 1},
            "analysis": {"call_summary": "x"},
            "started_at": 1_714_608_475_945,
            "utterances": [{"role": "agent", "text": "x"}],
            "transcript_is_scrubbed": True,
        }
    )
    assert call == RetellCall(call_id="call_1")


def test_half_an_emoji_in_a_summary_does_not_reach_the_database() -> None:
    analysis = with_(call_analysis={"call_summary": "Great \ud83d"}).analysis
    assert analysis is not None
    assert analysis.summary == "Great \ufffd"


def test_printing_a_call_shows_no_personal_data() -> None:
    shown = f"{RetellCall.from_payload(ENDED_CALL)!r} {RetellCall.from_payload(ENDED_CALL)}"
    assert "call_1" in shown
    for private in ("5550100", "Mike", "recordings.example.com"):
        assert private not in shown


FIELDS = sorted(
    {*ENDED_CALL, *PhoneCallResponse.model_fields, *WebCallResponse.model_fields} - {"call_id"}
)
inner_members = st.dictionaries(
    st.sampled_from(
        [
            *("role", "content", "words", "start", "end", "number", "twilio_call_sid"),
            *("call_summary", "user_sentiment", "custom_analysis_data", "in_voicemail"),
            *("combined_cost", "product_costs", "product", "cost"),
        ]
    ),
    json_values,
    max_size=4,
)
shapes = json_values | inner_members | st.lists(inner_members | json_values, max_size=3)


@settings(deadline=None, max_examples=150)
@given(members=st.dictionaries(st.sampled_from(FIELDS) | texts, shapes, max_size=6))
def test_no_json_in_any_field_keeps_a_call_from_being_read(members: dict[str, object]) -> None:
    call = RetellCall.from_payload({**members, "call_id": "call_1"})
    assert call.model_dump_json()


@settings(deadline=None)
@given(name=st.sampled_from(FIELDS), value=shapes)
def test_one_malformed_field_spoils_no_other(name: str, value: object) -> None:
    untouched = "agent_id" if name != "agent_id" else "agent_version"
    call = RetellCall.from_payload({**ENDED_CALL, name: value})
    assert getattr(call, untouched) == ENDED_CALL[untouched]


@settings(deadline=None)
@given(payload=st.dictionaries(texts | st.just("call_id"), json_values, max_size=4))
def test_an_object_is_a_call_or_is_said_not_to_be_one(payload: dict[str, object]) -> None:
    with suppress(CallUnreadable):
        assert RetellCall.from_payload(payload).call_id
