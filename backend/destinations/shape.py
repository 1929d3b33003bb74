"""What a destination gets of an event: everything, some of it, or a form of its own.

Paths are names joined by dots, numbers for the places in a list: `record.data.stops.0.city`.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from backend.platform.errors import FieldError, pointer_to
from backend.platform.events import JsonObject

Fields: TypeAlias = list[str] | JsonObject

_PATH = re.compile(r"[^.{}\s][^.{}]*(\.[^.{}]+)*")
_NAMED = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_MISSING = object()


def check(fields: Fields) -> list[FieldError]:
    """Find what is wrong with a choice or a form, each with its place."""
    if isinstance(fields, list):
        return [
            FieldError(pointer_to("fields", place), "Not a path such as record.data.eta.")
            for place, path in enumerate(fields)
            if not _PATH.fullmatch(path)
        ]
    return [
        FieldError(pointer_to("fields", *place), f"{{{{{path}}}}} names no path.")
        for place, text in _texts(fields)
        for path in _NAMED.findall(text)
        if not _PATH.fullmatch(path)
    ]


def _texts(
    value: Any, place: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (*place, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*place, number))


def choose(data: JsonObject, paths: list[str]) -> JsonObject:
    """Keep what the paths lead to, where it is; what is not there is left out."""
    chosen: JsonObject = {}
    for path in paths:
        value = _follow(data, path)
        if value is not _MISSING:
            _put(chosen, data, path.split("."), value)
    return chosen


def _put(chosen: JsonObject, data: Any, names: list[str], value: Any) -> None:
    """Put a value where it was. Of a list, the whole is taken: its places would shift."""
    for place, name in enumerate(names):
        inner = data[name]
        if place == len(names) - 1 or not isinstance(inner, dict):
            chosen[name] = value if place == len(names) - 1 else inner
            return
        kept = chosen.setdefault(name, {})
        if kept is inner:
            return  # A path to the whole came before.
        chosen, data = kept, inner


def fill(form: Any, context: JsonObject) -> Any:
    """Fill a form: a text that is one path in double braces becomes the value it leads to."""
    if isinstance(form, dict):
        return {name: fill(inner, context) for name, inner in form.items()}
    if isinstance(form, list):
        return [fill(inner, context) for inner in form]
    if not isinstance(form, str):
        return form
    if whole := _NAMED.fullmatch(form):
        value = _follow(context, whole[1])
        return None if value is _MISSING else value
    return _NAMED.sub(lambda found: _as_text(_follow(context, found[1])), form)


def _as_text(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list():
            return ", ".join(_as_text(inner) for inner in value)
        case dict():
            return ", ".join(f"{name}: {_as_text(inner)}" for name, inner in value.items())
        case _:
            return ""


def _follow(value: Any, path: str) -> Any:
    for name in path.split("."):
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return _MISSING
    return value
