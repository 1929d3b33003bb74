"""The calls the sandbox can play, and which number plays which. The texts are in `screenplays/`.

Dialled numbers are reserved for fiction (+1 415 555 01xx): none of the table rings anywhere.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from backend.sandbox.screenplay import Scenario, parse

SCREENPLAYS = Path(__file__).parent / "screenplays"
DEFAULT = "driver_check_in"
NUMBERS: Mapping[str, str] = {
    "+14155550101": "no_answer",
}
# Only these may be chosen by an agent's prompt; what goes wrong has to be asked for.
CONVERSATIONS = ("driver_check_in",)


@cache
def scenarios() -> Mapping[str, Scenario]:
    """Read all screenplays, once."""
    files = sorted(SCREENPLAYS.glob("*.txt"))
    return {path.stem: parse(path.stem, path.read_text("utf-8")) for path in files}


def fitting(prompt: str, language: str) -> Scenario:
    """Return the conversation whose topic words the prompt has most of, in the agent's language."""
    words = set(re.findall(r"[\w-]+", prompt.lower()))
    spoken = language.partition("-")[0]
    candidates = [scenarios()[name] for name in CONVERSATIONS]
    in_language = [candidate for candidate in candidates if candidate.language == spoken]
    best = max(in_language or candidates, key=lambda candidate: len(candidate.topics & words))
    return best if best.topics & words or in_language else scenarios()[DEFAULT]
