"""Schemas as Pydantic and others write them, read as forms and filled in."""

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from backend.sandbox.llm.complaints import refused_answers
from backend.sandbox.llm.conversation import Conversation, read_conversation
from backend.sandbox.llm.form import fields_of, read_form
from backend.sandbox.llm.record import answer_record


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Door(BaseModel):
    colour: Colour | None = Field(description="Colour of the door")
    width: Annotated[int, Field(ge=1)] | None = None


class House(BaseModel):
    front: Door
    others: list[Door] = []
    kind: Literal["flat", "house"] | None = None
    name: str
    floors: int
    is_new: bool


def fill(schema: dict[str, Any], *lines: str) -> Any:
    numbered = "\n".join(f"[{number}] {line}" for number, line in enumerate(lines))
    return answer_record(read_form(schema), read_conversation([numbered]))


def test_references_alternatives_and_enums_are_followed() -> None:
    fields = list(fields_of(read_form(House.model_json_schema())))

    assert {".".join(field.path): (field.type, field.choices) for field in fields} == {
        "front.colour": ("string", ("red", "blue")),
        "front.width": ("integer", ()),
        "others.*.colour": ("string", ("red", "blue")),
        "others.*.width": ("integer", ()),
        "kind": ("string", ("flat", "house")),
        "name": ("string", ()),
        "floors": ("integer", ()),
        "is_new": ("boolean", ()),
    }


def test_what_may_not_be_null_is_as_empty_as_its_type_allows() -> None:
    filled = fill(House.model_json_schema())

    assert filled == {
        "front": {"colour": None, "width": None},
        "others": [],
        "kind": None,
        "name": "",
        "floors": 0,
        "is_new": False,
    }
    House.model_validate(filled)


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"type": "string"}, {"enum": ["red", "blue"]}], "description": "Colour"},
        {"oneOf": [{"const": "red"}, {"const": "blue"}, {"type": "null"}], "description": "Colour"},
        {"$ref": "#/$defs/Colour", "description": "Colour"},
        {"type": ["string", "null"], "enum": ["red", "blue", None], "description": "Colour"},
    ],
)
def test_every_way_to_write_an_enum_is_read(schema: dict[str, Any]) -> None:
    root = {
        "type": "object",
        "properties": {"colour": schema},
        "$defs": {"Colour": {"type": "string", "enum": ["red", "blue"]}},
    }

    assert fill(root, "user: The blue one.") == {"colour": "blue"}


def test_a_schema_that_contains_itself_is_filled_to_some_depth() -> None:
    branch = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Branch"}}}
    filled = fill({"$ref": "#/$defs/Branch", "$defs": {"Branch": branch}}, "user: Hello.")

    assert filled["next"]["next"] is not None


def test_a_reference_to_nowhere_is_left_empty() -> None:
    assert fill({"type": "object", "properties": {"x": {"$ref": "#/$defs/Missing"}}}) == {"x": None}


def test_a_list_is_no_longer_than_allowed() -> None:
    names = {"type": "array", "maxItems": 2, "items": {"type": "string"}, "description": "Names"}
    lines = ("agent: What are the names?", "user: It's Ana Lopez, Bob Stone, and Cleo Marsh.")

    assert fill({"type": "object", "properties": {"names": names}}, *lines) == {
        "names": ["Ana Lopez", "Bob Stone"]
    }


EARLIER = (
    '{"front": {"colour": {"value": "red", "quote": "red"}}, "others": [{"width": 3}], "name": ""}'
)


@pytest.mark.parametrize(
    "complaint",
    [
        "front.colour: The quote is not in the transcript.",
        "- front.colour.quote: not found",
        "1 validation error for House\nfront.colour\n  Value error, nobody said so",
        "/front/colour/value is wrong",
        "`front.colour` is wrong",
    ],
)
def test_a_complaint_names_its_field_in_one_of_the_usual_ways(complaint: str) -> None:
    form = read_form(
        {
            "type": "object",
            "properties": {
                "front": Door.model_json_schema(),
                "others": {"type": "array", "items": Door.model_json_schema()},
                "name": {"type": "string"},
            },
            "$defs": Door.model_json_schema()["$defs"],
        }
    )

    assert refused_answers(form, EARLIER, [complaint]) == {
        ("front", "colour"): [{"value": "red", "quote": "red"}]
    }
    assert refused_answers(form, EARLIER, ["others.0.width: too wide"]) == {
        ("others", "*", "width"): [3]
    }
    assert refused_answers(form, "no json", [complaint]) == {}
    assert refused_answers(form, EARLIER, ["The name: front is not a colour."]) == {}


def test_nothing_said_is_an_empty_conversation() -> None:
    assert read_conversation(["Fill this in.", ""]) == Conversation()
