"""A call that a screenplay knows is read as a good model would; what was not said is left out."""

from typing import Any

import pytest

from backend.sandbox.llm.conversation import Conversation, read_conversation
from backend.sandbox.llm.form import read_form
from backend.sandbox.llm.known_calls import known_values
from backend.sandbox.llm.record import answer_record
from backend.sandbox.scenarios import scenarios
from backend.sandbox.screenplay import fill, parse

STARTED = "Call started at: 2026-11-20T15:04:05Z (America/Chicago)"
GREETING = "agent: Good day, who is speaking?"
HEAD = "title: x\nends: y\nsummary: z\n\n"


def conversation(name: str, *, turns: int | None = None, **variables: str) -> Conversation:
    scenario = scenarios()[name]
    known = {**scenario.defaults, **variables}
    lines = [f"{line.role}: {fill(line.text, known)}" for line in scenario.lines]
    said = [GREETING, *(line for line in lines[1:turns] if not line.startswith("tool"))]
    numbered = "\n".join(f"[{number}] {line}" for number, line in enumerate(said))
    return read_conversation([f"{STARTED}\n{numbered}"])


def read(called: Conversation, **fields: Any) -> dict[str, Any]:
    evidence = {"quote": {"type": "string"}, "turns": {"type": "array"}}
    properties = {
        name: {"type": "object", "properties": {"value": schema, **evidence}}
        for name, schema in fields.items()
    }
    form = read_form({"type": "object", "properties": properties})
    answered: dict[str, Any] = answer_record(form, called)
    return answered


def test_a_call_is_known_whatever_it_is_greeted_with_and_whom_it_is_about() -> None:
    known = known_values(conversation("emergency", driver_name="Ana", company="Blue Freight"))

    assert known is not None
    assert [each.written for each in known["emergency_type"]] == ["accident"]


def test_somebody_elses_words_are_no_screenplay() -> None:
    assert known_values(read_conversation(["[0] agent: Hi\n[1] user: Yep, will do."])) is None
    assert known_values(Conversation()) is None


def test_what_was_not_said_before_the_end_is_not_known() -> None:
    status = {"type": "string", "enum": ["Delayed", "Arrived"]}
    answered = read(conversation("driver_check_in", turns=3), driver_status=status, eta={})

    assert answered["driver_status"]["value"] == "Delayed"
    assert answered["eta"] == {"value": None, "quote": None, "turns": []}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "format": "date-time"}, "2026-11-21T14:00:00Z"),
        ({"type": "string", "format": "date"}, "2026-11-21"),
        ({"type": "string", "format": "time"}, "08:00:00"),
        ({"type": "string"}, "Tomorrow at 8 AM"),
        ({"type": "integer"}, None),
    ],
)
def test_a_moment_takes_the_form_that_is_asked_for(schema: dict[str, Any], value: Any) -> None:
    answered = read(conversation("driver_check_in"), eta=schema)

    assert answered["eta"]["value"] == value


def test_a_field_no_screenplay_has_is_left_to_the_filler() -> None:
    answered = read(
        conversation("driver_check_in"),
        hours_left={"type": "integer", "description": "Hours left on the driver's clock"},
        favorite_color={"type": "string"},
    )

    assert (answered["hours_left"]["value"], answered["favorite_color"]["value"]) == (2, None)


def test_each_quote_of_a_screenplay_is_in_the_line_above_it() -> None:
    good = parse(
        "good", f"{HEAD}user: I'm in Reno, late.\n=> city: Reno | I'm in Reno\n=> late: true"
    )
    facts = good.lines[0].facts

    assert [(fact.value, fact.quote) for fact in facts] == [
        ("Reno", "I'm in Reno"),
        ("true", "I'm in Reno, late."),
    ]
    for bad in ("=> city: Reno | I am in Reno", "=> city"):
        with pytest.raises(ValueError, match="not what"):
            parse("bad", f"{HEAD}user: I'm in Reno, late.\n{bad}")
    with pytest.raises(ValueError, match="nobody"):
        parse("bad", f"{HEAD}=> city: Reno")
