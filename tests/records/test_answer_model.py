import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings, strategies as st
from pydantic import ValidationError

from backend.agents.presets.catalog import PRESETS
from backend.agents.presets.preset import Preset
from backend.records.answer_model import answer_model
from tests.records.generated import Schema, fitting, record_schemas


def record(**properties: Any) -> Schema:
    return {"type": "object", "properties": properties}


def sent(schema: Schema) -> Schema:
    return answer_model(schema).model_json_schema()


def leaf(field: Schema) -> Schema:
    found: Schema = sent(record(field=field))["properties"]["field"]
    return found


def answered(value: Any, schema: Schema) -> Any:
    """Answer data as a careful model does."""
    if "anyOf" in schema:
        return answered(value, schema["anyOf"][0])
    kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
    if kind == "object":
        members = value or {}
        return {name: answered(members.get(name), s) for name, s in schema["properties"].items()}
    if kind == "array":
        return [answered(item, schema["items"]) for item in value or []]
    if value is None:
        return {"quote": None, "turns": [], "value": None}
    return {"quote": "so I said", "turns": [1], "value": value}


@settings(max_examples=50)
@given(st.data())
def test_what_the_form_allows_the_model_takes_unchanged(data: st.DataObject) -> None:
    schema = data.draw(record_schemas())
    answer = answered(data.draw(fitting(schema)), schema)

    assert jsonschema_rs.validator_for(sent(schema)).is_valid(answer)
    assert answer_model(schema).model_validate(answer).as_json() == answer


@settings(max_examples=50)
@given(record_schemas())
def test_the_form_uses_only_what_every_provider_takes(schema: Schema) -> None:
    allowed = {
        *("type", "properties", "required", "additionalProperties", "items", "enum", "anyOf"),
        *("description", "title", "format"),
    }
    form = sent(schema)
    assert form.keys() <= allowed

    def check(part: Schema) -> None:
        assert part.keys() <= allowed
        for name, inner in part.get("properties", {}).items():
            assert name in part["required"]
            check(inner)
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
        for inner in [*part.get("anyOf", []), *([part["items"]] if "items" in part else [])]:
            check(inner)

    check(form)


def test_the_quote_is_written_before_the_value() -> None:
    assert list(leaf({"type": "string"})["properties"]) == ["quote", "turns", "value"]


def test_a_value_may_always_be_null_since_it_may_not_have_been_said() -> None:
    value = leaf({"type": "string", "enum": ["a", "b"]})["properties"]["value"]

    assert value == {"anyOf": [{"enum": ["a", "b"], "type": "string"}, {"type": "null"}]}


@pytest.mark.parametrize(
    ("field", "description"),
    [
        ({"type": "string", "description": "the city"}, "The city."),
        ({"type": "string", "title": "City?"}, "City?"),
        ({"type": "integer", "enum": [1, 2]}, "One of 1, 2."),
        ({"type": "number", "minimum": 0, "exclusiveMaximum": 9}, "At least 0, less than 9."),
        (
            {"type": "string", "pattern": "^[A-Z]+$"},
            "Matching the regular expression ^[A-Z]+$.",
        ),
        ({"type": "string", "format": "date"}, "A date, YYYY-MM-DD."),
        ({"type": "string", "examples": ["a", "b"]}, 'For example "a", "b".'),
        ({"type": "boolean", "x-said-by": "user"}, "Said by the user."),
        (
            {"type": "array", "items": {"type": "string"}, "maxItems": 3, "description": "Names"},
            "Names. At most 3 items.",
        ),
    ],
)
def test_the_rules_are_told_in_words(field: Schema, description: str) -> None:
    assert leaf(field)["description"] == description


def test_a_format_that_every_provider_knows_is_sent_too() -> None:
    value = leaf({"type": "string", "format": "date-time"})["properties"]["value"]["anyOf"][0]
    assert value["format"] == "date-time"

    value = leaf({"type": "string", "format": "phone"})["properties"]["value"]["anyOf"][0]
    assert "format" not in value


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("late", {"quote": None, "turns": [], "value": "late"}),
        (None, {"quote": None, "turns": [], "value": None}),
        ({}, {"quote": None, "turns": [], "value": None}),
        ({"value": "late"}, {"quote": None, "turns": [], "value": "late"}),
        (
            {"value": "late", "quote": "late", "turns": 3},
            {"quote": "late", "turns": [3], "value": "late"},
        ),
        (
            {"value": "late", "quote": "late", "turns": None, "why": "?"},
            {"quote": "late", "turns": [], "value": "late"},
        ),
        (
            {"value": {"a": 1}, "quote": None, "turns": ["3"]},
            {"quote": None, "turns": [3], "value": {"a": 1}},
        ),
    ],
)
def test_a_hasty_answer_to_one_field_is_read_all_the_same(written: Any, read: Any) -> None:
    answer = answer_model(record(a={"type": "string"})).model_validate({"a": written})

    assert answer.as_json() == {"a": read}


def test_what_was_left_out_was_not_said() -> None:
    stop = record(city={"type": "string"})
    schema = record(a={"type": "string"}, stops={"type": "array", "items": stop}, inner=stop)
    nothing: Schema = {"quote": None, "turns": [], "value": None}

    for answer in ({}, {"a": None, "stops": None, "inner": None}):
        read = answer_model(schema).model_validate(answer).as_json()
        assert read == {"a": nothing, "stops": [], "inner": {"city": nothing}}


@pytest.mark.parametrize(
    "answer",
    [[], {"stops": {}}, {"stops": ["x"]}, {"a": {"value": 1, "quote": ["x"]}}],
    ids=["list", "object-for-list", "text-for-object", "list-for-quote"],
)
def test_an_answer_of_another_structure_is_refused(answer: Any) -> None:
    stop = record(city={"type": "string"})
    schema = record(a={"type": "string"}, stops={"type": "array", "items": stop})

    with pytest.raises(ValidationError):
        answer_model(schema).model_validate(answer)


def test_an_equal_schema_has_the_same_model() -> None:
    first, second = record(a={"type": "string"}), record(a={"type": "string"})

    assert answer_model(first) is answer_model(second)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_the_form_of_a_preset_is_small_enough_to_send_each_time(preset: Preset) -> None:
    assert preset.config.record_schema is not None

    assert len(json.dumps(sent(preset.config.record_schema))) < 8_000
