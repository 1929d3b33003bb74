"""Masking what goes out, whoever sends it: which calls something is about decides what is masked.

A room says by the wiring what of a call is masked; whoever gives something away asks here.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession


class Mask(Protocol):
    """What is masked of one call."""

    def text(self, text: str) -> str:
        """Mask it in text."""
        ...

    def value(self, value: Any, name: str = "") -> Any:
        """Mask it in what JSON can hold; `name` is that of the member it is."""
        ...

    def turns(self, turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Mask it in turns and their words."""
        ...

    def silences(self, turns: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
        """Say when it is heard, in milliseconds of the call."""
        ...


# The masks of those among some calls of which something is masked.
FindMasks: TypeAlias = Callable[[AsyncSession, Collection[UUID]], Awaitable[Mapping[UUID, Mask]]]


def ids_in(value: Any) -> Iterator[UUID]:
    """Give the ids that can be a call's in what JSON holds, twice where they are there twice."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name in _NAMING and isinstance(each, str):
                yield from _ids(each)
            else:
                yield from ids_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from ids_in(each)


def masked(value: Any, masks: Mapping[UUID, Mask], mask: Mask | None = None, name: str = "") -> Any:
    """Mask what JSON holds about each call with that call's mask.

    An object is about the call that its `call_id` or `id` names, and so is all within it that
    names no other. `mask` is for what names none.
    """
    apart: set[int] = set()
    _find_apart(value, masks, apart)

    def part(value: Any, mask: Mask | None, name: str) -> Any:
        if isinstance(value, dict):
            named = [masks[id_] for key in _NAMING for id_ in _ids(value.get(key)) if id_ in masks]
            inner = named[0] if named else mask
            if inner is not None and id(value) not in apart:
                return inner.value(value, name)
            return {key: part(each, inner, key) for key, each in value.items()}
        if isinstance(value, list) and id(value) in apart:
            return [part(each, mask, name) for each in value]
        return value if mask is None else mask.value(value, name)

    return part(value, mask, name)


def _find_apart(value: Any, masks: Mapping[UUID, Mask], apart: set[int]) -> bool:
    """Find what holds something that names a masked call: it is not masked as a whole.

    Return whether the value names one, itself or by what it holds.
    """
    if isinstance(value, dict):
        own = any(id_ in masks for name in _NAMING for id_ in _ids(value.get(name)))
        below = [_find_apart(each, masks, apart) for each in value.values()]
    elif isinstance(value, list):
        own, below = False, [_find_apart(each, masks, apart) for each in value]
    else:
        return False
    if any(below):
        apart.add(id(value))
    return own or any(below)


def masked_event(
    data: Mapping[str, Any], masks: Mapping[UUID, Mask], mask: Mask | None
) -> dict[str, Any]:
    """Mask what an event tells, all but the turns that it says are new: they are left out.

    What somebody reads out over several turns is known for a number in all of them together. So
    whoever may not see originals reads the transcript itself.
    """
    if mask is not None and isinstance(data.get("turns"), list):
        data = {**data, "turns": []}
    return dict(masked(data, masks, mask))


_NAMING = ("call_id", "id")


def _ids(text: Any) -> Iterator[UUID]:
    if isinstance(text, str):
        try:
            yield UUID(text)
        except ValueError:
            return
