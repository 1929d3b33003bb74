"""What a record schema may say about a single value: its type, choices, format and bounds."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import SchemaError, SchemaValidator, core_schema

from backend.agents.record_schema.formats import CANONICAL

MAX_ENUM_VALUES = 250
MAX_PATTERN = 500
FORMATS = tuple(CANONICAL)

LENGTHS = frozenset({"minLength", "maxLength"})
BOUNDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})

# The path below the value's schema, and what is wrong there.
Findings = Iterator[tuple[tuple[str | int, ...], str]]


def fits(value: object, kind: str, *, is_nullable: bool) -> bool:
    """Say whether a value is of a JSON type. As in JSON Schema, 2.0 is an integer."""
    if value is None:
        return is_nullable
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    types = {"string": str, "number": int | float, "array": list, "object": Mapping}
    return kind in types and isinstance(value, types[kind])


def check_scalar(schema: Mapping[str, Any], kind: str, *, is_nullable: bool) -> Findings:
    found = [*check_limits(schema, "minLength", "maxLength"), *_check_bounds(schema)]
    if schema.get("format", FORMATS[0]) not in FORMATS:
        found.append((("format",), f"The format is one of {', '.join(FORMATS)}."))
    if "pattern" in schema:
        found += _check_pattern(schema["pattern"])
    yield from found
    if "enum" in schema:
        rules = {} if found else schema
        yield from _check_enum(schema["enum"], rules, kind, is_nullable=is_nullable)


def check_limits(schema: Mapping[str, Any], low: str, high: str) -> Findings:
    """Check a pair of counts, like `minLength` and `maxLength`."""
    limits = {name: schema[name] for name in (low, high) if name in schema}
    for name, limit in limits.items():
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
            yield (name,), f"`{name}` is a whole number, 0 or more."
            return
    if len(limits) == 2 and limits[low] > limits[high]:
        yield (high,), f"`{high}` is less than `{low}`."


def _check_bounds(schema: Mapping[str, Any]) -> Findings:
    bounds = {name: schema[name] for name in sorted(BOUNDS) if name in schema}
    for name, bound in bounds.items():
        if not isinstance(bound, int | float) or isinstance(bound, bool):
            yield (name,), f"`{name}` is a number."
            return
    lows = [bounds[name] for name in ("minimum", "exclusiveMinimum") if name in bounds]
    for name in ("maximum", "exclusiveMaximum"):
        if name in bounds and lows and max(lows) > bounds[name]:
            yield (name,), "The upper bound is below the lower one."


def _check_pattern(pattern: object) -> Findings:
    """Accept what pydantic's engine does: it runs in linear time, so no pattern can stall it."""
    if not isinstance(pattern, str) or len(pattern) > MAX_PATTERN:
        yield ("pattern",), f"A pattern is a text of at most {MAX_PATTERN} characters."
        return
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        yield (
            ("pattern",),
            "This cannot be used as a regular expression: it is malformed or too large, or has a "
            "look-around or back-reference.",
        )


def _check_enum(
    values: object, rules: Mapping[str, Any], kind: str, *, is_nullable: bool
) -> Findings:
    if not isinstance(values, list) or all(value is None for value in values):
        yield ("enum",), "`enum` is a list with at least one value."
        return
    if len(values) > MAX_ENUM_VALUES:
        yield ("enum",), f"`enum` has at most {MAX_ENUM_VALUES} values."
        return
    for n, value in enumerate(values):
        if not fits(value, kind, is_nullable=is_nullable):
            yield ("enum", n), f"The value is not of type {kind}."
        elif value in values[:n]:
            yield ("enum", n), "The value is listed twice."
        elif value is not None and not _is_allowed(value, rules):
            yield ("enum", n), "The field's other keywords forbid this value."


def _is_allowed(value: str | float, rules: Mapping[str, Any]) -> bool:
    """Apply the rules beside an enum to one of its values, with the engine that will apply them."""
    rule: core_schema.CoreSchema
    if isinstance(value, str):
        rule = core_schema.str_schema(
            min_length=rules.get("minLength"),
            max_length=rules.get("maxLength"),
            pattern=rules.get("pattern"),
        )
    else:
        rule = core_schema.float_schema(
            ge=rules.get("minimum"),
            le=rules.get("maximum"),
            gt=rules.get("exclusiveMinimum"),
            lt=rules.get("exclusiveMaximum"),
        )
    try:
        SchemaValidator(rule).validate_python(value)
    except ValidationError:
        return False
    return True
