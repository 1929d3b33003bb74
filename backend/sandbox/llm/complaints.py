"""What the one who asks refuses of an earlier answer: the same is not given twice."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from backend.sandbox.llm.form import Node, Path, fields_of

# A field is named at the beginning of a line, perhaps as an item, in quotes or as a JSON pointer.
NAMED = re.compile(r"^[\s*-]*[`'\"/]?(?P<path>[A-Za-z_]\w*(?:[./\[]\w+\]?)*)", re.MULTILINE)
AROUND_VALUE = frozenset({"value", "quote", "turns"})


def refused_answers(form: Node, earlier: str, complaints: Iterable[str]) -> dict[Path, list[Any]]:
    """Find what the earlier answer, a JSON text, has at the fields that the complaints name."""
    try:
        answer = json.loads(earlier.strip().removeprefix("```json").removesuffix("```"))
    except ValueError:
        return {}
    known = {field.path for field in fields_of(form)}
    refused: dict[Path, list[Any]] = {}
    for complaint in complaints:
        for place in _places(complaint):
            path = tuple("*" if part.isdigit() else part for part in place)
            if path in known:
                refused.setdefault(path, []).append(_at(answer, place))
    return refused


def _places(complaint: str) -> Iterator[Path]:
    for match in NAMED.finditer(complaint):
        parts = re.split(r"[./\[\]]+", match["path"].rstrip("]"))
        while parts and parts[-1] in AROUND_VALUE:
            parts.pop()
        yield tuple(parts)


def _at(answer: Any, place: Path) -> Any:
    for part in place:
        if isinstance(answer, dict):
            answer = answer.get(part)
        elif isinstance(answer, list) and part.isdigit() and int(part) < len(answer):
            answer = answer[int(part)]
        else:
            return None
    return answer
