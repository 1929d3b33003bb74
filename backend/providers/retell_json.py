"""JSON as Retell sends it, made fit to be stored.

Retell is written in JavaScript: cutting a text in the middle of an emoji leaves half a surrogate
pair, which is valid JSON but neither UTF-8 nor anything PostgreSQL stores. The same goes for NUL.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pydantic import JsonValue

from backend.platform.errors import Rejected

JsonObject: TypeAlias = dict[str, JsonValue]

# Deeper values are dropped: nothing of Retell's nests that far, and readers below us recurse.
_DEEPEST = 64
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


class JsonUnreadable(Rejected):
    code, title = "json-unreadable", "This cannot be read as JSON"


def read_json(raw: bytes) -> JsonValue:
    """Parse what Retell sent, storable as it comes back. JsonUnreadable when it is not JSON."""
    try:
        return _value(json.loads(raw), 0)
    except (ValueError, RecursionError):
        # The parser's message quotes what it read, so it is not passed on.
        raise JsonUnreadable("The text is not JSON.") from None


def read_object(raw: bytes) -> JsonObject:
    """Parse one JSON object; any other JSON is JsonUnreadable too."""
    if not isinstance(value := read_json(raw), dict):
        raise JsonUnreadable("The JSON is not an object.")
    return value


def storable_object(members: Mapping[str, object]) -> JsonObject:
    """Copy an object with everything replaced that JSON in PostgreSQL cannot hold."""
    return _object(members, 0)


def _object(members: Mapping[str, object], depth: int) -> JsonObject:
    return {storable_text(str(key)): _value(value, depth + 1) for key, value in members.items()}


def _value(value: object, depth: int) -> JsonValue:
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case str():
            return storable_text(value)
        case Mapping() if depth <= _DEEPEST:
            return _object(value, depth)
        case Sequence() if depth <= _DEEPEST and not isinstance(value, bytes | bytearray):
            return [_value(item, depth + 1) for item in value]
        case _:
            return None


def storable_text(text: str) -> str:
    if _UNSTORABLE.search(text) is None:
        return text
    whole_pairs = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole_pairs.replace("\x00", "")
