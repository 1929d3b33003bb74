import pytest
from pydantic import JsonValue

from backend.providers.retell_json import JsonObject
from backend.providers.retell_transcript import Utterance, read_transcript


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
        ("transfer_target", "Dispatch here."),
    ]


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
