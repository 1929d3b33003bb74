"""What differs between two configurations, place by place."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from backend.platform.errors import pointer_to


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class FieldChange(NamedTuple):
    """One difference. The pointer leads into what is compared, for what is gone into the base."""

    pointer: str
    kind: ChangeKind
    before: Any
    after: Any


def changes_between(base: Mapping[str, Any], compared: Mapping[str, Any]) -> list[FieldChange]:
    """List what is different, in the order of the fields. Named members of lists are matched."""
    return list(_members(base, compared, ()))


def changed_fields(base: Mapping[str, Any], compared: Mapping[str, Any]) -> list[str]:
    """Name the top-level fields that differ."""
    names = list(dict.fromkeys([*compared, *base]))
    return [name for name in names if base.get(name) != compared.get(name)]


def _members(
    base: Mapping[str, Any], compared: Mapping[str, Any], path: tuple[str | int, ...]
) -> Iterator[FieldChange]:
    for name in dict.fromkeys([*compared, *base]):
        if name not in base:
            yield FieldChange(pointer_to(*path, name), ChangeKind.ADDED, None, compared[name])
        elif name not in compared:
            yield FieldChange(pointer_to(*path, name), ChangeKind.REMOVED, base[name], None)
        else:
            yield from _values(base[name], compared[name], (*path, name))


def _values(base: Any, compared: Any, path: tuple[str | int, ...]) -> Iterator[FieldChange]:
    if base == compared:
        return
    if isinstance(base, Mapping) and isinstance(compared, Mapping):
        yield from _members(base, compared, path)
    elif _is_named(base) and _is_named(compared):
        yield from _named(base, compared, path)
    else:
        yield FieldChange(pointer_to(*path), ChangeKind.CHANGED, base, compared)


def _is_named(value: Any) -> bool:
    """Tell a list whose members are known by their names, such as variables and tools."""
    if not isinstance(value, list):
        return False
    names = [member.get("name") if isinstance(member, Mapping) else None for member in value]
    return all(isinstance(name, str) for name in names) and len(set(names)) == len(names)


def _named(
    base: Sequence[Mapping[str, Any]],
    compared: Sequence[Mapping[str, Any]],
    path: tuple[str | int, ...],
) -> Iterator[FieldChange]:
    old = {member["name"]: member for member in base}
    new = {member["name"]: member for member in compared}
    if list(old) != list(new) and set(old) == set(new):
        yield FieldChange(pointer_to(*path), ChangeKind.CHANGED, list(old), list(new))
    for place, (name, member) in enumerate(new.items()):
        if name in old:
            yield from _values(old[name], member, (*path, place))
        else:
            yield FieldChange(pointer_to(*path, place), ChangeKind.ADDED, None, member)
    for place, (name, member) in enumerate(old.items()):
        if name not in new:
            yield FieldChange(pointer_to(*path, place), ChangeKind.REMOVED, member, None)
