"""JSON as Retell's servers write it, byte for byte, and its error bodies."""

import json
from typing import Any

from pydantic_core import PydanticSerializationError, to_json
from starlette.responses import Response


def dumps(value: Any) -> bytes:
    """Serialise like JavaScript: no spaces, no ASCII escapes but for halves of a character.

    A number without a fraction is written without one: JavaScript has no other numbers.
    """
    plain = as_javascript(value)
    try:
        return to_json(plain)
    except PydanticSerializationError:
        # Half a character, which UTF-8 cannot hold. Ten times slower, and rare.
        text = json.dumps(plain, separators=(",", ":"), ensure_ascii=False)
        return text.encode("utf-8", "backslashreplace")


def as_javascript(value: Any) -> Any:
    """Return the value with the numbers that JavaScript would have for it."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: as_javascript(member) for name, member in value.items()}
        case list() | tuple():
            return [as_javascript(member) for member in value]
        case _:
            return value


class JSON(Response):
    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return dumps(content)


class RetellError(Exception):
    """A refusal in Retell's words."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers

    def response(self) -> JSON:
        body = {"status": "error", "message": self.message}
        return JSON(body, status_code=self.status, headers=self.headers)


def invalid(message: str) -> RetellError:
    return RetellError(400, f"Invalid request format, please check API reference. {message}")


def not_found(status: int = 422) -> RetellError:
    """Refuse an unknown id. Retell documents 422; its deletes were seen to answer 404."""
    return RetellError(status, "Cannot find requested asset under given api key.")
