"""Pages of Retell's lists: `items`, `has_more`, and a key that leads to the next page."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query

from backend.sandbox.retell.wire import invalid

Limit = Annotated[int, Query(ge=1, le=1000)]
SortOrder = Literal["ascending", "descending"]


def page_key(position: str) -> str:
    return base64.urlsafe_b64encode(position.encode()).decode()


def position_of(key: str) -> str:
    try:
        return base64.urlsafe_b64decode(key.encode()).decode()
    except (binascii.Error, ValueError) as error:
        raise invalid("pagination_key is not one this list gave.") from error


def page(
    items: Sequence[dict[str, Any]],
    identify: Callable[[dict[str, Any]], str],
    limit: int,
    pagination_key: str | None,
) -> dict[str, Any]:
    """Cut the page that follows the item the key names out of a sorted list."""
    start = 0
    if pagination_key is not None:
        names = [identify(item) for item in items]
        last = position_of(pagination_key)
        if last not in names:
            raise invalid("pagination_key is not one this list gave.")
        start = names.index(last) + 1
    cut = list(items[start : start + limit])
    has_more = start + limit < len(items)
    shown: dict[str, Any] = {"items": cut, "has_more": has_more}
    if has_more:
        shown["pagination_key"] = page_key(identify(cut[-1]))
    return shown
