"""The Pydantic model of a record, built at run time from its schema. It has the last word on data.

The model is closed and strict: what it accepts is what a JSON Schema validator accepts. Texts
with a format come out in one written form (`+1 415 555 0100` as `+14155550100`).
"""

import json
import math
import re
from collections.abc import Callable, Container, Mapping
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field as Spec,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    create_model,
)

from backend.agents.record_schema.formats import CANONICAL, whole
from backend.grounding.fields import (
    Field,
    Group,
    Listing,
    Path,
    Scalar,
    all_optional,
    field_path,
    read_schema,
)


class Wrong(NamedTuple):
    """One value the schema does not allow."""

    path: Path
    message: str

    @property
    def pointer(self) -> str:
        return "".join(f"/{part}" for part in self.path)


class Validated(NamedTuple):
    """The data in its written form, or as it came when something is wrong with it."""

    data: dict[str, Any]
    wrong: list[Wrong]


def validate(
    schema: Mapping[str, Any], data: Mapping[str, Any], open_fields: Container[str] = ()
) -> Validated:
    """Check a record's data against its schema. No message repeats a value.

    A field of `open_fields`, such as `stops[0].city`, may be absent although it is required.
    """
    try:
        record = record_model(schema).model_validate(data)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        wrong = [item for item in found if not _is_left_open(item, open_fields)]
        if wrong:
            return Validated(dict(data), [Wrong(item["loc"], _sentence(item)) for item in wrong])
        # All that is there fits; this model takes it without what is not.
        record = _cached_model(json.dumps(schema), is_lenient=True).model_validate(data)
    return Validated(record.model_dump(by_alias=True, exclude_unset=True), [])


def _is_left_open(item: Any, open_fields: Container[str]) -> bool:
    return item["type"] == "missing" and field_path(item["loc"]) in open_fields


def record_model(schema: Mapping[str, Any]) -> type[BaseModel]:
    """Build the model of a record, or take the one built before for an equal schema."""
    return _cached_model(json.dumps(schema))


@lru_cache(maxsize=256)
def _cached_model(schema: str, *, is_lenient: bool = False) -> type[BaseModel]:
    root = read_schema(json.loads(schema))
    return _model(all_optional(root) if is_lenient else root, "Record")


_SENTENCES = {
    "missing": "This is required.",
    "extra_forbidden": "There is no such field in the schema.",
}


def _sentence(item: Any) -> str:
    message: str = _SENTENCES.get(item["type"]) or re.sub(
        "^(Value error, |Input )", "", item["msg"]
    )
    message = message[0].upper() + message[1:]
    return message if message.endswith(".") else f"{message}."


def _model(group: Group, name: str) -> type[BaseModel]:
    # Python names of our own: a property may be called `json` or `class`.
    members: dict[str, Any] = {
        f"member_{n}": _member(group, property_name, member)
        for n, (property_name, member) in enumerate(group.members.items())
    }
    return create_model(
        name, __config__=ConfigDict(extra="forbid", title=name, serialize_by_alias=True), **members
    )


def _member(group: Group, name: str, member: Field) -> tuple[Any, Any]:
    type_: Any = _type(member, name.title().replace("_", ""))
    described = Annotated[type_, Spec(alias=name, description=member.description or None)]
    return described, ... if name in group.required else None


def _type(field: Field, name: str) -> Any:
    type_: Any
    match field:
        case Scalar():
            type_ = _scalar(field)
        case Listing():
            item: Any = _type(field.item, name)
            counts = (field.rules.get("minItems"), field.rules.get("maxItems"))
            type_ = Annotated[list[item], Spec(min_length=counts[0], max_length=counts[1])]
        case Group():
            type_ = _model(field, name)
    return type_ | None if field.is_nullable else type_


def _scalar(field: Scalar) -> Any:
    rules: dict[str, Any] = {
        "strict": True,
        "examples": list(field.examples) or None,
        "json_schema_extra": {
            **({"enum": list(field.choices)} if field.choices else {}),
            **({"format": field.format} if field.format else {}),
        },
    }
    steps: list[Any] = []
    base: type
    match field.kind:
        case "string":
            base = str
            rules["min_length"] = field.rules.get("minLength")
            rules["max_length"] = field.rules.get("maxLength")
            rules["pattern"] = field.rules.get("pattern")
        case "integer":
            base, steps = int, [BeforeValidator(whole)]
            rules |= _whole_bounds(field.rules)
        case "number":
            base, steps = float, [WrapValidator(_as_given)]
            rules |= {"allow_inf_nan": False, **_bounds(field.rules)}
        case "boolean":
            base = bool
    if field.choices is not None:
        steps.append(AfterValidator(_one_of(field.choices)))
    if field.format is not None:
        steps.append(AfterValidator(CANONICAL[field.format]))
    return Annotated[(base, Spec(**rules), *steps)]


_OPERATORS = {
    "ge": ("minimum", math.ceil),
    "gt": ("exclusiveMinimum", math.floor),
    "le": ("maximum", math.floor),
    "lt": ("exclusiveMaximum", math.ceil),
}


def _bounds(rules: Mapping[str, Any]) -> dict[str, Any]:
    return {name: rules[keyword] for name, (keyword, _) in _OPERATORS.items() if keyword in rules}


def _whole_bounds(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Round bounds to where they cut whole numbers; Pydantic takes only such for an `int`."""
    return {
        name: rounded(rules[keyword])
        for name, (keyword, rounded) in _OPERATORS.items()
        if keyword in rules
    }


def _as_given(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """Keep 3 as 3, not as 3.0."""
    check(value)
    return value


def _one_of(choices: tuple[str | int | float, ...]) -> Callable[[Any], Any]:
    shown = ", ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)

    def check(value: Any) -> Any:
        if value not in choices:
            raise ValueError(f"should be one of {shown}")
        return value

    return check
