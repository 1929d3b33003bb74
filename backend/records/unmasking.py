"""Corrections by who may not see originals: what is sent back as it was masked stays as it is."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from backend.grounding.fields import Path
from backend.platform.people.masks import Mask
from backend.redaction.masking import MARK


def restored(sent: Any, held: Any, mask: Mask, name: str = "") -> Any:
    """Put what is held wherever its mask was sent back, at any depth.

    `name` is that of the member it is.
    """
    masked = mask.value(held, name)
    if masked != held and sent == masked:
        return held
    match sent, held:
        case dict(), dict():
            return {
                member: restored(each, held[member], mask, member) if member in held else each
                for member, each in sent.items()
            }
        case list(), list():
            return _restored_items(sent, held, mask, name)
    return sent


def _restored_items(
    sent: Sequence[Any], held: Sequence[Any], mask: Mask, name: str
) -> Sequence[Any]:
    """Restore each by its place; where some were added or taken away, each that is held once."""
    if len(sent) == len(held):
        return [restored(*pair, mask, name) for pair in zip(sent, held, strict=True)]
    masked = [mask.value(each, name) for each in held]
    shown, given = (Counter(map(repr, items)) for items in (masked, sent))
    by_mask = {repr(mark): each for mark, each in zip(masked, held, strict=True)}
    # Of two that look the same nobody can say which one was taken away.
    return [
        by_mask[repr(each)] if given[repr(each)] <= shown[repr(each)] == 1 else each
        for each in sent
    ]


def marks_over_originals(new: Any, held: Any, mask: Mask, path: Path = ()) -> Iterator[Path]:
    """Give where a mark would take the place of something that it stands for."""
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    match new, held:
        case Mapping(), Mapping():
            for member in new.keys() & held.keys():
                yield from marks_over_originals(new[member], held[member], mask, (*path, member))
        case list(), list() if len(new) == len(held):
            for n, (one, other) in enumerate(zip(new, held, strict=True)):
                yield from marks_over_originals(one, other, mask, (*path, n))
        case _:
            hidden = _marks(mask.value(held, name)) - _marks(held)
            if new != held and hidden & _marks(new):
                yield path


def _marks(value: Any) -> Counter[str]:
    return Counter(MARK.findall(str(value)))
