"""What a language model fills in: the record's schema with each value in `{quote, turns, value}`.

Strict about the structure, which Instructor asks for again when it is wrong. Lenient about each
value, since one wrong value is a finding about one field and no reason to lose the others.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field as Spec,
    GetJsonSchemaHandler,
    JsonValue,
    create_model,
)
from pydantic_core import CoreSchema

from backend.agents.record_schema.formats import IN_WORDS
from backend.grounding.fields import Field, Group, Listing, Scalar, read_schema

JsonSchema = dict[str, Any]


class Answer(BaseModel):
    """The base of all answer models; each brings the JSON Schema that is sent."""

    sent_schema: ClassVar[JsonSchema] = {}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _core_schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return cls.sent_schema

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(by_alias=True)


class Said(BaseModel):
    """One value, with where it was said. A bare value is one without a quote."""

    model_config = ConfigDict(extra="ignore")

    quote: str | None = None
    turns: list[int] = []
    value: JsonValue = None


def answer_model(schema: Mapping[str, Any]) -> type[Answer]:
    """Build the answer model of a schema, or take the one built before for an equal schema."""
    return _cached_model(json.dumps(schema))


@lru_cache(maxsize=256)
def _cached_model(schema: str) -> type[Answer]:
    root = read_schema(json.loads(schema))
    sent: JsonSchema = {"title": "Record", **_sent_group(root)}
    sent.setdefault("description", "What was said in the call, field by field.")
    base = type("Answer", (Answer,), {"sent_schema": sent, "__module__": __name__})
    return create_model("Record", __base__=base, **_members(root))


def _members(group: Group) -> dict[str, Any]:
    # Python names of our own: a property may be called `json` or `class`.
    return {
        f"member_{n}": (_structure(member), Spec(default=None, alias=name, validate_default=True))
        for n, (name, member) in enumerate(group.members.items())
    }


def _structure(field: Field) -> Any:
    match field:
        case Scalar():
            return Annotated[Said, BeforeValidator(_as_said)]
        case Listing():
            item: Any = _structure(field.item)
            return Annotated[list[item], BeforeValidator(_or([]))]
        case Group():
            model: Any = create_model("Group", **_members(field))
            return Annotated[model, BeforeValidator(_or({}))]


def _as_said(answered: object) -> object:
    """Take what hasty models write in place of `{quote, turns, value}`."""
    if not isinstance(answered, dict) or "value" not in answered:
        return {"value": None if answered == {} else answered}
    turns = answered.get("turns")
    turns = turns if isinstance(turns, list) else [turns]
    return {**answered, "turns": [turn for turn in turns if turn is not None]}


def _or(empty: Any) -> Any:
    return lambda answered: empty if answered is None else answered


def _sent(field: Field) -> JsonSchema:
    match field:
        case Scalar():
            return _sent_scalar(field)
        case Listing():
            return _described(
                {"type": "array", "items": _sent(field.item)},
                field.description,
                _limits_in_words(field),
            )
        case Group():
            return _sent_group(field)


def _sent_group(group: Group) -> JsonSchema:
    members = {name: _sent(member) for name, member in group.members.items()}
    return _described(_closed(members), group.description)


def _sent_scalar(field: Scalar) -> JsonSchema:
    # The quote first: a model that has written down the words reads the value off them.
    said = _closed(
        {
            "quote": _nullable({"type": "string"}),
            "turns": {"type": "array", "items": {"type": "integer"}},
            "value": _nullable(_value(field)),
        }
    )
    speaker = f"Said by the {field.said_by}." if field.said_by else ""
    return _described(
        said,
        field.description,
        _choices_in_words(field),
        IN_WORDS.get(field.format or "", ""),
        _limits_in_words(field),
        speaker,
        _examples_in_words(field),
    )


# What every provider's structured output takes. The rest is told in words: OpenAI's strict mode,
# Gemini and Anthropic each refuse some of `pattern`, bounds, `uri` and enums that are not texts.
_PORTABLE_FORMATS = frozenset({"date", "date-time", "time", "email"})


def _value(field: Scalar) -> JsonSchema:
    value: JsonSchema = {"type": field.kind}
    if field.choices and field.kind == "string":
        value["enum"] = list(field.choices)
    if field.format in _PORTABLE_FORMATS:
        value["format"] = field.format
    return value


def _closed(members: dict[str, JsonSchema]) -> JsonSchema:
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def _nullable(schema: JsonSchema) -> JsonSchema:
    return {"anyOf": [schema, {"type": "null"}]}


def _described(schema: JsonSchema, *sentences: str) -> JsonSchema:
    text = " ".join(_sentence(sentence) for sentence in sentences if sentence)
    return {"description": text, **schema} if text else schema


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _choices_in_words(field: Scalar) -> str:
    if not field.choices or field.kind == "string":
        return ""
    return f"one of {', '.join(map(str, field.choices))}"


def _examples_in_words(field: Scalar) -> str:
    shown = [json.dumps(example, ensure_ascii=False) for example in field.examples]
    return f"for example {', '.join(shown)}" if shown else ""


_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matching the regular expression {}",
}


def _limits_in_words(field: Scalar | Listing) -> str:
    limits = [
        text.format(field.rules[keyword])
        for keyword, text in _LIMITS.items()
        if keyword in field.rules
    ]
    return ", ".join(limits)
