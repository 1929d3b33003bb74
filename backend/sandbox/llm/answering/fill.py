"""Fill the form: what was found goes in with its quote, everything else stays empty."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.sandbox.llm.answering.conversation import Conversation
from backend.sandbox.llm.answering.form import Field, Group, Listing, Node, Path, Schema, fields_of
from backend.sandbox.llm.answering.lists import find_items
from backend.sandbox.llm.answering.matching import Match, Matcher
from backend.sandbox.llm.answering.quoting import quote
from backend.sandbox.llm.answering.talk import Talk, read_talk

# Answers not to give again for a field, because the one who asks has refused them.
Refused = Mapping[Path, list[Any]]


def answer_form(form: Node, conversation: Conversation, refused: Refused | None = None) -> Any:
    """Answer what the conversation tells; the same question gets the same answer."""
    filling = _Filling(Matcher(fields_of(form, in_lists=True)), refused or {})
    talk = read_talk(conversation)
    return filling.fill(form, filling.matcher.best(fields_of(form), talk), talk)


@dataclass(frozen=True)
class _Filling:
    matcher: Matcher
    refused: Refused

    def fill(self, node: Node, matches: Mapping[Path, Match], talk: Talk) -> Any:
        if isinstance(node, Group):
            return {name: self.fill(each, matches, talk) for name, each in node.members.items()}
        if isinstance(node, Listing):
            items = find_items(node, self.matcher, talk)
            filled = [self.fill(node.item, found, part) for found, part in items]
            return filled[: node.schema.get("maxItems")]
        is_asked = self.matcher.was_asked(node, talk)
        answer = _answer(node, matches.get(node.path), is_asked=is_asked)
        if answer in self.refused.get(node.path, ()):
            return _answer(node, None, is_asked=is_asked)
        return answer


def _answer(field: Field, match: Match | None, *, is_asked: bool) -> Any:
    value = match.candidate.value if match else _nothing(field)
    if field.evidence is None:
        return value
    answer = {"value": value}
    for name, schema in field.evidence.items():
        if name == "quote":
            answer[name] = quote(match.candidate) if match else None
        elif name == "turns":
            answer[name] = [match.candidate.sentence.turn.number] if match else []
        else:
            answer[name] = _verdict(schema, is_answered=match is not None, is_asked=is_asked)
    return answer


def _nothing(field: Field) -> Any:
    """Give null, or for a field that may not be null the emptiest value of its type."""
    if field.is_nullable or field.evidence is not None:
        return None
    if field.choices:
        return field.choices[0]
    return {"string": "", "integer": 0, "number": 0, "boolean": False}.get(field.type or "")


def _verdict(schema: Schema, *, is_answered: bool, is_asked: bool) -> Any:
    """Say in the schema's own words whether a field was answered, or asked for at all."""
    kind = schema.get("type")
    if kind == "boolean":
        return is_answered
    if kind in {"number", "integer"}:
        return int(is_answered)
    verdicts = [choice for choice in schema.get("enum", ()) if isinstance(choice, str)]
    negative = [choice for choice in verdicts if re.match(r"(?i)not?_|un|missing|absent", choice)]
    if is_answered:
        return next((choice for choice in verdicts if choice not in negative), None)
    asked = [choice for choice in negative if "ask" in choice]
    answered = [choice for choice in negative if choice not in asked]
    likely = answered if is_asked else asked
    return next(iter(likely or negative), None)
