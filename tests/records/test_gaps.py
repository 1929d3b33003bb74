from typing import Any

import pytest

from backend.records.evidence import judge
from backend.records.gaps import GapReason, NotSaid
from tests.records.calls import call
from tests.records.generated import Schema

SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "driver_status": {"type": ["string", "null"], "description": "What the driver is doing."},
        "unloading_status": {
            "type": ["string", "null"],
            "description": "At the receiver only: how far the unloading is.",
        },
        "eta": {"type": ["string", "null"], "description": "When the driver expects to arrive."},
        "delay_reason": {"type": "string", "description": "What holds the driver up."},
        "stops": {
            "type": "array",
            "description": "Places where the driver stops on the way.",
            "items": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "fuel": {"type": "boolean"}},
            },
        },
        "trailer": {
            "type": ["object", "null"],
            "properties": {"seal": {"type": "string"}, "temperature": {"type": "number"}},
        },
    },
    "required": [],
}
TURNS = call(
    "agent: Hi Mike, how are you? I'm calling about your delay.",
    "user: Fine, fine.",
    "agent: What's the reason? And when do you expect to arrive?",
    "user: You are breaking up.",
)


def not_said(answer: dict[str, Any], schema: Schema = SCHEMA) -> dict[str, NotSaid]:
    extraction = judge(answer, TURNS, schema)
    assert extraction.status == "valid"
    return extraction.not_said


def null(*turns: int) -> dict[str, Any]:
    return {"value": None, "quote": None, "turns": list(turns)}


def said(value: Any, quote: str, turn: int) -> dict[str, Any]:
    return {"value": value, "quote": quote, "turns": [turn]}


ASKED = NotSaid(reason=GapReason.NOT_ANSWERED, turns=[2], start_ms=4000)
NOT_ASKED = NotSaid(reason=GapReason.NOT_ASKED, turns=[], start_ms=None)


def test_each_field_without_a_value_says_whether_it_was_asked_for() -> None:
    gaps = not_said({"driver_status": said("fine", "Fine, fine.", 1), "unloading_status": null(2)})

    assert gaps == {
        "unloading_status": ASKED,
        "eta": ASKED,
        "delay_reason": ASKED,
        "stops": NOT_ASKED,
        "trailer": NOT_ASKED,
    }


def test_the_turns_that_the_model_names_count_when_the_agent_spoke_in_them() -> None:
    assert not_said({"trailer": {"seal": null(2), "temperature": null(0)}})["trailer"] == NotSaid(
        reason=GapReason.NOT_ANSWERED, turns=[0, 2], start_ms=0
    )
    assert not_said({"driver_status": null(1, 3, 99)})["driver_status"] == NOT_ASKED


def test_what_is_missing_in_an_item_is_named_with_the_items_place() -> None:
    items = [{"city": null()}, {"city": said("Fine", "Fine, fine.", 1), "fuel": null(2)}]

    gaps = not_said({"stops": items})

    assert gaps["stops[0].fuel"] == ASKED
    assert "stops" not in gaps


def test_a_question_with_all_words_of_a_name_is_about_it() -> None:
    gaps = judge({}, call("agent: What's your status?"), SCHEMA).not_said

    assert gaps["driver_status"].reason is GapReason.NOT_ANSWERED
    assert gaps["unloading_status"].reason is GapReason.NOT_ASKED


@pytest.mark.parametrize(
    ("question", "is_asked"),
    [
        ("How far is the unloading?", True),
        ("What's your status?", False),
        ("Are you unloading, what's the status?", True),
        ("I'll note the unloading.", False),
        ("I'll note the unloading. Anything else?", False),
    ],
)
def test_without_turns_the_words_of_a_question_tell_what_it_is_about(
    question: str, *, is_asked: bool
) -> None:
    gap = judge({}, call(f"agent: {question}"), SCHEMA).not_said["unloading_status"]

    assert (gap.reason is GapReason.NOT_ANSWERED) is is_asked


def test_a_required_list_that_is_empty_is_a_problem_by_the_same_rule() -> None:
    properties = {"stops": {**SCHEMA["properties"]["stops"], "minItems": 1}}
    schema = {"type": "object", "properties": properties, "required": ["stops"]}

    extraction = judge({}, call("agent: Where are your stops on the way?"), schema)

    assert [(problem.field, problem.code) for problem in extraction.problems] == [
        ("stops", "not_answered")
    ]
