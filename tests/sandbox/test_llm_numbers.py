"""Numbers as people say them, and the fields that count with them."""

from typing import Any

import pytest

from backend.sandbox.llm.answering.conversation import read_conversation
from backend.sandbox.llm.answering.fill import answer_form
from backend.sandbox.llm.answering.form import read_form
from backend.sandbox.llm.answering.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,500.50 or 2.5", [("1,500.50", 1500.5), ("2.5", 2.5)]),
        ("twenty five", [("twenty five", 25)]),
        ("forty-two thousand five hundred", [("forty-two thousand five hundred", 42500)]),
        ("one hundred and one", [("one hundred and one", 101)]),
        ("fifteen hundred", [("fifteen hundred", 1500)]),
        ("two and a half", [("two and a half", 2.5)]),
        ("15k, maybe four million", [("15k", 15000), ("four million", 4_000_000)]),
        ("two thirty", [("two", 2), ("thirty", 30)]),
        ("Two hundred. Five more", [("Two hundred", 200), ("Five", 5)]),
        ("a couple of them", [("couple", 2)]),
        ("treinta y dos mil", [("treinta y dos mil", 32000)]),
        ("mil doscientos", [("mil doscientos", 1200)]),
        ("that one and one of them, on the 13th of I-80", []),
        ("", []),
    ],
)
def test_a_number_is_found_in_its_longest_reading(
    text: str, expected: list[tuple[str, float]]
) -> None:
    found = [(text[number.start : number.end], number.value) for number in find_numbers(text)]

    assert found == expected


def answer(schema: dict[str, Any], asked: str, said: str) -> Any:
    form = read_form({"type": "object", "properties": {"quantity": schema}})
    conversation = read_conversation([f"[0] agent: {asked}\n[1] user: {said}"])
    return answer_form(form, conversation)["quantity"]


@pytest.mark.parametrize(
    ("schema", "said", "expected"),
    [
        ({"type": ["integer", "null"], "maximum": 10}, "Twelve. No, sorry, seven.", 7),
        ({"type": ["integer", "null"], "minimum": 10}, "Twelve. No, sorry, seven.", 12),
        ({"type": ["integer", "null"]}, "Two and a half.", None),
        ({"type": ["number", "null"]}, "Two and a half.", 2.5),
        ({"type": ["integer", "null"], "enum": [1, 2, None]}, "Three, or rather two.", 2),
        ({"type": ["number", "null"], "exclusiveMaximum": 7}, "Seven.", None),
        ({"type": "integer"}, "I have no idea.", 0),
    ],
)
def test_a_number_keeps_to_the_type_bounds_and_choices_of_its_field(
    schema: dict[str, Any], said: str, expected: float | None
) -> None:
    schema = {**schema, "description": "How many crates"}

    assert answer(schema, "How many crates?", said) == expected


@pytest.mark.parametrize(
    ("description", "said", "expected"),
    [
        ("Delay in minutes", "The delay is two and a half hours.", 150),
        ("Delay in hours", "The delay is 90 minutes.", 1.5),
        ("Delay in hours", "An hour and a half of delay.", 1.5),
        ("Delay in minutes", "Ninety.", 90),
    ],
)
def test_a_length_of_time_is_given_in_the_unit_of_its_field(
    description: str, said: str, expected: float
) -> None:
    schema = {"type": ["number", "null"], "description": description}

    assert answer(schema, "What is the delay?", said) == expected


@pytest.mark.parametrize(
    ("description", "said", "expected"),
    [
        ("Price in dollars", "It is $4,200 for 12 pieces.", 4200),
        ("Price in cents", "It is forty two dollars.", 4200),
        ("Price in dollars", "Call me at 3 pm or at 415 555 0142.", None),
    ],
)
def test_money_is_told_from_other_numbers(
    description: str, said: str, expected: float | None
) -> None:
    schema = {"type": ["number", "null"], "description": description}

    assert answer(schema, "What is the price?", said) == expected


def test_bounds_may_be_told_in_words() -> None:
    schema = {"type": ["integer", "null"], "description": "Number of crates. At most 10."}

    assert answer(schema, "What number of crates?", "Twelve. No, sorry, seven.") == 7
