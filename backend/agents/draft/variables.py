"""Template variables: `{{driver_name}}` in a prompt, and the values a call gives them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from backend.platform.errors import FieldError, pointer_to

# Retell fills these in by itself.
SYSTEM_VARIABLES = frozenset(
    {
        "agent_number",
        "call_id",
        "call_type",
        "chat_id",
        "contact_memory",
        "current_agent_state",
        "current_calendar",
        "current_hour",
        "current_time",
        "direction",
        "previous_agent_state",
        "session_duration",
        "session_type",
        "user_number",
    }
)
NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"


class Variable(BaseModel):
    """A value each call brings along, written `{{name}}` in prompt and begin message."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)

    name: str = Field(
        pattern=NAME_PATTERN,
        description="Letters, digits and underscores, not a digit first; 64 in all.",
        examples=["driver_name"],
    )
    description: str = Field(
        "", max_length=1000, description="What it stands for.", examples=["Who drives."]
    )
    required: bool = Field(
        default=True,
        description="A call without a value and without default is refused. Default true.",
        examples=[True],
    )
    default: str | None = Field(
        None,
        max_length=10_000,
        description="The value of calls that bring none. Default null: no value.",
        examples=["driver"],
    )
    example: str | None = Field(
        None, max_length=10_000, description="Used for test calls.", examples=["Mike"]
    )


TEMPLATE = re.compile(r"\{\{\s*([A-Za-z_][\w.\-/]*)\s*\}\}")


class Declared(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def default(self) -> str | None: ...


def used_in(*texts: str | None) -> set[str]:
    """Find the variables that texts refer to, without those Retell knows by itself."""
    names = {name for text in texts if text for name in TEMPLATE.findall(text)}
    return {name for name in names if not is_system(name)}


def is_name(name: str) -> bool:
    """Tell whether a variable of this name can be declared."""
    return re.fullmatch(NAME_PATTERN, name) is not None


def is_system(name: str) -> bool:
    return name in SYSTEM_VARIABLES or name.startswith(("current_time_", "current_calendar_"))


def fill(
    declared: Sequence[Declared], given: Mapping[str, str | int | float]
) -> tuple[dict[str, str], list[FieldError]]:
    """Give every declared variable its value as the text Retell takes, or say what is wrong."""
    wrong = list(_undeclared(given, {variable.name for variable in declared}))
    values: dict[str, str] = {}
    for variable in declared:
        if variable.name in given:
            values[variable.name] = str(given[variable.name])
        elif variable.default is not None:
            values[variable.name] = variable.default
        elif variable.required:
            wrong.append(
                FieldError(
                    pointer_to("variables", variable.name),
                    "The agent needs this variable; it has no default.",
                )
            )
    return values, wrong


def _undeclared(given: Mapping[str, object], names: set[str]) -> Iterable[FieldError]:
    for name in given:
        if name not in names:
            known = ", ".join(sorted(names)) or "none"
            yield FieldError(
                pointer_to("variables", name),
                f"The agent declares no such variable. It declares: {known}.",
            )
