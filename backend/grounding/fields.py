"""A record schema as a tree of fields. Reads a schema that has been checked; refuses nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

Kind = Literal["string", "integer", "number", "boolean"]
Path = tuple[str | int, ...]


def field_path(path: Path) -> str:
    """Write a path as records show it: `stops[0].city`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).removeprefix(".")


@dataclass(frozen=True, kw_only=True)
class Scalar:
    """One value. `rules` holds the keywords that limit it (`pattern`, `minimum`, …)."""

    kind: Kind
    description: str = ""
    is_nullable: bool = False
    choices: tuple[str | int | float, ...] | None = None
    format: str | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[Any, ...] = ()
    said_by: Literal["agent", "user"] | None = None


@dataclass(frozen=True, kw_only=True)
class Listing:
    item: "Scalar | Group"
    description: str = ""
    is_nullable: bool = False
    rules: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Group:
    members: Mapping[str, "Field"]
    required: frozenset[str] = frozenset()
    description: str = ""
    is_nullable: bool = False

    def must_have(self, name: str) -> bool:
        """Say whether the member has to be there and may not be null."""
        return name in self.required and not self.members[name].is_nullable


Field: TypeAlias = Scalar | Listing | Group


def all_optional(group: Group) -> Group:
    """Give the same fields, none of which has to be there."""
    members = {name: _optional_within(member) for name, member in group.members.items()}
    return replace(group, members=members, required=frozenset())


def _optional_within(member: Field) -> Field:
    match member:
        case Group():
            return all_optional(member)
        case Listing(item=Group() as item):
            return replace(member, item=all_optional(item))
    return member


_RULES = (
    *("minLength", "maxLength", "pattern", "minItems", "maxItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
)


def read_schema(schema: Mapping[str, Any]) -> Group:
    """Read a whole record schema."""
    root = read_field(schema)
    if not isinstance(root, Group):
        raise TypeError("a record schema is an object")
    return root


def read_field(schema: Mapping[str, Any], *, is_nullable: bool = False) -> Field:
    """Read the schema of one field, with all that is below it."""
    if "anyOf" in schema:
        other = next(option for option in schema["anyOf"] if option != {"type": "null"})
        own = {keyword: value for keyword, value in schema.items() if keyword != "anyOf"}
        return read_field({**other, **own}, is_nullable=True)
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kind = next(name for name in types if name != "null")
    is_nullable = is_nullable or "null" in types
    description = schema.get("description") or schema.get("title") or ""
    rules = {name: schema[name] for name in _RULES if name in schema}
    match kind:
        case "object":
            members = {
                name: read_field(inner) for name, inner in schema.get("properties", {}).items()
            }
            return Group(
                members=members,
                required=frozenset(schema.get("required", ())),
                description=description,
                is_nullable=is_nullable,
            )
        case "array":
            item = read_field(schema["items"])
            if isinstance(item, Listing):
                raise TypeError("an array holds scalars or objects")
            return Listing(item=item, description=description, is_nullable=is_nullable, rules=rules)
        case _:
            choices = tuple(value for value in schema.get("enum", ()) if value is not None)
            return Scalar(
                kind=kind,
                description=description,
                is_nullable=is_nullable,
                choices=choices or None,
                format=schema.get("format"),
                rules=rules,
                examples=tuple(schema.get("examples", ())),
                said_by=schema.get("x-said-by"),
            )
