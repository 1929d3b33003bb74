"""Reading Retell's answers: a body that is not what was asked for is Retell's failure."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import JsonValue, ValidationError

from backend.providers.retell_call import CallUnreadable, RetellCall
from backend.providers.retell_errors import RetellFailed
from backend.providers.retell_fields import Reading, as_text
from backend.providers.retell_json import JsonObject, JsonUnreadable, read_json

R = TypeVar("R", bound=Reading)

_MOST_PAGES = 100


def json_in(content: bytes) -> JsonValue:
    try:
        return read_json(content)
    except JsonUnreadable:
        raise malformed() from None


def object_in(content: bytes) -> JsonObject:
    if not isinstance(answer := json_in(content), dict):
        raise malformed()
    return answer


def id_in(content: bytes, name: str) -> str:
    if (given := as_text(object_in(content).get(name))) is None:
        raise malformed()
    return given


def read(model: type[R], answer: JsonValue) -> R:
    try:
        return model.model_validate(answer, by_alias=True, by_name=False)
    except ValidationError:
        # pydantic's message quotes the answer, so it is not passed on.
        raise malformed() from None


def read_call(content: bytes) -> RetellCall:
    try:
        return RetellCall.from_payload(object_in(content))
    except CallUnreadable:
        raise malformed() from None


def page_in(content: bytes) -> tuple[list[JsonValue], str | None]:
    """Return the items and the key of the next page, None on the last."""
    answer = object_in(content)
    items, next_page = answer.get("items"), as_text(answer.get("pagination_key"))
    has_more = answer.get("has_more") is True
    if not isinstance(items, list) or (has_more and next_page is None):
        raise malformed()
    return items, next_page if has_more else None


async def every_page(fetch: Callable[[str | None], Awaitable[bytes]]) -> list[JsonValue]:
    """Follow the pages to the last. A list that goes on for ever is Retell's failure too."""
    everything: list[JsonValue] = []
    next_page: str | None = None
    for _ in range(_MOST_PAGES):
        items, next_page = page_in(await fetch(next_page))
        everything += items
        if next_page is None:
            return everything
    raise malformed()


def malformed() -> RetellFailed:
    return RetellFailed("Retell's answer is not what was asked for.")
