from typing import Any

import pytest

from backend.agents.record_schema.scalars import MAX_ENUM_VALUES
from backend.agents.record_schema.subset import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_FIELDS,
    NAME,
    check_record_schema,
)

Schema = dict[str, Any]


def record(**properties: Any) -> Schema:
    return {"type": "object", "properties": properties}


def nested(depth: int) -> Schema:
    inner: Schema = {"type": "string"}
    for _ in range(depth):
        inner = {"type": "object", "properties": {"a": inner}}
    return inner


ACCEPTED: dict[str, Schema] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^[a-z]+$"},
    "enum": {"type": "string", "enum": ["a", "b"]},
    "enum-null": {"type": ["string", "null"], "enum": ["a", None]},
    "enum-nullable-without-null": {"type": ["string", "null"], "enum": ["a"]},
    "whole-enum": {"type": ["null", "integer"], "enum": [1, 2.0, None]},
    "bounds": {"type": "number", "minimum": 0.5, "exclusiveMaximum": 1e300},
    "huge-enum": {"type": "number", "enum": [1e300, -1e300]},
    "boolean": {"type": "boolean", "x-said-by": "user"},
    "opt-out": {"type": ["boolean", "null"], "x-meaning": "opt_out"},
    "opt-out as tools write it": {
        "anyOf": [{"type": "boolean"}, {"type": "null"}],
        "x-meaning": "opt_out",
    },
    "words": {
        "type": "string",
        "title": "T",
        "description": "D",
        "examples": ["e"],
        "$comment": "c",
        "default": None,
    },
    "any-of-null": {"anyOf": [{"type": "null"}, {"type": "integer"}], "default": None},
    "list": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
    "list-of-objects": {
        "type": "array",
        "items": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
    "object": {
        "type": ["object", "null"],
        "properties": {"x": {"type": "string"}},
        "required": ["x"],
        "additionalProperties": False,
    },
    **{
        format_: {"type": "string", "format": format_}
        for format_ in ("date", "date-time", "time", "email", "uri", "phone")
    },
}


@pytest.mark.parametrize("field", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_is_in_the_subset_is_accepted(field: Schema) -> None:
    assert check_record_schema(record(a=field)) == []


@pytest.mark.parametrize(
    "schema",
    [
        record(),
        {"type": "object"},
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "urn:x",
            "title": "T",
            "description": "D",
            **record(json={"type": "string"}, model_config={"type": "string"}),
        },
    ],
    ids=["no-fields", "no-properties", "all-at-the-root"],
)
def test_a_whole_schema_is_accepted(schema: Schema) -> None:
    assert check_record_schema(schema) == []


REFUSED: dict[str, tuple[Any, str, str]] = {
    "no-type": ({}, "/type", "one of string"),
    "no-object": ("string", "", "object"),
    "unknown-type": ({"type": "str"}, "/type", "one of string"),
    "only-null": ({"type": "null"}, "/type", "one of string"),
    "two-types": ({"type": ["string", "integer"]}, "/type", "one of string"),
    "type-twice": ({"type": ["string", "string"]}, "/type", "one of string"),
    "type-no-text": ({"type": [["string"]]}, "/type", "one of string"),
    "typo": ({"type": "string", "desciption": "x"}, "/desciption", "`description`"),
    "nonsense": ({"type": "string", "qqqq": 1}, "/qqqq", "not supported"),
    "misplaced": ({"type": "string", "minimum": 1}, "/minimum", "type string"),
    "root-only": ({"type": "string", "$schema": "x"}, "/$schema", "type string"),
    "reference": ({"$ref": "#/$defs/a"}, "/$ref", "in place"),
    "one-of": ({"oneOf": []}, "/oneOf", "Alternatives"),
    "constant": ({"type": "string", "const": "a"}, "/const", "`enum`"),
    "open-api": ({"type": "string", "nullable": True}, "/nullable", '["string", "null"]'),
    "default": ({"type": "string", "default": "x"}, "/default", "no quote"),
    "description": ({"type": "string", "description": 1}, "/description", "a text"),
    "examples": ({"type": "string", "examples": "x"}, "/examples", "a list"),
    "example-type": ({"type": "string", "examples": ["a", 1]}, "/examples/1", "type string"),
    "speaker": ({"type": "string", "x-said-by": "boss"}, "/x-said-by", "`agent` or `user`"),
    "meaning": ({"type": "boolean", "x-meaning": "sale"}, "/x-meaning", "`opt_out`"),
    "meaning of a text": (
        {"type": "string", "x-meaning": "opt_out"},
        "/x-meaning",
        "does not go with type string",
    ),
    "format": ({"type": "string", "format": "ipv4"}, "/format", "date-time"),
    "pattern-form": ({"type": "string", "pattern": "("}, "/pattern", "malformed"),
    "pattern-looks": ({"type": "string", "pattern": "(?=a)"}, "/pattern", "look-around"),
    "pattern-back": ({"type": "string", "pattern": r"(a)\1"}, "/pattern", "back-reference"),
    "pattern-huge": ({"type": "string", "pattern": "(a{999}){999}"}, "/pattern", "too large"),
    "pattern-long": ({"type": "string", "pattern": "a" * 501}, "/pattern", "500"),
    "lengths": ({"type": "string", "minLength": 3, "maxLength": 2}, "/maxLength", "less than"),
    "negative": ({"type": "string", "minLength": -1}, "/minLength", "whole number"),
    "bound": ({"type": "integer", "minimum": "1"}, "/minimum", "a number"),
    "bound-true": ({"type": "integer", "minimum": True}, "/minimum", "a number"),
    "bounds": ({"type": "number", "minimum": 3, "maximum": 2}, "/maximum", "below"),
    "enum-form": ({"type": "string", "enum": "a"}, "/enum", "a list"),
    "enum-empty": ({"type": "string", "enum": []}, "/enum", "at least one"),
    "enum-null": ({"type": ["string", "null"], "enum": [None]}, "/enum", "at least one"),
    "enum-type": ({"type": "string", "enum": ["a", 1]}, "/enum/1", "type string"),
    "enum-unasked-null": ({"type": "string", "enum": ["a", None]}, "/enum/1", "type string"),
    "enum-twice": ({"type": "integer", "enum": [1, 1.0]}, "/enum/1", "twice"),
    "enum-bound": ({"type": "integer", "enum": [1, 5], "maximum": 4}, "/enum/1", "forbid"),
    "enum-pattern": ({"type": "string", "enum": ["a"], "pattern": "b"}, "/enum/0", "forbid"),
    "enum-many": (
        {"type": "integer", "enum": list(range(MAX_ENUM_VALUES + 1))},
        "/enum",
        str(MAX_ENUM_VALUES),
    ),
    "boolean-enum": ({"type": "boolean", "enum": [True]}, "/enum", "type boolean"),
    "any-of": ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "/anyOf", "two parts"),
    "any-of-one": ({"anyOf": [{"type": "null"}]}, "/anyOf", "two parts"),
    "any-of-twice": (
        {"anyOf": [{"type": "null"}, {"anyOf": []}]},
        "/anyOf/1/anyOf",
        "not nested",
    ),
    "any-of-inside": (
        {"anyOf": [{"type": "null"}, {"type": "string", "format": "x"}]},
        "/anyOf/1/format",
        "one of",
    ),
    "no-items": ({"type": "array"}, "/items", "`items`"),
    "list-of-lists": (
        {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
        "/items",
        "not arrays",
    ),
    "list-of-nulls": ({"type": "array", "items": {"type": ["string", "null"]}}, "/items", "null"),
    "item": ({"type": "array", "items": {"type": "x"}}, "/items/type", "one of string"),
    "counts": (
        {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 1},
        "/maxItems",
        "less than",
    ),
    "empty-object": ({"type": "object"}, "/properties", "at least one"),
    "open-object": (
        {**record(x={"type": "string"}), "additionalProperties": True},
        "/additionalProperties",
        "named properties",
    ),
    "required-form": ({**record(x={"type": "string"}), "required": "x"}, "/required", "list"),
    "required-name": (
        {**record(x={"type": "string"}), "required": ["x", "y"]},
        "/required/1",
        "no property",
    ),
    "required-twice": (
        {**record(x={"type": "string"}), "required": ["x", "x"]},
        "/required/1",
        "twice",
    ),
    "deep": (nested(MAX_DEPTH), "/properties/a" * MAX_DEPTH, "deep"),
}


@pytest.mark.parametrize(("field", "pointer", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_outside_is_refused_at_its_place(field: Any, pointer: str, says: str) -> None:
    [error] = check_record_schema(record(field=field))

    assert error.pointer == f"/properties/field{pointer}"
    assert says in error.message


@pytest.mark.parametrize("name", ["a b", "1a", "_a", "a.b", "a[0]", "ä", "", "a" * 65])
def test_a_name_that_breaks_field_paths_is_refused(name: str) -> None:
    [error] = check_record_schema(record(**{name: {"type": "string"}}))

    assert error.pointer == f"/properties/{name}"
    assert not NAME.fullmatch(name)


def test_a_pointer_escapes_what_has_to_be_escaped() -> None:
    errors = check_record_schema(record(**{"a/b~c": {"type": "x"}}))

    assert {error.pointer for error in errors} == {
        "/properties/a~1b~0c",
        "/properties/a~1b~0c/type",
    }


@pytest.mark.parametrize(
    "schema",
    [None, [], "{}", {"type": "object", "properties": {"a": {1, 2}}}, {"type": float("nan")}],
    ids=["null", "list", "text", "no-json", "nan"],
)
def test_what_is_no_schema_at_all_is_refused(schema: object) -> None:
    [error] = check_record_schema(schema)

    assert error.pointer == ""


@pytest.mark.parametrize("type_", [None, "string", ["object", "null"]])
def test_a_record_is_an_object(type_: object) -> None:
    [error] = check_record_schema({"type": type_, "properties": {}})

    assert error.pointer == "/type"


def test_everything_wrong_is_said_at_once() -> None:
    errors = check_record_schema(
        record(a={"type": "str"}, b={"type": "array"}, c={"type": "string", "format": "x"})
    )

    assert [error.pointer for error in errors] == [
        "/properties/a/type",
        "/properties/b/items",
        "/properties/c/format",
    ]


def test_the_number_of_fields_is_limited() -> None:
    fields = {f"f{n}": {"type": "string"} for n in range(MAX_FIELDS)}
    assert check_record_schema(record(**fields)) == []

    [error] = check_record_schema(record(**fields, more={"type": "string"}))

    assert str(MAX_FIELDS + 1) in error.message


def test_fields_may_be_nested_as_deep_as_is_said() -> None:
    assert check_record_schema(nested(MAX_DEPTH)) == []


@pytest.mark.parametrize("depth", [100, 1000, 5000])
def test_a_schema_that_nests_without_end_is_refused(depth: int) -> None:
    assert check_record_schema(nested(depth))


def test_the_size_is_limited() -> None:
    [error] = check_record_schema(record(a={"type": "string", "title": "x" * MAX_BYTES}))

    assert str(MAX_BYTES) in error.message
