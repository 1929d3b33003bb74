"""A JSON Schema read as a form: groups, lists and the fields to fill in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from backend.sandbox.llm.answering.words import label_text

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
    """One value to fill in. `label` is everything the schema says about it in words."""

    path: Path
    label: str
    # The examples that the schema gives.
    hints: str
    # What is said of the groups and lists it is in, their names included.
    context: str
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
    path: Path
    members: Mapping[str, "Node"]
    required: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    path: Path
    item: "Node"
    schema: Schema


Node = Field | Group | Listing


def read_form(schema: Schema) -> Node:
    return _node(schema, schema, _Place())


def fields_of(node: Node, *, in_lists: bool = False) -> Iterator[Field]:
    """Yield the fields in the order of the schema, those of list items only if asked."""
    if isinstance(node, Field):
        yield node
    elif isinstance(node, Group):
        for member in node.members.values():
            yield from fields_of(member, in_lists=in_lists)
    elif in_lists:
        yield from fields_of(node.item, in_lists=True)


@dataclass(frozen=True)
class _Place:
    path: Path = ()
    label: str = ""
    context: str = ""

    def inside(self, name: str) -> "_Place":
        # What is said of the whole form tells none of its fields from another.
        context = f"{self.context} {self.name} {self.label}".strip() if self.path else ""
        return _Place((*self.path, name), "", context)

    @property
    def name(self) -> str:
        return next((label_text(part) for part in reversed(self.path) if part != "*"), "")


def _node(schema: Schema, root: Schema, place: _Place) -> Node:
    plain, is_nullable = resolve(schema, root)
    place = replace(place, label=_joined(place.label, schema, plain))
    properties = plain.get("properties")
    if isinstance(properties, dict) and properties.keys() >= EVIDENCE:
        return _evidenced(properties, root, place)
    if len(place.path) >= DEEPEST:
        return _field(plain, place, is_nullable=True)
    if isinstance(properties, dict):
        members = {name: _node(each, root, place.inside(name)) for name, each in properties.items()}
        return Group(place.path, members, tuple(plain.get("required", ())))
    if _type(plain) == "array":
        item = replace(place, path=(*place.path, "*"))
        return Listing(place.path, _node(plain.get("items") or {}, root, item), plain)
    if _type(plain) == "object":
        return Group(place.path, {}, ())
    return _field(plain, place, is_nullable=is_nullable)


def _evidenced(properties: Mapping[str, Schema], root: Schema, place: _Place) -> Field:
    value, is_nullable = resolve(properties["value"], root)
    place = replace(place, label=_joined(place.label, properties["value"], value))
    around = {
        name: resolve(member, root)[0] for name, member in properties.items() if name != "value"
    }
    return replace(_field(value, place, is_nullable=is_nullable), evidence=around)


def _field(plain: Schema, place: _Place, *, is_nullable: bool) -> Field:
    label, *hints = EXAMPLES.split(place.label, maxsplit=1)
    return Field(
        place.path,
        label,
        " ".join((*hints, *map(str, plain.get("examples", ())))),
        place.context,
        _type(plain),
        _choices(plain),
        plain,
        is_nullable,
        None,
    )


def _joined(label: str, *schemas: Schema) -> str:
    """Add what the schemas say in words, each thing once."""
    said = [schema.get(key) for schema in schemas for key in ("title", "description")]
    return " ".join(dict.fromkeys(filter(None, (label, *map(str, filter(None, said))))))


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
