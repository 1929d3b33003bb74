"""The calls the sandbox can play, and which number plays which. The texts are in `screenplays/`.

Dialled numbers are reserved for fiction (+1 415 555 01xx): none of the table rings anywhere.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from backend.sandbox.screenplay import Scenario, parse

SCREENPLAYS = Path(__file__).parent / "screenplays"
NUMBERS: Mapping[str, str] = {
    "+14155550101": "no_answer",
    "+14155550102": "busy",
    "+14155550103": "voicemail",
    "+14155550104": "hang_up",
    "+14155550105": "provider_error",
    "+14155550106": "declined",
    "+14155550107": "misread",
    "+14155550110": "driver_check_in",
    "+14155550111": "emergency",
    "+14155550112": "sales",
    "+14155550113": "spanish",
    "+14155550114": "long_call",
    "+14155550115": "appointment",
}
# Topic words in common with a prompt: by chance, and when it is plainly about them.
A_FEW, MANY = 2, 6
# Only these may be chosen by an agent's prompt; everything else has to be asked for.
CONVERSATIONS = ("driver_check_in", "emergency", "sales", "appointment", "spanish")


@cache
def scenarios() -> Mapping[str, Scenario]:
    """Read all screenplays, once."""
    files = sorted(SCREENPLAYS.glob("*.txt"))
    return {path.stem: parse(path.stem, path.read_text("utf-8")) for path in files}


def fitting(prompt: str, language: str) -> Scenario:
    """Return the conversation in the agent's language that shares most topic words with its prompt.

    Nothing in common: the driver check-in, or the first one of another language.
    """
    spoken = language.partition("-")[0]
    conversations = [scenarios()[name] for name in CONVERSATIONS]
    in_language = [each for each in conversations if each.language == spoken]
    return max(in_language or conversations, key=lambda each: _in_common(each, prompt))


def reached_at(number: str, prompt: str, language: str) -> Scenario:
    """Return who answers at a number of the table.

    An agent that is plainly about something else reaches whom it is about: a clinic's agent
    reaches a patient, and no driver.
    """
    person = scenarios()[NUMBERS[number]]
    if person.name not in CONVERSATIONS or _in_common(person, prompt) > A_FEW:
        return person
    other = fitting(prompt, language)
    return other if _in_common(other, prompt) >= MANY else person


def _in_common(scenario: Scenario, prompt: str) -> int:
    return len(scenario.topics & set(re.findall(r"[\w-]+", prompt.lower())))
