"""The subset of JSON Schema (draft 2020-12) that a record schema may use, and its check.

A record is a closed object of named fields. What is outside the subset is refused with a JSON
pointer to the place, so that nothing a customer wrote is ignored in silence.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from backend.agents.record_schema.scalars import BOUNDS, LENGTHS, check_limits, check_scalar, fits
from backend.platform.errors import FieldError

MAX_BYTES = 64 * 1024
MAX_FIELDS = 200
MAX_DEPTH = 5
MAX_TEXT = 4000
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
SPEAKERS = ("agent", "user")

MEANINGS = ("opt_out",)

_SAID_BY = "x-said-by"
_MEANING = "x-meaning"
_WORDS = frozenset({"title", "description", "examples", "default", "$comment"})
_KEYWORDS: dict[str, frozenset[str]] = {
    "string": LENGTHS | {"enum", "pattern", "format", _SAID_BY},
    "integer": BOUNDS | {"enum", _SAID_BY},
    "number": BOUNDS | {"enum", _SAID_BY},
    "boolean": frozenset({_SAID_BY, _MEANING}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "object": frozenset({"properties", "required", "additionalProperties"}),
}
_ROOT_ONLY = ("$schema", "$id")
_KNOWN = sorted({*_WORDS, *_ROOT_ONLY, "type", "anyOf"}.union(*_KEYWORDS.values()))
_INSTEAD = {
    "$ref": "References are not supported; write the schema in place.",
    "$defs": "Definitions are not supported; write each schema in place.",
    "definitions": "Definitions are not supported; write each schema in place.",
    "oneOf": "Alternatives are not supported; a field that may be null has a type like "
    '["string", "null"].',
    "allOf": "Combinations are not supported; write one schema with all the keywords.",
    "not": "Negation is not supported.",
    "if": "Conditions are not supported.",
    "const": "Use `enum` with one value.",
    "nullable": 'Write the type as ["string", "null"] instead.',
    "uniqueItems": "Unique items are not supported.",
    "multipleOf": "Multiples are not supported; use bounds.",
    "prefixItems": "Tuples are not supported; use an object with named properties.",
    "patternProperties": "A record has named properties only; list them in `properties`.",
    "example": "Use `examples`, a list.",
}
_TYPE_WANTED = (
    "The type is one of string, integer, number, boolean, array, object; one that may be null is "
    'written like ["string", "null"].'
)
_NAME_WANTED = (
    "A name starts with a letter and goes on with letters, digits and underscores, 64 in all."
)


@dataclass(frozen=True)
class _Place:
    """Where in the schema, and how many objects and arrays it is inside of."""

    pointer: str = ""
    depth: int = 0

    def at(self, *parts: object) -> str:
        escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
        return "".join((self.pointer, *(f"/{part}" for part in escaped)))

    def below(self, *parts: object, deeper: int = 0) -> "_Place":
        return _Place(self.at(*parts), self.depth + deeper)


def check_record_schema(schema: object) -> list[FieldError]:
    """Say everything that is outside the subset, each with a pointer. Empty when all is well."""
    if not isinstance(schema, Mapping):
        return [FieldError("", "A record schema is a JSON object.")]
    size = _size(schema)
    if size is None:
        return [FieldError("", "The schema cannot be written as JSON.")]
    if size > MAX_BYTES:
        return [FieldError("", f"The schema has {size} bytes; {MAX_BYTES} are allowed.")]
    return list(_root(schema))


def _size(schema: Mapping[str, Any]) -> int | None:
    try:
        return len(json.dumps(schema, allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError):
        return None


def _root(schema: Mapping[str, Any]) -> Iterator[FieldError]:
    place = _Place()
    if schema.get("type") != "object":
        yield FieldError(place.at("type"), 'A record is an object: write "type": "object".')
        return
    for keyword in _ROOT_ONLY:
        if not isinstance(schema.get(keyword, ""), str):
            yield FieldError(place.at(keyword), f"`{keyword}` is a text.")
    rest = {keyword: value for keyword, value in schema.items() if keyword not in _ROOT_ONLY}
    yield from _typed(rest, "object", place, is_nullable=False)
    if (count := _count_fields(schema)) > MAX_FIELDS:
        yield FieldError("", f"The schema has {count} fields; {MAX_FIELDS} are allowed.")


def _count_fields(schema: Any) -> int:
    """Count without recursion: the depth has not been checked yet."""
    count, parts = 0, [schema]
    while parts:
        part = parts.pop()
        if isinstance(part, Mapping):
            properties = part.get("properties")
            count += len(properties) if isinstance(properties, Mapping) else 0
            parts += part.values()
        elif isinstance(part, list):
            parts += part
    return count


def _field(schema: object, place: _Place) -> Iterator[FieldError]:
    if not isinstance(schema, Mapping):
        yield FieldError(place.pointer, "A field's schema is an object with at least a `type`.")
        return
    if "anyOf" in schema:
        yield from _null_or_other(schema, place)
        return
    kind, is_nullable = _kind(schema.get("type"))
    if kind is None:
        instead = [FieldError(place.at(key), _INSTEAD[key]) for key in schema if key in _INSTEAD]
        yield from instead or [FieldError(place.at("type"), _TYPE_WANTED)]
        return
    yield from _typed(schema, kind, place, is_nullable=is_nullable)


def _kind(declared: object) -> tuple[str | None, bool]:
    """Read a `type`: the one type there is beside null, and whether null is there."""
    names = declared if isinstance(declared, list) else [declared]
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        return None, False
    others = [name for name in names if name != "null"]
    if len(others) != 1 or others[0] not in _KEYWORDS:
        return None, False
    return others[0], len(others) != len(names)


def _null_or_other(schema: Mapping[str, Any], place: _Place) -> Iterator[FieldError]:
    """Accept what many tools write for a field that may be null: `anyOf` of a schema and null."""
    yield from _unknown(schema, {*_WORDS, "anyOf", _SAID_BY, _MEANING}, place, "`anyOf`")
    yield from _words(schema, place)
    options = schema["anyOf"] if isinstance(schema["anyOf"], list) else []
    others = [n for n, option in enumerate(options) if option != {"type": "null"}]
    if len(options) != 2 or len(others) != 1:
        yield FieldError(
            place.at("anyOf"), '`anyOf` has two parts, and one of them is {"type": "null"}.'
        )
        return
    inner, other = place.below("anyOf", others[0]), options[others[0]]
    if isinstance(other, Mapping) and "anyOf" in other:
        yield FieldError(inner.at("anyOf"), "`anyOf` is not nested.")
        return
    yield from _field(other, inner)


def _typed(
    schema: Mapping[str, Any], kind: str, place: _Place, *, is_nullable: bool
) -> Iterator[FieldError]:
    yield from _unknown(schema, {*_WORDS, "type", *_KEYWORDS[kind]}, place, f"type {kind}")
    yield from _words(schema, place)
    examples = schema.get("examples", [])
    for n, example in enumerate(examples if isinstance(examples, list) else []):
        if not fits(example, kind, is_nullable=is_nullable):
            yield FieldError(place.at("examples", n), f"The example is not of type {kind}.")
    match kind:
        case "object":
            yield from _object(schema, place)
        case "array":
            yield from _array(schema, place)
        case _:
            for path, message in check_scalar(schema, kind, is_nullable=is_nullable):
                yield FieldError(place.at(*path), message)


def _unknown(
    schema: Mapping[str, Any], allowed: set[str], place: _Place, where: str
) -> Iterator[FieldError]:
    for keyword in (keyword for keyword in schema if keyword not in allowed):
        if keyword in _INSTEAD:
            message = _INSTEAD[keyword]
        elif keyword in _KNOWN:
            message = f"`{keyword}` does not go with {where}."
        else:
            close = get_close_matches(str(keyword), _KNOWN, n=1)
            message = f"`{keyword}` is not supported."
            message += f" Did you mean `{close[0]}`?" if close else ""
        yield FieldError(place.at(keyword), message)


def _words(schema: Mapping[str, Any], place: _Place) -> Iterator[FieldError]:
    for keyword in ("title", "description", "$comment"):
        text = schema.get(keyword, "")
        if not isinstance(text, str) or len(text) > MAX_TEXT:
            message = f"`{keyword}` is a text of at most {MAX_TEXT} characters."
            yield FieldError(place.at(keyword), message)
    if schema.get("default") is not None:
        yield FieldError(
            place.at("default"),
            "A default is not supported: a value that nobody said would have no quote.",
        )
    if not isinstance(schema.get("examples", []), list):
        yield FieldError(place.at("examples"), "`examples` is a list.")
    if schema.get(_SAID_BY, "user") not in SPEAKERS:
        yield FieldError(place.at(_SAID_BY), "Who has to have said it is `agent` or `user`.")
    if _MEANING in schema:
        yield from _meaning(schema, place)


def _meaning(schema: Mapping[str, Any], place: _Place) -> Iterator[FieldError]:
    if schema[_MEANING] not in MEANINGS:
        yield FieldError(place.at(_MEANING), "The one meaning that is known is `opt_out`.")
    elif place.depth != 1 or ("anyOf" in schema and not _is_boolean(schema)):
        message = "Only a field of the record itself, true or false, can mean `opt_out`."
        yield FieldError(place.at(_MEANING), message)


def _is_boolean(schema: Mapping[str, Any]) -> bool:
    options = schema["anyOf"] if isinstance(schema["anyOf"], list) else []
    kinds = [_kind(option.get("type"))[0] for option in options if isinstance(option, Mapping)]
    return "boolean" in kinds


def opt_out_fields(schema: Mapping[str, Any]) -> list[str]:
    """Name the fields of a record in which somebody asks not to be called again."""
    return [
        name
        for name, field in schema.get("properties", {}).items()
        if "opt_out" in {part.get(_MEANING) for part in (field, *field.get("anyOf", ()))}
    ]


def _too_deep(place: _Place) -> list[FieldError]:
    if place.depth <= MAX_DEPTH:
        return []
    return [FieldError(place.pointer, f"Fields are nested {MAX_DEPTH} deep at most.")]


def _object(schema: Mapping[str, Any], place: _Place) -> Iterator[FieldError]:
    properties = schema.get("properties", {})
    if not isinstance(properties, Mapping):
        yield FieldError(place.at("properties"), "`properties` is an object of fields.")
        return
    if not properties and place.pointer:
        yield FieldError(place.at("properties"), "An object has at least one property.")
    for name, member in properties.items():
        if not NAME.fullmatch(str(name)):
            yield FieldError(place.at("properties", name), _NAME_WANTED)
        inner = place.below("properties", name, deeper=1)
        yield from _too_deep(inner) or _field(member, inner)
    yield from _required(schema.get("required", []), properties, place)
    if schema.get("additionalProperties", False) is not False:
        yield FieldError(
            place.at("additionalProperties"),
            "A record has named properties only; leave this out or make it false.",
        )


def _required(
    required: object, properties: Mapping[str, Any], place: _Place
) -> Iterator[FieldError]:
    if not isinstance(required, list):
        yield FieldError(place.at("required"), "`required` is a list of property names.")
        return
    for n, name in enumerate(required):
        if not isinstance(name, str) or name not in properties:
            yield FieldError(place.at("required", n), "There is no property with this name here.")
        elif name in required[:n]:
            yield FieldError(place.at("required", n), "The name is listed twice.")


def _array(schema: Mapping[str, Any], place: _Place) -> Iterator[FieldError]:
    for path, message in check_limits(schema, "minItems", "maxItems"):
        yield FieldError(place.at(*path), message)
    item = schema.get("items")
    kind, is_nullable = _kind(item.get("type")) if isinstance(item, Mapping) else (None, False)
    if not isinstance(item, Mapping):
        yield FieldError(place.at("items"), "An array says in `items` what is in it.")
    elif is_nullable or "anyOf" in item:
        yield FieldError(place.at("items"), "What is in an array is not null; leave that out.")
    elif kind == "array":
        yield FieldError(place.at("items"), "An array holds scalars or objects, not arrays.")
    else:
        inner = place.below("items", deeper=1)
        yield from _too_deep(inner) or _field(item, inner)
