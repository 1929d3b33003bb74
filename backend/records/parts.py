"""Long calls: split by turns into parts that overlap, asked about one by one, and merged.

Two hours of talk fit into the context of most models, but models read the middle of long texts
badly, and their answers' lengths are limited. Nothing is summarised on the way, so each value
still rests on a quote.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backend.calls.models import Turn
from backend.grounding.fields import Field, Group, Listing, Scalar, read_schema

# About fifteen thousand tokens: an hour of talk, well within what all models read with care.
PART_CHARACTERS = 60_000
# What was asked at the end of a part may be answered in the next one.
OVERLAP_CHARACTERS = 3_000
# Number, speaker and time, which each turn's line has beside its words.
_LINE = 24

Said = Mapping[str, Any]
IsProven = Callable[[Said], bool]


def split(
    turns: Sequence[Turn],
    *,
    size: int = PART_CHARACTERS,
    overlap: int = OVERLAP_CHARACTERS,
) -> list[Sequence[Turn]]:
    """Split a call into parts of whole turns. Each begins with the end of the one before."""
    parts: list[Sequence[Turn]] = []
    start = 0
    while start < len(turns):
        end = _end(turns, start, size)
        parts.append(turns[start:end])
        if end >= len(turns):
            break
        start = max(start + 1, _back(turns, end, overlap))
        while _end(turns, start, size) <= end:
            start += 1  # or the overlap alone would fill the part
    return parts or [turns]


def merge(
    schema: Mapping[str, Any], answers: Sequence[Mapping[str, Any]], is_proven: IsProven
) -> dict[str, Any]:
    """Put the parts' answers together: the last proven word counts, and lists are joined."""
    merged: dict[str, Any] = _merged(read_schema(schema), answers, is_proven)
    return merged


def _end(turns: Sequence[Turn], start: int, size: int) -> int:
    """Find where a part ends. One turn that is too long by itself is a part all the same."""
    used = 0
    for n in range(start, len(turns)):
        used += len(turns[n].text) + _LINE
        if used > size and n > start:
            return n
    return len(turns)


def _back(turns: Sequence[Turn], end: int, overlap: int) -> int:
    used = 0
    for n in range(end - 1, -1, -1):
        used += len(turns[n].text) + _LINE
        if used > overlap:
            return n + 1
    return 0


def _merged(field: Field, answers: Sequence[Any], is_proven: IsProven) -> Any:
    match field:
        case Scalar():
            return _last_word(answers, is_proven)
        case Listing():
            return _joined(field, answers)
        case Group():
            mappings = [answer for answer in answers if isinstance(answer, Mapping)]
            return {
                name: _merged(member, [answer.get(name) for answer in mappings], is_proven)
                for name, member in field.members.items()
            }


def _last_word(answers: Sequence[Any], is_proven: IsProven) -> Any:
    said = [a for a in answers if isinstance(a, Mapping) and a.get("value") is not None]
    proven = [answer for answer in said if is_proven(answer)]
    unsaid = {"quote": None, "turns": _asked(answers), "value": None}
    return (proven or said or [unsaid])[-1]


def _asked(answers: Sequence[Any]) -> list[int]:
    """Collect the turns in which a value was asked for that nobody gave."""
    asked = (answer.get("turns") or () for answer in answers if isinstance(answer, Mapping))
    return sorted({turn for turns in asked for turn in turns})


def _joined(field: Listing, answers: Sequence[Any]) -> list[Any]:
    """Join lists, without the items that two parts have from the turns they share."""
    items: list[Any] = []
    seen: list[Any] = []
    for answer in answers:
        own: list[Any] = []
        for item in answer if isinstance(answer, list) else ():
            key = _values(field.item, item)
            if key not in seen:
                items.append(item)
                own.append(key)
        seen += own
    return items


def _values(field: Field, answer: Any) -> Any:
    """Take the values of an item, which tell whether two are the same."""
    if not isinstance(answer, Mapping):
        return answer
    if isinstance(field, Group):
        return {name: _values(member, answer.get(name)) for name, member in field.members.items()}
    value = answer.get("value")
    return value.casefold().strip() if isinstance(value, str) else value
