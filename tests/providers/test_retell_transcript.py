import pytest
from pydantic import JsonValue

from backend.providers.retell_json import JsonObject
from backend.providers.retell_transcript import ToolUse, Utterance, read_transcript


def spoken(role: str, content: str, *times: tuple[float, float]) -> JsonObject:
    words: list[JsonValue] = [{"word": "word ", "start": start, "end": end} for start, end in times]
    return {"role": role, "content": content, "words": words}


def test_word_times_become_the_span_of_the_turn_in_milliseconds() -> None:
    call: JsonObject = {
        "transcript_object": [
            spoken("agent", "Hi Mike, this is Ann.", (0.25, 0.5), (0.5, 2.1004)),
            spoken("user", " I'm running late. ", (3.0, 3.5)),
        ]
    }
    assert read_transcript(call).utterances == (
        Utterance(role="agent", text="Hi Mike, this is Ann.", start_ms=250, end_ms=2100),
        Utterance(role="user", text="I'm running late.", start_ms=3000, end_ms=3500),
    )


@pytest.mark.parametrize(
    ("words", "span"),
    [
        (None, (None, None)),
        ([], (None, None)),
        ("words", (None, None)),
        ([{"word": "Hi"}], (None, None)),
        ([{"start": 1.0}, {"end": 2}], (1000, 2000)),
        ([{"start": "1", "end": True}, None, 7, {"start": -1, "end": 1e300}], (None, None)),
        ([{"start": 5, "end": 2}], (5000, None)),
        ([{"start": 2, "end": 3}, {"start": 1, "end": 2}], (1000, 3000)),
    ],
)
def test_words_without_usable_times_leave_the_times_open(
    words: JsonValue, span: tuple[int | None, int | None]
) -> None:
    call: JsonObject = {"transcript_object": [{"role": "user", "content": "Hi", "words": words}]}
    (utterance,) = read_transcript(call).utterances
    assert (utterance.start_ms, utterance.end_ms) == span


def test_only_what_was_spoken_is_taken_from_the_list_with_tool_calls() -> None:
    call: JsonObject = {
        "transcript_with_tool_calls": [
            spoken("agent", "One moment."),
            {"role": "tool_call_invocation", "name": "lookup", "arguments": "{}"},
            {"role": "tool_call_result", "content": "secret result", "successful": True},
            {"role": "node_transition", "new_node_name": "book"},
            {"role": "dtmf", "digit": "1"},
            {"role": "sms", "content": "call me back", "time_sec": 3},
            {"role": "injected", "content": "be brief", "time_sec": 4},
            {"role": ["agent"], "content": "not a role"},
            spoken("transfer_target", "Dispatch here."),
            spoken("user", "   "),
            "noise",
        ]
    }
    assert [(said.role, said.text) for said in read_transcript(call).utterances] == [
        ("agent", "One moment."),
        ("dtmf", "1"),
        ("transfer_target", "Dispatch here."),
    ]


def keys(*digits: JsonValue) -> list[JsonValue]:
    return [{"role": "dtmf", "digit": digit} for digit in digits]


def test_keys_pressed_in_a_row_are_one_turn_where_they_were_pressed() -> None:
    said = [
        spoken("agent", "Your PIN, please.", (0, 1)),
        spoken("agent", "Thank you.", (4, 5)),
        spoken("user", "Bye.", (6, 7)),
    ]
    tool: JsonObject = {"role": "tool_call_invocation", "tool_call_id": "a", "name": "check"}
    call: JsonObject = {
        "transcript_object": [*said],
        # As the agent said it before it was cut short: the same turns, other words.
        "transcript_with_tool_calls": [
            spoken("agent", "Your PIN, please, now."),
            *keys("4", 7.0, "1"),
            tool,
            *keys("#", " ", [], None),
            *said[1:],
            *keys("9"),
        ],
    }

    found = read_transcript(call)

    assert [(turn.role, turn.text, turn.start_ms) for turn in found.utterances] == [
        ("agent", "Your PIN, please.", 0),
        ("dtmf", "471#", None),
        ("agent", "Thank you.", 4000),
        ("user", "Bye.", 6000),
        ("dtmf", "9", None),
    ]
    assert [(use.name, use.after_turn) for use in found.tool_uses] == [("check", 1)]


def test_keys_are_kept_when_nobody_spoke() -> None:
    (pressed,) = read_transcript({"transcript_with_tool_calls": keys("1")}).utterances
    assert (pressed.role, pressed.text) == ("dtmf", "1")


def test_a_tool_is_told_with_what_it_was_given_and_gave_back() -> None:
    asked: JsonObject = {"role": "tool_call_invocation", "tool_call_id": "a", "name": "look_up"}
    answer: JsonObject = {"role": "tool_call_result", "tool_call_id": "a", "content": "found"}
    woven: list[JsonValue] = [
        asked | {"arguments": '{"load": 4711}'},
        spoken("agent", "One moment."),
        {"role": "tool_call_invocation", "tool_call_id": "b", "name": "end_call"},
        answer | {"successful": True},
        {"role": "tool_call_invocation", "tool_call_id": "c"},
    ]

    first, second = read_transcript({"transcript_with_tool_calls": woven}).tool_uses

    assert first == ToolUse(
        name="look_up", arguments='{"load": 4711}', result="found", successful=True
    )
    assert second == ToolUse(name="end_call", after_turn=0)


def test_a_listeners_mm_hm_is_marked() -> None:
    told: list[JsonValue] = [{"is_backchannel": True}, {"is_backchannel": "yes"}, [], None]
    said: list[JsonValue] = [spoken("user", "Mm-hm.") | {"metadata": about} for about in told]
    found = read_transcript({"transcript_object": said}).utterances
    assert [utterance.is_backchannel for utterance in found] == [True, False, False, False]


def test_lines_of_text_are_read_when_there_is_no_list() -> None:
    call: JsonObject = {
        "transcript_object": [],
        "transcript": "(noise)\nAgent: Where are you?\nUser: Near exit 4:\nthe big one\r\n"
        "Transfer Target: Dispatch.\nagent:\nUser: Bye: now\n",
    }
    assert read_transcript(call).utterances == (
        Utterance(role="agent", text="Where are you?"),
        Utterance(role="user", text="Near exit 4:\nthe big one"),
        Utterance(role="transfer_target", text="Dispatch."),
        Utterance(role="user", text="Bye: now"),
    )


def test_the_first_transcript_that_says_something_is_taken() -> None:
    with_times = spoken("user", "with times", (0, 1))
    call: JsonObject = {
        "transcript_object": [with_times],
        "transcript_with_tool_calls": [spoken("user", "with tools")],
        "transcript": "User: lines",
        "scrubbed_transcript_with_tool_calls": [spoken("user", "scrubbed")],
    }
    seen = []
    while call:
        seen.append(read_transcript(call).utterances[0].text)
        del call[next(iter(call))]
    assert seen == ["with times", "with tools", "lines", "scrubbed"]


def test_scrubbed_text_says_so() -> None:
    scrubbed: list[JsonValue] = [spoken("user", "I am [PERSON]")]
    assert read_transcript({"scrubbed_transcript_with_tool_calls": scrubbed}).is_scrubbed
    raw: JsonObject = {
        "transcript": "User: I am Ann",
        "scrubbed_transcript_with_tool_calls": scrubbed,
    }
    assert not read_transcript(raw).is_scrubbed
    assert not read_transcript({}).is_scrubbed
