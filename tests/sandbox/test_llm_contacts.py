"""Telephone numbers, addresses and links, as they are written and as they are spoken."""

from typing import Any

import pytest

from backend.sandbox.llm.answering.conversation import read_conversation
from backend.sandbox.llm.answering.fill import answer_form
from backend.sandbox.llm.answering.form import read_form


def answer(name: str, schema: dict[str, Any], said: str) -> Any:
    form = read_form({"type": "object", "properties": {name: schema}})
    asked = "What is your phone number, email address or website?"
    prompt = f"[0] agent: {asked}\n[1] user: {said}"
    return answer_form(form, read_conversation([prompt]))[name]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("It's 415 555 0142.", "+14155550142"),
        ("(415) 555-0142, that's my cell.", "+14155550142"),
        ("1-415-555-0142", "+14155550142"),
        ("+1 415 555 0142", "+14155550142"),
        ("Four one five, five five five, oh one four two.", "+14155550142"),
        ("Plus one, four one five, five five five, oh one four two", "+14155550142"),
        ("Just 555 0142.", "5550142"),
        ("It's twelve, on the 3rd.", None),
    ],
)
@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["string", "null"], "format": "phone"},
        {"type": ["string", "null"], "description": "How to reach them. A phone number."},
    ],
)
def test_a_telephone_number_is_given_as_it_is_dialled(
    schema: dict[str, Any], said: str, expected: str | None
) -> None:
    assert answer("reach", schema, said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("ana.lopez@example.com, please", "ana.lopez@example.com"),
        ("It's Ana dot Lopez at example dot com.", "ana.lopez@example.com"),
        ("ana underscore l at mail dot example dot org", "ana_l@mail.example.org"),
        ("Look at the board.", None),
    ],
)
def test_a_spoken_address_is_written_out(said: str, expected: str | None) -> None:
    assert answer("email", {"type": ["string", "null"], "format": "email"}, said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("See https://example.com/a?b=1.", "https://example.com/a?b=1"),
        ("We are www.example.org, thanks", "www.example.org"),
        ("No website.", None),
    ],
)
def test_a_link_is_found_without_the_stop_behind_it(said: str, expected: str | None) -> None:
    assert answer("website", {"type": ["string", "null"]}, said) == expected
