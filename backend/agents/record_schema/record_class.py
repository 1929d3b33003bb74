"""Records as Pydantic classes: one class is a record's schema and the type of its data.

    class CheckIn(RecordClass):
        eta: Instant | None = Field(None, description="When the driver expects to arrive.")

`CheckIn.record_schema()` is what an agent is given; `CheckIn.model_validate(record["data"])` takes
what the record's own schema takes, and refuses the rest.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from backend.agents.record_schema.formats import CANONICAL, whole
from backend.platform.events import JsonObject


def _instant(value: object) -> object:
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(CANONICAL["date-time"](value))


# Bounds go before the validator, or they would not reach the schema.
Count = Annotated[int, Field(ge=0), BeforeValidator(whole)]
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
Phone = Annotated[
    str, AfterValidator(CANONICAL["phone"]), Field(json_schema_extra={"format": "phone"})
]


class RecordClass(BaseModel):
    """The base of all record classes. A field that may be unsaid has the default None."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def record_schema(cls) -> JsonObject:
        """Write the class as a record schema: types with null, everything in place, no titles."""
        schema = cls.model_json_schema(schema_generator=_RecordSchema)
        return {"required": [], **_inlined(schema, schema.pop("$defs", {}))}


class _RecordSchema(GenerateJsonSchema):
    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        if "type" not in inner:
            return {"anyOf": [inner, {"type": "null"}]}
        choices = {"enum": [*inner["enum"], None]} if "enum" in inner else {}
        return {**inner, "type": [inner["type"], "null"], **choices}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out defaults: a value that nobody said would have no quote."""
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - for none at all
        return False


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """Put definitions where they are referred to, and leave out titles, but not a field `title`."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    whole_schema = {**definitions.get(name, {}), **schema}
    return {
        keyword: _inlined(part, definitions)
        for keyword, part in whole_schema.items()
        if keyword != "$ref" and not (keyword == "title" and isinstance(part, str))
    }
