"""The stand-in as a second reader of records: as good a one as it is told to be.

It is no language model and knows by itself of no value that is wrong: which are, it is told. With
an accuracy below 1 it is wrong about the rest of the cases, always about the same ones.
"""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from backend.sandbox.llm.answering.conversation import Conversation

CASE = re.compile(
    r"^Case (?P<case>\d+)\nField: (?P<field>.*)\nValue: (?P<value>.*)\nQuote: (?P<quote>.*)\n"
    r"Turns: (?P<turns>\[.*\])$",
    re.MULTILINE,
)
SCALE = 10_000


@dataclass(frozen=True)
class Reader:
    """How good a reader it is. `lies` are values it knows to be wrong, by field."""

    accuracy: float = 1.0
    lies: tuple[tuple[str, Any], ...] = ()

    def read(self, prompt: str, conversation: Conversation) -> dict[str, Any]:
        return {"readings": [self._case(found, conversation) for found in CASE.finditer(prompt)]}

    def _case(self, found: re.Match[str], conversation: Conversation) -> dict[str, Any]:
        value, turns = json.loads(found["value"]), json.loads(found["turns"])
        is_right = (found["field"], value) not in self.lies
        seed = f"{found['field']} {found['value']} {found['quote']} {len(conversation.turns)}"
        drawn = int.from_bytes(sha256(seed.encode()).digest()[:4], "big") % SCALE
        if drawn >= self.accuracy * SCALE:
            is_right = not is_right
        # A reader that is wrong about a right value has no turn that tells against it.
        others = [turn.number for turn in conversation.turns if turn.number not in turns]
        turn = turns[0] if turns and is_right else (others[drawn % len(others)] if others else None)
        return {
            "case": int(found["case"]),
            "turn": turn,
            "verdict": "supported" if is_right else "contradicted",
            "reason": "The turn says so." if is_right else "The turn says otherwise.",
        }
