"""Reading an answer: the plain data in it, and each value with the quote it came with."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from backend.grounding.fields import Field, Group, Listing, Path, Scalar
from backend.records.coercion import coerced


class Leaf(NamedTuple):
    """One value that was answered."""

    path: Path
    field: Scalar
    value: Any
    quote: str
    turns: list[int]

    def below(self, part: str | int) -> "Leaf":
        return self._replace(path=(part, *self.path))


class Gap(NamedTuple):
    """A field without a value, with the turns that came with the null."""

    path: Path
    field: Field
    turns: list[int]
    is_needed: bool

    def below(self, part: str | int) -> "Gap":
        return self._replace(path=(part, *self.path))


class Reading(NamedTuple):
    """What a part of an answer says, and what it has no value for."""

    value: Any
    leaves: list[Leaf]
    gaps: list[Gap]


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
    quote, turns = said.get("quote"), list(said.get("turns") or ())
    if value is None:
        return Reading(_NOTHING, [], [Gap((), field, turns, is_needed)])
    leaf = Leaf((), field, value, (quote or "").strip(), turns)
    return Reading(value, [leaf], [])


def _listing(field: Listing, answered: Any, *, is_needed: bool) -> Reading:
    """Leave out items that say nothing. A list of which nothing was said is an empty one."""
    items = answered if isinstance(answered, list) else []
    readings = [_read(field.item, item, is_needed=False) for item in items]
    kept = [reading for reading in readings if reading.value is not _NOTHING]
    if not kept:
        is_absent = bool(field.is_nullable or field.rules.get("minItems"))
        gap = Gap((), field, [], is_needed and is_absent)
        return Reading(_NOTHING if is_absent and not is_needed else [], [], [gap])
    leaves = [leaf.below(n) for n, reading in enumerate(kept) for leaf in reading.leaves]
    gaps = [gap.below(n) for n, reading in enumerate(kept) for gap in reading.gaps]
    return Reading([reading.value for reading in kept], leaves, gaps)


def _group(group: Group, answered: Any, *, is_needed: bool) -> Reading:
    """Leave out an optional group of which nothing was said: one gap, for whatever is in it."""
    answers = answered if isinstance(answered, Mapping) else {}
    data: dict[str, Any] = {}
    leaves: list[Leaf] = []
    gaps: list[Gap] = []
    for name, member in group.members.items():
        reading = _read(member, answers.get(name), is_needed=group.must_have(name))
        if reading.value is not _NOTHING:
            data[name] = reading.value
        elif member.is_nullable:
            data[name] = None
        leaves += [leaf.below(name) for leaf in reading.leaves]
        gaps += [gap.below(name) for gap in reading.gaps]
    if not leaves and not is_needed:
        turns = sorted({turn for gap in gaps for turn in gap.turns})
        return Reading(_NOTHING, [], [Gap((), group, turns, is_needed)])
    return Reading(data, leaves, gaps)
