from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings, strategies as st

from backend.agents.presets.catalog import PRESETS
from backend.agents.presets.preset import Preset
from backend.agents.record_schema.subset import check_record_schema
from backend.grounding.fields import field_path
from backend.records.record_model import Wrong, record_model, validate
from tests.records.generated import Schema, fitting, record_schemas, spoilt


def accepts(schema: Schema, data: Any) -> bool:
    """Ask a JSON Schema validator that is not ours."""
    return jsonschema_rs.validator_for(schema, validate_formats=False).is_valid(data)


@settings(max_examples=50)
@given(record_schemas())
def test_generated_schemas_are_in_the_subset(schema: Schema) -> None:
    assert check_record_schema(schema) == []


@given(st.data())
def test_the_model_accepts_what_the_schema_accepts(data: st.DataObject) -> None:
    schema = data.draw(record_schemas())
    values = data.draw(spoilt(schema))

    assert (validate(schema, values).wrong == []) is accepts(schema, values)


@settings(max_examples=50)
@given(st.data())
def test_the_models_own_schema_is_equivalent_to_the_schema(data: st.DataObject) -> None:
    schema = data.draw(record_schemas())
    values = data.draw(spoilt(schema))
    own = record_model(schema).model_json_schema()

    assert accepts(own, values) is accepts(schema, values)


@settings(max_examples=50)
@given(st.data())
def test_data_without_formats_comes_out_as_it_went_in(data: st.DataObject) -> None:
    schema = data.draw(record_schemas())
    values = data.draw(fitting(schema))
    checked = validate(schema, values)

    assert checked.data == values
    assert type(checked.data) is dict


def one(field: Schema) -> Schema:
    return {"type": "object", "properties": {"field": field}}


FORMATS = {
    "date": ("2026-11-21", "2026-11-21"),
    "date-time": ("2026-11-21T08:00:00-06:00", "2026-11-21T14:00:00Z"),
    "date-time-short": ("2026-11-21 08:00z", "2026-11-21T08:00:00Z"),
    "time": ("08:30", "08:30"),
    "time-long": ("08:30:15+02:00", "08:30:15+02:00"),
    "email": ("Mike@EXAMPLE.com", "Mike@example.com"),
    "uri": ("https://example.com/a?b=c", "https://example.com/a?b=c"),
    "phone": ("+1 (415) 555-0100", "+14155550100"),
}


@pytest.mark.parametrize(("name", "texts"), FORMATS.items(), ids=FORMATS.keys())
def test_a_text_with_a_format_comes_in_one_written_form(name: str, texts: tuple[str, str]) -> None:
    schema = one({"type": "string", "format": name.removesuffix("-short").removesuffix("-long")})

    checked = validate(schema, {"field": texts[0]})

    assert (checked.data, checked.wrong) == ({"field": texts[1]}, [])
    assert validate(schema, checked.data).data == checked.data


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("date", "21.11.2026"),
        ("date", "2026-02-30"),
        ("date", "20261121"),
        ("date-time", "2026-11-21T08:00:00"),
        ("date-time", "tomorrow"),
        ("date-time", "2026-11-21T25:00:00Z"),
        ("date-time", "0001-01-01T00:00:00+05:00"),
        ("time", "8:30"),
        ("time", "24:30"),
        ("email", "mike at example.com"),
        ("uri", "example.com"),
        ("phone", "415 555 0100"),
        ("phone", "+1 415"),
        ("phone", "call me"),
    ],
)
def test_a_text_without_its_format_is_wrong(format_: str, text: str) -> None:
    [wrong] = validate(one({"type": "string", "format": format_}), {"field": text}).wrong

    assert wrong.path == ("field",)
    assert wrong.message.startswith("Should be a")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ({"type": "integer", "minimum": 3}, 2, "Should be greater than or equal to 3."),
        ({"type": "string", "enum": ["a", "b"]}, "c", 'Should be one of "a", "b".'),
        ({"type": "boolean"}, 1, "Should be a valid boolean."),
        ({"type": "string"}, None, "Should be a valid string."),
    ],
)
def test_a_wrong_value_is_explained(field: Schema, value: object, message: str) -> None:
    assert validate(one(field), {"field": value}).wrong == [Wrong(("field",), message)]


def test_a_missing_and_an_unknown_field_are_named() -> None:
    schema = {**one({"type": "string"}), "required": ["field"]}

    assert validate(schema, {"feild": "x"}).wrong == [
        Wrong(("field",), "This is required."),
        Wrong(("feild",), "There is no such field in the schema."),
    ]


def test_a_place_is_written_as_a_path_and_as_a_pointer() -> None:
    stop = {"type": "object", "properties": {"city": {"type": "string"}}}
    schema = one({"type": "array", "items": stop})

    [wrong] = validate(schema, {"field": [{"city": "Reno"}, {"city": 7}]}).wrong

    assert field_path(wrong.path) == "field[1].city"
    assert wrong.pointer == "/field/1/city"


def test_wrong_data_comes_back_as_it_is() -> None:
    schema = one({"type": "string", "format": "phone"})

    assert validate(schema, {"field": "unknown"}).data == {"field": "unknown"}


def test_an_equal_schema_has_the_same_model() -> None:
    assert record_model(one({"type": "string"})) is record_model(one({"type": "string"}))
    assert record_model(one({"type": "string"})) is not record_model(one({"type": "boolean"}))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_record_of_a_preset_may_be_almost_empty(preset: Preset) -> None:
    schema = preset.config.record_schema or {}
    needed = {name: schema["properties"][name]["enum"][0] for name in schema["required"]}

    assert validate(schema, needed) == (needed, [])
