"""What the stand-in reads out of ordinary phone calls, and what it never does."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from backend.sandbox.llm.conversation import read_conversation
from backend.sandbox.llm.form import read_form
from backend.sandbox.llm.record import answer_record
from tests.sandbox.llm_dialogues import (
    CHECK_IN,
    DIALOGUES,
    EMERGENCY,
    QUALIFICATION,
    STARTED,
    Dialogue,
    JsonSchema,
    choice,
    flag,
    text,
)

NOTHING: dict[str, Any] = {"value": None, "quote": None, "turns": []}


def with_evidence(schema: JsonSchema) -> JsonSchema:
    """Put a quote and turns beside every value, as an extraction asks for them."""
    if schema["type"] == "object":
        members = {name: with_evidence(each) for name, each in schema["properties"].items()}
        return {**schema, "properties": members}
    if schema["type"] == "array":
        return {**schema, "items": with_evidence(schema["items"])}
    value = {key: each for key, each in schema.items() if key != "description"}
    return {
        "type": "object",
        "description": schema.get("description", ""),
        "properties": {
            "value": {"anyOf": [value, {"type": "null"}]},
            "quote": {"type": ["string", "null"]},
            "turns": {"type": "array", "items": {"type": "integer"}},
        },
    }


def answer(prompt: str, fields: dict[str, JsonSchema]) -> dict[str, Any]:
    form = read_form(with_evidence({"type": "object", "properties": fields}))
    answered: dict[str, Any] = answer_record(form, read_conversation([prompt]))
    return answered


def leaves(answered: Any) -> list[dict[str, Any]]:
    if isinstance(answered, list):
        return [leaf for item in answered for leaf in leaves(item)]
    if "quote" in answered:
        return [answered]
    return [leaf for member in answered.values() for leaf in leaves(member)]


def fits(answered: Any, expected: Any) -> bool:
    """A text fits when it has the expected words, or for a number its digits."""
    if isinstance(answered, dict) and "quote" in answered:
        answered = answered["value"]
    match expected:
        case str():
            return expected in str(answered) or expected == re.sub(r"\D", "", str(answered))
        case list():
            return len(answered) == len(expected) and all(map(fits, answered, expected))
        case dict():
            return all(fits(answered[name], value) for name, value in expected.items())
        case _:
            return bool(answered == expected)


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
def test_an_ordinary_call_yields_what_was_said(dialogue: Dialogue) -> None:
    answered = answer(dialogue.prompt, dialogue.fields)

    wrong = {
        name: answered[name]
        for name, expected in dialogue.expected.items()
        if not fits(answered[name], expected)
    }
    assert wrong == {}


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
def test_every_value_is_quoted_from_the_turn_it_names(dialogue: Dialogue) -> None:
    turns = [line.strip().partition(": ")[2] for line in dialogue.lines.strip().splitlines()]

    for leaf in leaves(answer(dialogue.prompt, dialogue.fields)):
        if leaf["value"] is not None:
            assert leaf["quote"] in turns[leaf["turns"][0]]


SAID = """
yes no well not I'm we're it's load safe hurt nobody broke truck late delayed arrived driving need
problem worried budget two hundred 12 3rd March Tuesday tomorrow at five pm noon near I-80 Reno Ana,
Lopez. because construction? call don't “right” wait, actually make that sí mañana $40 415 555 0100
ok... \u2014 ünder 😀 proof of delivery where when how many
"""
WORDS = st.sampled_from(SAID.split())
SPOKEN = st.lists(WORDS, max_size=14).map(" ".join)
CALLS = st.lists(
    st.tuples(st.sampled_from(["agent", "user", "transfer_target"]), SPOKEN), max_size=8
)
FIELDS = {**CHECK_IN, **EMERGENCY, **QUALIFICATION, "contact": text("Name of the contact")}


@settings(max_examples=100, deadline=None)
@given(CALLS)
def test_no_quote_is_ever_made_up(call: list[tuple[str, str]]) -> None:
    lines = [f"[{number}] {role} 0:0{number}: {said}" for number, (role, said) in enumerate(call)]

    answered = answer("\n".join([STARTED, *lines]), FIELDS)

    for leaf in leaves(answered):
        if leaf["value"] is None:
            assert (leaf["quote"], leaf["turns"]) == (None, [])
        else:
            assert leaf["quote"].strip()
            assert all(leaf["quote"] in call[number][1] for number in leaf["turns"])
            assert len(leaf["turns"]) == 1
    assert answered == answer("\n".join([STARTED, *lines]), FIELDS)


@settings(max_examples=50, deadline=None)
@given(CALLS)
def test_answers_keep_to_the_types_and_choices_of_the_schema(call: list[tuple[str, str]]) -> None:
    lines = [f"[{number}] {role}: {said}" for number, (role, said) in enumerate(call)]

    answered = answer("\n".join([STARTED, *lines]), FIELDS)

    assert answered["driver_status"]["value"] in (None, *CHECK_IN["driver_status"]["enum"])
    assert answered["load_secure"]["value"] in (None, True, False)
    assert isinstance(answered["budget"]["value"], int | float | None)
    json.dumps(answered)


def test_of_an_empty_call_everything_is_empty() -> None:
    answered = answer(STARTED, {**CHECK_IN, "needs": QUALIFICATION["needs"]})

    assert answered.pop("needs") == []
    assert set(map(json.dumps, answered.values())) == {json.dumps(NOTHING)}


def test_the_last_word_counts_also_some_turns_later() -> None:
    prompt = """\
[0] agent: How many pallets are on board?
[1] user: Twenty two.
[2] agent: Twenty two, noted. Is the trailer sealed?
[3] user: It is. Sorry, I counted again, there are twenty four pallets."""

    answered = answer(prompt, {"pallets": {"type": "integer", "description": "Number of pallets"}})

    assert answered["pallets"]["value"] == 24
    assert answered["pallets"]["turns"] == [3]


def test_a_question_of_the_agent_proves_nothing_until_it_is_agreed_to() -> None:
    fields = {"gate": text("Which gate to use", enum=["north", "south"])}
    asked = "[0] agent: Shall we use the north gate?"

    assert answer(asked, fields)["gate"]["value"] is None
    assert answer(f"{asked}\n[1] user: No, please don't.", fields)["gate"]["value"] is None
    agreed = answer(f"{asked}\n[1] user: Yes, that works.", fields)["gate"]
    assert (agreed["value"], agreed["turns"]) == ("north", [0])


def test_what_is_denied_is_not_chosen() -> None:
    fields = {"state": choice("State of the order", "packed", "shipped")}
    prompt = "[0] agent: What is the state of the order?\n[1] user: It isn't shipped, only packed."

    assert answer(prompt, fields)["state"]["value"] == "packed"


def test_a_choice_may_be_known_by_its_description() -> None:
    fields = {
        "phase": choice("Phase of the work. Alpha: still drawing plans. Beta: pouring concrete.",
                        "alpha", "beta")
    }  # fmt: skip

    assert answer("[0] user: We are pouring the concrete now.", fields)["phase"]["value"] == "beta"


def test_an_abbreviation_is_understood_when_it_is_spelt_out() -> None:
    fields = {"rma_received": flag("Whether the RMA came in")}
    prompt = "[0] agent: Did the return merchandise authorization come in?\n[1] user: Yes, it did."

    assert answer(prompt, fields)["rma_received"]["value"] is True


@pytest.mark.parametrize(
    ("started", "expected"),
    [
        ("Call started at: 2026-11-20T15:04:05Z (America/Chicago)", "2026-11-21T14:00:00Z"),
        ("Call started at: 2026-11-20T15:04:05Z (Europe/Berlin)", "2026-11-21T07:00:00Z"),
        ("Call started at: 2026-11-20T15:04:05Z", "2026-11-21T08:00:00Z"),
        ("Call started at: 2026-11-20T15:04:05Z (Nowhere/Land)", "2026-11-21T08:00:00Z"),
        ("Call started at: unknown (America/Chicago)", None),
        ("", None),
    ],
)
def test_relative_times_count_from_the_start_of_the_call(
    started: str, expected: str | None
) -> None:
    fields = {"arrival": text("Time of arrival", format="date-time")}
    prompt = (
        f"{started}\n[0] agent: When do you arrive?\n[1] user: Tomorrow at eight in the morning."
    )

    assert answer(prompt, fields)["arrival"]["value"] == expected


def test_the_conversation_is_the_text_with_the_most_turns() -> None:
    example = "Turns look like this:\n[3] user 0:08: I'm in Reno"
    call = "[0] agent: Where are you?\n[1] user: I'm near Tulsa.\n[2] agent: Thanks."

    turns = read_conversation([example, call, "Give a valid answer."]).turns

    assert [turn.text for turn in turns] == ["Where are you?", "I'm near Tulsa.", "Thanks."]
