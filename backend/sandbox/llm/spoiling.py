"""How a good answer is spoiled: what each kind of fault does to it. When is said elsewhere."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from backend.sandbox.llm.completion import Answer
from backend.sandbox.llm.conversation import Conversation, Turn
from backend.sandbox.llm.faults import Fault, FaultKind
from backend.sandbox.llm.form import Field, Group, Listing, Node

REFUSAL = "I'm sorry, but I can't help with that."
INVENTED = (
    "the harbour office settled all of it in gold last century",
    "my cousin keeps the purple folder under the piano",
    "they painted the lighthouse while nobody was watching",
)
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d.*|\d\d:\d\d.*")


@dataclass(frozen=True)
class Place:
    """Where the answer to one field sits: `holder[key]`, and around it its quote, if any."""

    path: str
    field: Field
    holder: dict[str, Any]
    key: str

    @property
    def value(self) -> Any:
        return self.holder[self.key]

    @property
    def has_quote(self) -> bool:
        return self.field.has_evidence and isinstance(self.holder.get("quote"), str)


def spoil_content(content: Any, form: Node, conversation: Conversation, fault: Fault) -> None:
    """Change the answer in place, as far as it has what the fault is about."""
    wanted = fault.rule.params.fields
    if fault.rule.kind is FaultKind.MISSING_REQUIRED:
        _drop_required(content, form, wanted)
    elif spoil := SPOILERS.get(fault.rule.kind):
        for place in _places(form, content, ""):
            if _is_among(place.path, wanted):
                spoil(place, conversation, fault.random)


def spoiled_answer(answer: Answer, kind: FaultKind) -> Answer:
    match kind:
        case FaultKind.INVALID_JSON:
            return Answer("Here is the record: " + answer.text.replace('"', "'"))
        case FaultKind.TRUNCATED_JSON:
            return Answer(answer.text[: len(answer.text) // 2], finish_reason="length")
        case FaultKind.EMPTY:
            return Answer("")
        case FaultKind.REFUSAL:
            return Answer("", refusal=REFUSAL)
        case _:
            return answer


def _places(node: Node, answer: Any, path: str) -> Iterator[Place]:
    """Every field in the answer, however deep; `path` is dotted, with positions in lists."""
    if isinstance(node, Group) and isinstance(answer, dict):
        for name, member in node.members.items():
            inner = f"{path}.{name}".lstrip(".")
            if isinstance(member, Field) and not member.has_evidence and name in answer:
                yield Place(inner, member, answer, name)
            else:
                yield from _places(member, answer.get(name), inner)
    elif isinstance(node, Listing) and isinstance(answer, list):
        for position, item in enumerate(answer):
            yield from _places(node.item, item, f"{path}.{position}")
    elif isinstance(node, Field) and isinstance(answer, dict) and "value" in answer:
        yield Place(path, node, answer, "value")


def _is_among(path: str, wanted: list[str]) -> bool:
    return not wanted or any(path == name or path.startswith(f"{name}.") for name in wanted)


def _drop_required(content: Any, form: Node, wanted: list[str]) -> None:
    """Leave out the first of the form's own properties that is required and wanted."""
    if isinstance(form, Group) and isinstance(content, dict):
        required = (name for name in form.required if not wanted or name in wanted)
        content.pop(next(required, None), None)


def _set_wrong_type(place: Place, _conversation: Conversation, _random: Random) -> None:
    place.holder[place.key] = {"unexpected": place.value}


def _leave_enum(place: Place, _conversation: Conversation, _random: Random) -> None:
    if place.field.choices:
        place.holder[place.key] = "none_of_the_choices"


def _invent_quote(place: Place, _conversation: Conversation, random: Random) -> None:
    if place.has_quote:
        place.holder["quote"] = random.choice(INVENTED)


def _quote_another_turn(place: Place, conversation: Conversation, random: Random) -> None:
    if others := _turns_without(place, conversation):
        turn = random.choice(others)
        place.holder["quote"], place.holder["turns"] = turn.text, [turn.number]


def _name_another_turn(place: Place, conversation: Conversation, random: Random) -> None:
    if others := _turns_without(place, conversation):
        place.holder["turns"] = [random.choice(others).number]


def _turns_without(place: Place, conversation: Conversation) -> list[Turn]:
    """Find the turns that do not have the quote; none if there is no quote."""
    if not place.has_quote:
        return []
    quote = place.holder["quote"].casefold()
    return [turn for turn in conversation.turns if turn.text and quote not in turn.text.casefold()]


def _swap_digits(place: Place, _conversation: Conversation, random: Random) -> None:
    value = place.value
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        swapped = _swapped(str(value), random)
        place.holder[place.key] = swapped if isinstance(value, str) else type(value)(swapped)


def _swapped(text: str, random: Random) -> str:
    """Swap two neighbouring digits that differ, where there are any; a date stays a date."""
    options = []
    for match in re.finditer(r"(?=(\d)(\d))", text):
        at = match.start()
        swapped = text[:at] + match[2] + match[1] + text[at + 2 :]
        if match[1] != match[2] and (not TIMESTAMP.fullmatch(text) or _exists(swapped)):
            options.append(swapped)
    return random.choice(options) if options else text


def _exists(timestamp: str) -> bool:
    dated = timestamp if timestamp[2] != ":" else f"2000-01-01T{timestamp}"
    try:
        datetime.fromisoformat(dated)
    except ValueError:
        return False
    return True


def _flip_boolean(place: Place, _conversation: Conversation, _random: Random) -> None:
    if isinstance(place.value, bool):
        place.holder[place.key] = not place.value


SPOILERS: dict[FaultKind, Callable[[Place, Conversation, Random], None]] = {
    FaultKind.WRONG_TYPE: _set_wrong_type,
    FaultKind.OUTSIDE_ENUM: _leave_enum,
    FaultKind.INVENTED_QUOTE: _invent_quote,
    FaultKind.UNRELATED_QUOTE: _quote_another_turn,
    FaultKind.WRONG_TURN: _name_another_turn,
    FaultKind.SWAPPED_DIGITS: _swap_digits,
    FaultKind.FLIPPED_BOOLEAN: _flip_boolean,
}
