"""Reading an answer: the plain data in it, and each value with the quote it came with."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from backend.records.coercion import coerced
from backend.records.fields import Field, Group, Listing, Scalar
from backend.records.record_model import Path


class Leaf(NamedTuple):
    """One value that was answered."""

    path: Path
    field: Scalar
    value: Any
    quote: str
    turns: list[int]

    def below(self, part: str | int) -> "Leaf":
        return self._replace(path=(part, *self.path))


class Reading(NamedTuple):
    """What a part of an answer says. `missing` are required values that were not said."""

    value: Any
    leaves: list[Leaf]
    missing: list[Path]


_NOTHING: Any = object()


def read_answer(root: Group, answered: Mapping[str, Any]) -> Reading:
    return _group(root, answered, is_needed=True)


def _read(field: Field, answered: Any, *, is_needed: bool) -> Reading:
    match field:
        case Scalar():
            return _scalar(field, answered, is_needed=is_needed)
        case Listing():
            return _listing(field, answered, is_needed=is_needed)
        case Group():
            return _group(field, answered, is_needed=is_needed)


def _scalar(field: Scalar, answered: Any, *, is_needed: bool) -> Reading:
    said = answered if isinstance(answered, Mapping) else {}
    value = coerced(said.get("value"), field)
    if value is None:
        return Reading(_NOTHING, [], [()] if is_needed else [])
    quote, turns = said.get("quote"), said.get("turns")
    leaf = Leaf((), field, value, (quote or "").strip(), list(turns or ()))
    return Reading(value, [leaf], [])


def _listing(field: Listing, answered: Any, *, is_needed: bool) -> Reading:
    """Leave out items that say nothing. A list of which nothing was said is an empty one."""
    items = answered if isinstance(answered, list) else []
    readings = [_read(field.item, item, is_needed=False) for item in items]
    kept = [reading for reading in readings if reading.value is not _NOTHING]
    if not kept and not is_needed and (field.is_nullable or field.rules.get("minItems")):
        return Reading(_NOTHING, [], [])
    leaves = [leaf.below(n) for n, reading in enumerate(kept) for leaf in reading.leaves]
    missing = [(n, *path) for n, reading in enumerate(kept) for path in reading.missing]
    return Reading([reading.value for reading in kept], leaves, missing)


def _group(group: Group, answered: Any, *, is_needed: bool) -> Reading:
    """Leave out an optional group of which nothing was said."""
    answers = answered if isinstance(answered, Mapping) else {}
    data: dict[str, Any] = {}
    leaves: list[Leaf] = []
    missing: list[Path] = []
    for name, member in group.members.items():
        reading = _read(member, answers.get(name), is_needed=group.must_have(name))
        if reading.value is not _NOTHING:
            data[name] = reading.value
        elif member.is_nullable:
            data[name] = None
        leaves += [leaf.below(name) for leaf in reading.leaves]
        missing += [(name, *path) for path in reading.missing]
    if not leaves and not is_needed:
        return Reading(_NOTHING, [], [])
    return Reading(data, leaves, missing)
