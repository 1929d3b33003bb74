"""An agent's tools in the form Retell takes them, and back. Nothing of Retell's is lost."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from backend.agents.draft.tools import OtherTool, Tool, TransferCallTool
from backend.platform.events import JsonObject

_TOOL: TypeAdapter[Tool] = TypeAdapter(Tool)


def to_retell(tool: Tool) -> JsonObject:
    match tool:
        case OtherTool():
            return tool.definition
        case TransferCallTool():
            return _transfer(tool)
        case _:
            return tool.model_dump(mode="json", exclude_none=True)


def from_retell(given: object) -> JsonObject:
    """Read one of Retell's tools; one with members that have no form here is kept as it is."""
    tool: JsonObject = dict(given) if isinstance(given, Mapping) else {}
    read = _flat_transfer(tool) if tool.get("type") == "transfer_call" else tool
    if read is not None and tool.get("type") != "other":
        try:
            return _TOOL.validate_python(read).model_dump(mode="json")
        except ValidationError:
            pass
    return {"type": "other", "definition": tool}


def normal(tools: object) -> list[JsonObject]:
    """Write Retell's tools in one form, so that they can be compared."""
    return [from_retell(tool) for tool in tools] if isinstance(tools, list) else []


def _transfer(tool: TransferCallTool) -> JsonObject:
    destination = {"type": "predefined", "number": tool.number}
    if tool.extension is not None:
        destination["extension"] = tool.extension
    option = {"type": tool.mode, "show_transferee_as_caller": tool.show_transferee_as_caller}
    return {
        "type": tool.type,
        "name": tool.name,
        "description": tool.description,
        "transfer_destination": destination,
        "transfer_option": option,
    }


def _flat_transfer(tool: Mapping[str, Any]) -> JsonObject | None:
    """Bring the two nested objects of a transfer up; None when they say more than we can."""
    rest = dict(tool)
    destination = rest.pop("transfer_destination", None)
    option = rest.pop("transfer_option", None)
    if not isinstance(destination, Mapping) or not isinstance(option, Mapping):
        return None
    if destination.get("type") != "predefined":
        return None
    flat = rest | {name: value for name, value in destination.items() if name != "type"}
    flat |= {name: value for name, value in option.items() if name != "type"}
    return flat | {"mode": option.get("type")}
