"""The shape of a preset, and how its record's fields are written down."""

from dataclasses import dataclass
from typing import Any

from backend.agents.config import AgentConfig
from backend.platform.events import JsonObject


@dataclass(frozen=True)
class Preset:
    """An agent to start from."""

    key: str
    config: AgentConfig


def record(required: list[str], **properties: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def text(description: str, *examples: str, **more: Any) -> JsonObject:
    """Describe a text that is null when it was not said."""
    shown = {"examples": list(examples)} if examples else {}
    return {"type": ["string", "null"], "description": description, **shown, **more}


def choice(description: str, *choices: str) -> JsonObject:
    """Describe a choice that is null when nothing said points to one."""
    return {"type": ["string", "null"], "description": description, "enum": [*choices, None]}


def needed_choice(description: str, *choices: str) -> JsonObject:
    return {"type": "string", "description": description, "enum": list(choices)}


def yes_or_no(description: str) -> JsonObject:
    """Describe a yes or no that is null when it did not come up."""
    return {"type": ["boolean", "null"], "description": description}


def number(description: str, **bounds: float) -> JsonObject:
    return {"type": ["number", "null"], "description": description, **bounds}


def texts(description: str) -> JsonObject:
    return {"type": "array", "description": description, "items": {"type": "string"}}
