"""What will happen in one call: a scenario with this call's variables and begin message put in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from backend.sandbox.screenplay import Line, Scenario, fill


@dataclass(frozen=True)
class Script:
    scenario: str
    lines: tuple[Line, ...]
    ends: str
    summary: str
    sentiment: str
    is_successful: bool
    is_voicemail: bool
    facts: Mapping[str, str]

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Self:
        return cls(
            **saved | {"lines": tuple(Line(line["role"], line["text"]) for line in saved["lines"])}
        )


def write_script(
    scenario: Scenario, variables: Mapping[str, str], begin_message: str | None
) -> Script:
    """Fill a scenario in.

    The begin message takes the place of the scenario's first line, with the variables the call has
    and no others: a forgotten one stays visible. Without one the agent's model finds its own words;
    an empty one makes the agent wait until the person speaks. Dialogues stay word for word.
    """
    if scenario.is_word_for_word:
        variables, begin_message = {}, None
    known = {**scenario.defaults, **{name: value for name, value in variables.items() if value}}
    lines = [Line(line.role, fill(line.text, known)) for line in scenario.lines]
    if lines and lines[0].role == "agent":
        if begin_message:
            lines[0] = Line("agent", fill(begin_message, variables))
        elif begin_message is not None:
            lines.insert(0, Line("user", "Hello?"))
    return Script(
        scenario=scenario.name,
        lines=tuple(lines),
        ends=scenario.ends,
        summary=fill(scenario.summary, known),
        sentiment=scenario.sentiment,
        is_successful=scenario.is_successful,
        is_voicemail=scenario.is_voicemail,
        facts={name: fill(value, known) for name, value in scenario.facts.items()},
    )
