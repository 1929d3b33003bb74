"""Why a value is missing: nobody asked for it, or it was asked for and not answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.calls.models import Turn
from backend.records.fields import Scalar
from backend.records.record_model import Path
from backend.records.spoken import composed, words, wordset

_TELLS_NOTHING = wordset(
    "whether will would could should have does with your that this what when where which they "
    "them there from been being about still then than name number call caller person"
)


def asking_turn(
    field: Scalar, path: Path, answered: Mapping[str, Any], turns: Sequence[Turn]
) -> int | None:
    """Find the agent's turn that asked for a value: the one the model names, else by its words."""
    agents = {turn.turn: turn for turn in turns if turn.role == "agent"}
    named = [turn for turn in _named(answered, path) if turn in agents]
    if named:
        return named[0]
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    about = _telling(f"{name.replace('_', ' ')} {field.description}")
    asked = (turn for turn in agents.values() if "?" in turn.text)
    return next((turn.turn for turn in asked if about & _telling(turn.text)), None)


def _telling(text: str) -> set[str]:
    found = {word.text for word in words(composed(text))}
    return {word for word in found - _TELLS_NOTHING if len(word) > 3}


def _named(answered: Any, path: Path) -> list[int]:
    """Read the turns that came with a null."""
    for part in path:
        if isinstance(answered, Mapping):
            answered = answered.get(str(part))
        elif isinstance(answered, list) and isinstance(part, int) and part < len(answered):
            answered = answered[part]
        else:
            return []
    turns = answered.get("turns") if isinstance(answered, Mapping) else None
    return [turn for turn in turns if isinstance(turn, int)] if isinstance(turns, list) else []
