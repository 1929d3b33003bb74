"""A JSON Schema read as a form: groups, lists and the fields to fill in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

Schema = Mapping[str, Any]
# Where a field is; `*` stands for any item of a list.
Path = tuple[str, ...]

# What makes an object a value with its evidence rather than a group of fields.
EVIDENCE = frozenset({"value", "quote"})
EXAMPLES = re.compile(r"\b(?:for example|for instance|e\.g\.|such as|por ejemplo)", re.IGNORECASE)
# A schema may contain itself; nobody asks for forms deeper than this.
DEEPEST = 10


@dataclass(frozen=True)
class Field:
    """One value to fill in. `label` is what the schema says about it in words."""

    path: Path
    label: str
    type: str | None
    choices: tuple[Any, ...]
    format: str | None
    is_nullable: bool
    # Whether the value is answered with a quote and its turns.
    has_evidence: bool = False

    @property
    def name(self) -> str:
        return next((part for part in reversed(self.path) if part != "*"), "answer")


@dataclass(frozen=True)
class Group:
    path: Path
    members: Mapping[str, "Node"]
    required: tuple[str, ...]

    @property
    def name(self) -> str:
        return next((part for part in reversed(self.path) if part != "*"), "answer")


@dataclass(frozen=True)
class Listing:
    path: Path
    item: "Node"
    longest: int | None


Node = Field | Group | Listing


def read_form(schema: Schema) -> Node:
    return _node(schema, schema, (), "")


def fields_of(node: Node) -> Iterator[Field]:
    """Yield the fields in the order of the schema, those of list items too."""
    match node:
        case Field():
            yield node
        case Group():
            for member in node.members.values():
                yield from fields_of(member)
        case Listing():
            yield from fields_of(node.item)


def _node(schema: Schema, root: Schema, path: Path, label: str) -> Node:
    plain, is_nullable = _resolved(schema, root)
    label = _joined(label, schema, plain)
    properties = plain.get("properties")
    if isinstance(properties, dict) and properties.keys() >= EVIDENCE:
        value, is_nullable = _resolved(properties["value"], root)
        label = _joined(label, properties["value"], value)
        return replace(_field(value, path, label, is_nullable=is_nullable), has_evidence=True)
    if len(path) < DEEPEST and (isinstance(properties, dict) or _type(plain) == "object"):
        members = {
            name: _node(each, root, (*path, name), "") for name, each in (properties or {}).items()
        }
        return Group(path, members, tuple(plain.get("required", ())))
    if len(path) < DEEPEST and _type(plain) == "array":
        item = _node(plain.get("items") or {}, root, (*path, "*"), label)
        return Listing(path, item, plain.get("maxItems"))
    return _field(plain, path, label, is_nullable=is_nullable or len(path) >= DEEPEST)


def _field(plain: Schema, path: Path, label: str, *, is_nullable: bool) -> Field:
    choices = (plain["const"],) if "const" in plain else tuple(plain.get("enum", ()))
    choices = tuple(choice for choice in choices if choice is not None)
    said = EXAMPLES.split(label, maxsplit=1)[0]
    return Field(path, said, _type(plain), choices, plain.get("format"), is_nullable)


def _joined(label: str, *schemas: Schema) -> str:
    """Add what the schemas say in words, each thing once."""
    said = [schema.get(key) for schema in schemas for key in ("title", "description")]
    return " ".join(dict.fromkeys(filter(None, (label, *map(str, filter(None, said))))))


def _type(schema: Schema) -> str | None:
    found = schema.get("type")
    if isinstance(found, list):
        found = next((item for item in found if item != "null"), None)
    if found is None and "items" in schema:
        return "array"
    return found if isinstance(found, str) else None


def _resolved(schema: Schema, root: Schema) -> tuple[Schema, bool]:
    """Follow references, merge `allOf` and take the alternative that is not null."""
    is_nullable = False
    for _ in range(16):  # a reference may lead to itself
        if "$ref" in schema:
            schema = {**_referenced(str(schema["$ref"]), root), **_without(schema, "$ref")}
        elif "allOf" in schema:
            parts: Schema = {}
            for part in schema["allOf"]:
                parts = {**parts, **_resolved(part, root)[0]}
            schema = {**parts, **_without(schema, "allOf")}
        elif options := schema.get("anyOf") or schema.get("oneOf"):
            real = [option for option in options if option.get("type") != "null"]
            is_nullable = is_nullable or len(real) < len(options)
            schema = {**_alternative(real), **_without(schema, "anyOf", "oneOf")}
        else:
            break
    types = schema.get("type")
    return schema, is_nullable or types == "null" or (isinstance(types, list) and "null" in types)


def _alternative(options: list[Schema]) -> Schema:
    """Read a list of constants as one enum; of other alternatives take the first."""
    if options and all("const" in option for option in options):
        return {"type": options[0].get("type"), "enum": [option["const"] for option in options]}
    return options[0] if options else {"type": "null"}


def _referenced(reference: str, root: Schema) -> Schema:
    found: Any = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        found = found.get(key, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _without(schema: Schema, *keys: str) -> Schema:
    return {name: value for name, value in schema.items() if name not in keys}
