"""Fill the form: what was found goes in with its quote, everything else stays empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.sandbox.answering.conversation import Conversation
from backend.sandbox.answering.form import Field, Group, Listing, Node


@dataclass(frozen=True)
class Finding:
    """A value and where it was said. The quote is a part of that turn, letter by letter."""

    value: Any
    quote: str
    turn: int


def fill(node: Node, findings: Mapping[tuple[str, ...], Finding]) -> Any:
    if isinstance(node, Group):
        return {name: fill(member, findings) for name, member in node.members.items()}
    if isinstance(node, Listing):
        return []
    return fill_field(node, findings.get(node.path))


def fill_field(field: Field, finding: Finding | None) -> Any:
    value = finding.value if finding else empty(field)
    if field.evidence is None:
        return value
    answer = {"value": value}
    for name in field.evidence:
        answer[name] = _evidence(name, finding)
    return answer


def _evidence(name: str, finding: Finding | None) -> Any:
    if name == "quote":
        return finding.quote if finding else None
    if name == "turns":
        return [finding.turn] if finding else []
    return None


def empty(field: Field) -> Any:
    """Null; for a field that may not be null, the emptiest value its type has."""
    if field.is_nullable or field.evidence is not None:
        return None
    if field.choices:
        return field.choices[0]
    return {"string": "", "integer": 0, "number": 0, "boolean": False, "array": []}.get(
        field.type or "null"
    )


def answer_form(form: Node, _conversation: Conversation) -> Any:
    return fill(form, {})


def in_plain_words(conversation: Conversation) -> str:
    """Answer a request that names no schema, without posing as a language model."""
    told = " ".join(turn.text for turn in conversation.turns if turn.role == "user")
    return f"(Sandbox stand-in, not a language model.) {told or 'I can only fill in schemas.'}"
