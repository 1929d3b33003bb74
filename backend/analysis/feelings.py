"""How speakers felt over a call: the moments of an analysis, in the order they were said. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, get_args

from backend.analysis.preset import Feeling
from backend.grounding.fields import Field, Group, Listing, Scalar, read_schema
from backend.platform.events import JsonObject

# From worst to best; its middle is 0.
SCALE: tuple[str, ...] = get_args(Feeling)
_MIDDLE = len(SCALE) // 2


def moments_of(
    schema: Mapping[str, Any],
    data: Mapping[str, Any],
    evidence: Mapping[str, Mapping[str, Any]],
    roles: Mapping[int, str],
) -> list[JsonObject]:
    """List each proven moment of a field in a list whose choices are feelings.

    `roles` has who spoke in each turn. Give for each moment `{field, speaker, turn, start_ms,
    quote, sentiment, level, about}`; `level` is -2 (very negative) to 2 (very positive).
    """
    root = read_schema(schema)
    found = []
    for name, value, about in chain.from_iterable(
        _felt(member, data.get(key), key)
        for key, member in root.members.items()
        if isinstance(member, Listing)
    ):
        said = evidence.get(name, {})
        turns: Sequence[int] = said.get("turns") or ()
        if said.get("proven_by") is None or not turns:
            continue
        found.append(
            {
                "field": name,
                "speaker": roles.get(turns[0]),
                "turn": turns[0],
                "start_ms": said.get("start_ms"),
                "quote": said.get("quote"),
                "sentiment": value,
                "level": SCALE.index(value) - _MIDDLE,
                "about": about,
            }
        )
    return sorted(found, key=lambda moment: moment["turn"])


def _felt(listing: Listing, items: Any, path: str) -> Iterator[tuple[str, str, str | None]]:
    """Give each feeling in a list, by where it is, with the first text beside it."""
    for n, item in enumerate(items if isinstance(items, list) else ()):
        at = f"{path}[{n}]"
        if _is_feeling(listing.item) and item in SCALE:
            yield at, item, None
        elif isinstance(listing.item, Group) and isinstance(item, Mapping):
            feelings = [key for key, member in listing.item.members.items() if _is_feeling(member)]
            about = next(
                (
                    value
                    for key, value in item.items()
                    if key not in feelings and isinstance(value, str)
                ),
                None,
            )
            yield from (
                (f"{at}.{key}", item[key], about) for key in feelings if item.get(key) in SCALE
            )


def _is_feeling(field: Field) -> bool:
    if not isinstance(field, Scalar) or not field.choices:
        return False
    return all(choice in SCALE for choice in field.choices)
