"""Ways to lie about a golden call: each spoils one value or its quote, and says what it was."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from backend.evaluation.golden import GoldenCall, read_golden

_TEXT = Path(__file__).with_name("calls.jsonl").read_text("utf-8")
CALLS = read_golden(_TEXT)
_EVIDENCE: dict[str, dict[str, Any]] = {
    line["id"]: line["evidence"] for line in map(json.loads, _TEXT.splitlines())
}
INVENTED = "We agreed on all of that with your colleague at the harbour office last spring"


class Lie(NamedTuple):
    call: GoldenCall
    kind: str
    field: str
    answer: dict[str, Any]


def honest_answer(call: GoldenCall) -> dict[str, Any]:
    """Answer the truth, each value with its quote."""
    shown = _EVIDENCE[call.id]
    return {name: {**shown[name], "value": value} for name, value in call.data.items()}


def lies() -> Iterator[Lie]:
    for call in CALLS:
        honest = honest_answer(call)
        for name, value in call.data.items():
            for kind, changes in _spoilt(call, name, value):
                yield Lie(call, kind, name, {**honest, name: {**honest[name], **changes}})


def _spoilt(call: GoldenCall, name: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = call.record_schema["properties"][name]
    yield "invented quote", {"quote": INVENTED}
    yield "no quote", {"quote": None, "turns": []}
    yield "quote of the greeting", {"quote": call.turns[0].text, "turns": [0]}
    match value:
        case bool():
            yield "flipped boolean", {"value": not value}
        case int() | float():
            is_reckoned = {"half", "or"} & {*_EVIDENCE[call.id][name]["quote"].split()}
            yield "reckoned number" if is_reckoned else "shifted number", {"value": value + 7}
        case str() if "enum" in schema:
            others = [choice for choice in schema["enum"] if choice not in (None, value)]
            yield "other choice", {"value": others[0]}
        case str():
            yield from _spoilt_text(schema.get("format"), value)


def _spoilt_text(format_: str | None, value: str) -> Iterator[tuple[str, dict[str, Any]]]:
    match format_:
        case "date":
            yield "shifted day", {"value": str(date.fromisoformat(value) + timedelta(days=2))}
        case "time":
            yield "shifted time", {"value": f"{(int(value[:2]) + 2) % 24:02}{value[2:]}"}
        case "date-time":
            instant = datetime.fromisoformat(value)
            yield "shifted time", {"value": (instant + timedelta(hours=3)).isoformat()}
            yield "shifted day", {"value": (instant + timedelta(days=2)).isoformat()}
        case "phone":
            yield "other digit", {"value": value[:-3] + str((int(value[-3]) + 1) % 10) + value[-2:]}
        case "email":
            yield "other address", {"value": "someone.else@another.org"}
        case _:
            yield "other name", {"value": "Kingfisher Holdings"}
