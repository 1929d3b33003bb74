"""Dialogues of a file, to be played as calls: one JSON object a line, with `id` and `turns`."""

import json
from pathlib import Path
from typing import Any

from backend.sandbox.screenplay import Line, Scenario


def read_dialogues(path: Path) -> dict[str, Scenario]:
    """Read the whole file. A line that is no dialogue stops the reading, with its number."""
    dialogues: dict[str, Scenario] = {}
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    scenario = _scenario(json.loads(line))
                except (ValueError, KeyError, TypeError) as error:
                    raise ValueError(f"{path.name}, line {number}: {error!r}") from error
                dialogues[scenario.name] = scenario
    return dialogues


def _scenario(dialogue: dict[str, Any]) -> Scenario:
    lines = tuple(_line(turn) for turn in dialogue["turns"])
    if not lines:
        raise ValueError("a dialogue without turns")
    name = str(dialogue["id"])
    return Scenario(
        name=name,
        title=f"Dialogue {name}",
        ends="user_hangup" if lines[-1].role == "user" else "agent_hangup",
        summary=f"The conversation of dialogue {name}, in {len(lines)} turns.",
        lines=lines,
        is_word_for_word=True,
    )


def _line(turn: dict[str, Any]) -> Line:
    role, text = turn["role"], " ".join(turn["text"].split())
    if role not in {"agent", "user"} or not text:
        raise ValueError(f"not a turn: {turn}")
    return Line(role, text)
