"""What differs between two revisions' data, field by field."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from backend.grounding.fields import Path, field_path


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Difference(NamedTuple):
    field: str
    kind: Kind
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Compare leaf by leaf, in the order of fields. A null is a value that is not there."""
    old, new = dict(leaves(before)), dict(leaves(after))
    return [
        Difference(field_path(path), _kind(path, old, new), old.get(path), new.get(path))
        for path in dict.fromkeys([*old, *new])
        if _differ(old.get(path), new.get(path))
    ]


def _kind(path: Path, old: Mapping[Path, Any], new: Mapping[Path, Any]) -> Kind:
    if path not in old:
        return Kind.ADDED
    return Kind.CHANGED if path in new else Kind.REMOVED


def _differ(before: Any, after: Any) -> bool:
    # In Python, True is 1; in a record they are two answers.
    return before != after or isinstance(before, bool) is not isinstance(after, bool)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Walk through the values of a record, each with its path. A null is none."""
    match value:
        case None:
            return
        case Mapping():
            for name, inner in value.items():
                yield from leaves(inner, (*path, name))
        case list():
            for n, inner in enumerate(value):
                yield from leaves(inner, (*path, n))
        case _:
            yield path, value
