"""What the screenplays know: which of them a conversation is, and what a good reader takes from it.

A model's request carries nothing but words, so a call is known by its lines, said word for word.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from backend.sandbox.llm.conversation import Conversation, Turn
from backend.sandbox.llm.form import Field
from backend.sandbox.scenarios import scenarios
from backend.sandbox.screenplay import VARIABLE, Fact, Line, fill

# So many of the turns have to be a screenplay's: the agent's greeting never is.
ENOUGH = 0.5
MOMENT = re.compile(r"@(?P<day>\w+) (?P<hour>\d\d):(?P<minute>\d\d)")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YES_NO = {"true": True, "false": False}


@dataclass(frozen=True)
class Known:
    """A value of the screenplay in this call, still as it is written."""

    written: str
    quote: str
    turn: Turn
    is_insisted_on: bool

    def members(self) -> "dict[str, Known] | None":
        """Give the members of an item that is written as an object; None when it is none."""
        if not self.written.startswith("{"):
            return None
        held: dict[str, str] = json.loads(self.written)
        return {name: replace(self, written=str(value)) for name, value in held.items()}

    def fitted(self, field: Field, began_at: datetime | None) -> Any:
        """Give the value as the field takes it; None when it takes no such thing."""
        if match := MOMENT.fullmatch(self.written):
            return _moment(match, self.quote, field, began_at)
        if field.type == "boolean":
            return YES_NO.get(self.written)
        if field.type in {"integer", "number"}:
            return int(self.written) if self.written.isdecimal() else None
        if field.choices:
            same = (
                choice for choice in field.choices if _letters(choice) == _letters(self.written)
            )
            return next(same, None)
        is_words = field.type == "string" and not field.format and self.written not in YES_NO
        return self.written if is_words else None


def known_values(conversation: Conversation) -> Mapping[str, list[Known]] | None:
    """Return what the call's screenplay knows by field, as far as it was said; None: no such call.

    Of several values for one field the first that fits is meant, or each is an item of a list.
    """
    played = [(turn, *_line_of(turn)) for turn in conversation.turns]
    names = Counter(name for _, found, _ in played for name in found)
    if not names or names.most_common(1)[0][1] < ENOUGH * len(played):
        return None
    name = names.most_common(1)[0][0]
    said = [(turn, found[name], known) for turn, found, known in played if name in found]
    variables = {key: value for _, _, known in said for key, value in known.items()}
    values: defaultdict[str, list[Known]] = defaultdict(list)
    for turn, line, _ in said:
        for fact in line.facts:
            values[fact.field].append(_known(fact, turn, variables))
    return values


@cache
def screenplay_fields() -> frozenset[str]:
    """Collect the fields that the screenplays know; what one leaves out is not said in it."""
    return frozenset(fact.field for _, line in _spoken() for fact in line.facts)


def _known(fact: Fact, turn: Turn, variables: Mapping[str, str]) -> Known:
    value, quote = fill(fact.value, variables), fill(fact.quote, variables)
    return Known(value, quote, turn, fact.is_insisted_on)


def _line_of(turn: Turn) -> tuple[Mapping[str, Line], Mapping[str, str]]:
    """Find the line that the turn is, by scenario, and the values of its variables."""
    exact, open_ = _all_lines()
    found = dict(exact.get((turn.role, turn.plain), {}))
    variables: dict[str, str] = {}
    for name, line, pattern in open_:
        match = pattern.fullmatch(turn.plain) if line.role == turn.role else None
        if match:
            found[name] = line
            variables |= {key: value for key, value in match.groupdict().items() if value}
    return found, variables


Exact = dict[tuple[str, str], dict[str, Line]]
Open = list[tuple[str, Line, re.Pattern[str]]]


@cache
def _all_lines() -> tuple[Exact, Open]:
    exact: defaultdict[tuple[str, str], dict[str, Line]] = defaultdict(dict)
    open_: Open = []
    for name, line in _spoken():
        if VARIABLE.search(line.text):
            open_.append((name, line, _pattern(line.text)))
        else:
            exact[line.role, line.text][name] = line
    return dict(exact), open_


def _spoken() -> Iterator[tuple[str, Line]]:
    for scenario in scenarios().values():
        yield from ((scenario.name, line) for line in scenario.lines if line.role != "tool")


def _pattern(text: str) -> re.Pattern[str]:
    """Match the text with anything for its variables, the same for one that comes twice."""
    parts = VARIABLE.split(text)
    pattern, seen = re.escape(parts[0]), set[str]()
    for name, rest in zip(parts[1::2], parts[2::2], strict=True):
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        pattern += re.escape(rest)
        seen.add(name)
    return re.compile(pattern)


def _moment(match: re.Match[str], quote: str, field: Field, began_at: datetime | None) -> Any:
    if began_at is None or field.type not in {"string", None} or field.choices:
        return None
    moment = began_at.replace(
        hour=int(match["hour"]), minute=int(match["minute"]), second=0, microsecond=0
    )
    day = match["day"]
    ahead = (WEEKDAYS.index(day) - began_at.weekday()) % 7 if day in WEEKDAYS else 0
    moment += timedelta(days=1 if day == "tomorrow" else ahead)
    if moment <= began_at:
        moment += timedelta(days=7 if day in WEEKDAYS else 1)
    match field.format:
        case "date-time":
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case "date":
            return moment.date().isoformat()
        case "time":
            return moment.time().isoformat()
        case _:
            return None if field.format else quote


def _letters(choice: Any) -> str:
    return re.sub(r"[\W_]+", "", str(choice)).casefold()
