"""Drafts as people send them: whole, or only the fields to change."""

from collections.abc import Mapping
from copy import copy
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from pydantic.fields import FieldInfo

from backend.platform.errors import AppError, FieldError, pointer_into
from backend.platform.storable import storable

C = TypeVar("C", bound=BaseModel)


class Changes(BaseModel):
    """The fields of the draft to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    can_be_stored = field_validator("*", mode="before", check_fields=False)(storable)


def optional_fields(config: type[BaseModel]) -> Any:
    """Give a form's fields as those of one of which every field may be left out."""
    return {name: _optional(field) for name, field in config.model_fields.items()}


def _optional(field: FieldInfo) -> Any:
    """Make a field that may be left out, with the ranges and the words of the one it changes."""
    optional = copy(field)
    optional.default, optional.default_factory = None, None
    return field.annotation | None, optional  # type: ignore[operator]  # annotations here are types


def parsed(config: type[C], given: Mapping[str, Any], failure: type[AppError]) -> C:
    """Parse a draft. Raises the failure with a pointer to each wrong place."""
    try:
        return config.model_validate(given)
    except ValidationError as error:
        wrong = [
            FieldError(
                pointer_into(given, item["loc"], is_missing=item["type"] == "missing"),
                item["msg"].removeprefix("Value error, "),
            )
            for item in error.errors(include_input=False, include_url=False)
        ]
        told = "; ".join(f"{each.pointer}: {each.message}" for each in wrong)
        raise failure(told, errors=wrong) from error
