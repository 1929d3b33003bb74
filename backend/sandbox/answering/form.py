"""A JSON Schema read as a form: groups, lists and the fields to fill in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

# What makes an object a value with its evidence rather than a group of fields.
EVIDENCE = frozenset({"value", "quote"})


@dataclass(frozen=True)
class Field:
    """One value to fill in. `label` is everything the schema says about it in words."""

    path: tuple[str, ...]
    label: str
    type: str | None
    choices: tuple[Any, ...]
    schema: Schema
    is_nullable: bool
    # The properties around the value when it is answered with evidence, else None.
    evidence: Mapping[str, Schema] | None

    @property
    def name(self) -> str:
        return next((part for part in reversed(self.path) if part != "*"), "answer")

    @property
    def format(self) -> str | None:
        found = self.schema.get("format")
        return found if isinstance(found, str) else None


@dataclass(frozen=True)
class Group:
    path: tuple[str, ...]
    members: Mapping[str, "Node"]
    required: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    path: tuple[str, ...]
    label: str
    item: "Node"
    schema: Schema


Node = Field | Group | Listing


def read_form(schema: Schema) -> Node:
    return _node(schema, schema, (), "")


def fields_of(node: Node) -> Iterator[Field]:
    """Every field outside lists, in the order of the schema."""
    if isinstance(node, Field):
        yield node
    elif isinstance(node, Group):
        for member in node.members.values():
            yield from fields_of(member)


def _node(schema: Schema, root: Schema, path: tuple[str, ...], label: str) -> Node:
    plain, is_nullable = resolve(schema, root)
    label = " ".join(filter(None, (label, *_words(schema, plain))))
    properties = plain.get("properties")
    if isinstance(properties, dict) and properties.keys() >= EVIDENCE:
        return _evidenced(properties, root, path, label)
    if isinstance(properties, dict):
        members = {
            name: _node(member, root, (*path, name), "") for name, member in properties.items()
        }
        return Group(path, members, tuple(plain.get("required", ())))
    if _type(plain) == "array":
        item = _node(plain.get("items") or {}, root, (*path, "*"), label)
        return Listing(path, label, item, plain)
    if _type(plain) == "object":
        return Group(path, {}, ())
    return Field(path, label, _type(plain), _choices(plain), plain, is_nullable, None)


def _evidenced(
    properties: Mapping[str, Schema], root: Schema, path: tuple[str, ...], label: str
) -> Field:
    value, is_nullable = resolve(properties["value"], root)
    label = " ".join(filter(None, (label, *_words(properties["value"], value))))
    around = {
        name: resolve(member, root)[0] for name, member in properties.items() if name != "value"
    }
    return Field(path, label, _type(value), _choices(value), value, is_nullable, around)


def _words(*schemas: Schema) -> Iterator[str]:
    seen: set[str] = set()
    for schema in schemas:
        for key in ("title", "description"):
            words = schema.get(key)
            if isinstance(words, str) and words not in seen:
                seen.add(words)
                yield words


def _type(schema: Schema) -> str | None:
    found = schema.get("type")
    if isinstance(found, list):
        return next((str(item) for item in found if item != "null"), None)
    if found is None and "properties" in schema:
        return "object"
    if found is None and "items" in schema:
        return "array"
    return found if isinstance(found, str) else None


def _choices(schema: Schema) -> tuple[Any, ...]:
    if "const" in schema:
        return (schema["const"],)
    return tuple(choice for choice in schema.get("enum", ()) if choice is not None)


def resolve(schema: Schema, root: Schema) -> tuple[Schema, bool]:
    """Follow references, merge `allOf` and take the alternative that is not null."""
    is_nullable = False
    for _ in range(16):  # a reference may lead to itself
        if "$ref" in schema:
            schema = {**_referenced(str(schema["$ref"]), root), **_without(schema, "$ref")}
        elif "allOf" in schema:
            parts: Schema = {}
            for part in schema["allOf"]:
                parts = {**parts, **resolve(part, root)[0]}
            schema = {**parts, **_without(schema, "allOf")}
        elif options := schema.get("anyOf") or schema.get("oneOf"):
            real = [option for option in options if option.get("type") != "null"]
            is_nullable = is_nullable or len(real) < len(options)
            chosen = _merged_choices(real) if real else {"type": "null"}
            schema = {**chosen, **_without(_without(schema, "anyOf"), "oneOf")}
        else:
            break
    types = schema.get("type")
    return schema, is_nullable or types == "null" or (isinstance(types, list) and "null" in types)


def _merged_choices(options: list[Schema]) -> Schema:
    """Read a list of constants as one enum; of other alternatives take the first."""
    if all("const" in option for option in options):
        return {"type": options[0].get("type"), "enum": [option["const"] for option in options]}
    return options[0]


def _referenced(reference: str, root: Schema) -> Schema:
    found: Any = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        found = found.get(key, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _without(schema: Schema, key: str) -> Schema:
    return {name: value for name, value in schema.items() if name != key}
