from typing import Any

import pytest

from backend.records.evidence import judge
from tests.records.calls import BEGAN_AT, call
from tests.records.generated import Schema

FIELDS: dict[str, Schema] = {
    "day": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "at": {"type": "string", "format": "date-time"},
    "seats": {"type": "integer"},
    "status": {"type": "string", "enum": ["delayed", "on_time"]},
    "sends_picture": {"type": "boolean", "description": "Whether the driver sends a picture."},
    "phone": {"type": "string", "format": "phone"},
    "city": {"type": "string"},
}


OPENING = ("agent: Hi, this is dispatch, how are you?", "user: I'm fine, what is it about?")


def is_valid(name: str, value: Any, quote: str, *lines: str) -> bool:
    schema = {"type": "object", "properties": {name: FIELDS[name]}}
    answer = {name: {"value": value, "quote": quote, "turns": [2]}}
    turns = call(*OPENING, *lines)
    return judge(answer, turns, schema, began_at=BEGAN_AT).status == "valid"


BOOK = "agent: Shall I book the 5th?"
OFFERS = [
    ("day", "the 5th", "the 5th", BOOK),
    ("day", "the 5th", "Shall I book the 5th", BOOK),
    ("day", "the 5th", "book the 5th?", f"{BOOK} We have room."),
    ("date", "2026-12-05", "December 5th", "agent: Okay. How about December 5th?"),
    ("time", "08:30", "half past eight", "agent: Is half past eight good?"),
    ("at", "2026-11-22T14:30:00Z", "tomorrow at 8:30", "agent: Is tomorrow at 8:30 a.m. good?"),
    ("seats", 3, "three seats", "agent: So three seats?"),
    ("status", "delayed", "delayed", "agent: Are you delayed?"),
    ("sends_picture", True, "send us a picture", "agent: Will you send us a picture?"),
    ("city", "Reno", "in Reno", "agent: So you are in Reno?"),
    ("city", "Reno", "you are in Reno", "agent: I see you are in Reno. Is that right?"),
    ("phone", "+14155550100", "415 555 0100", "agent: Is it 415 555 0100?"),
]
offers = pytest.mark.parametrize(("name", "value", "quote", "question"), OFFERS)


@offers
@pytest.mark.parametrize(
    "answer", ["No.", "Nope, sorry.", "No, I can't do that.", "Uh, no. Not really.", None]
)
def test_what_the_agent_asked_is_not_proven_without_a_yes(
    name: str, value: Any, quote: str, question: str, answer: str | None
) -> None:
    lines = [question, f"user: {answer}"] if answer else [question]

    assert not is_valid(name, value, quote, *lines)


@offers
@pytest.mark.parametrize(
    "answer",
    ["Yes.", "Yeah, that works.", "Sure, no problem.", "No problem.", "Mm-hm.", "That's right."],
)
def test_what_the_agent_asked_is_proven_by_a_yes(
    name: str, value: Any, quote: str, question: str, answer: str
) -> None:
    if quote.endswith("?") and answer in ("No problem.", "Mm-hm."):
        return  # a whole question by itself has to be quoted with its answer
    assert is_valid(name, value, quote, question, f"user: {answer}")


@pytest.mark.parametrize(
    ("offer", "answer"),
    [
        (OFFERS[0], "The 6th would be better."),
        (OFFERS[3], "December 7th is better."),
        (OFFERS[4], "Nine thirty, please."),
        (OFFERS[5], "Make it nine thirty."),
        (OFFERS[6], "Four seats."),
        (OFFERS[7], "I'm on time."),
        (OFFERS[11], "It's 415 555 0199."),
    ],
)
def test_an_answer_with_another_value_speaks_against_what_the_agent_asked(
    offer: tuple[str, Any, str, str], answer: str
) -> None:
    assert not is_valid(*offer, f"user: {answer}")


def test_a_no_to_a_summary_may_be_about_any_part_of_it() -> None:
    summary = "agent: So that is a table for 2 at the Harbour in Reno at 8:30 pm, is that correct?"

    assert is_valid(
        "city",
        "Reno",
        "in Reno",
        summary,
        "user: No. It has to be for four people, and a bit later.",
    )
    assert not is_valid("city", "Reno", "in Reno", summary, "user: No.")


def test_a_no_to_a_change_leaves_it_as_it_was() -> None:
    question = "agent: Do you want to change Tuesday?"

    assert is_valid("day", "Tuesday", "change Tuesday", question, "user: No, it's fine.")


def test_what_the_agent_says_without_asking_is_left_to_the_schema() -> None:
    assert is_valid("day", "the 5th", "the 5th", "agent: I have booked the 5th. Anything else?")


def test_what_is_neither_confirmed_nor_refused_is_read_a_second_time() -> None:
    schema = {"type": "object", "properties": {"city": FIELDS["city"]}}
    answer = {"city": {"value": "Reno", "quote": "in Reno", "turns": [0]}}

    def is_doubted(reply: str) -> bool:
        turns = call("agent: Are you in Reno?", f"user: {reply}", *OPENING)
        [value] = judge(answer, turns, schema).open
        return "The agent asked it, and got no plain yes." in value.verdict.doubts

    assert is_doubted("I lost my papers.")
    assert not is_doubted("Yes, I am.")
