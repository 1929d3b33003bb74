"""The second reader: which values of a record it supports, and how often it is right."""

import json
import re
from random import Random
from typing import Any

from pydantic import BaseModel, Field

from backend.sandbox.llm.conversation import Conversation, read_conversation
from backend.sandbox.llm.known_calls import known_values

CASE = re.compile(
    r"^Case (?P<number>\d+)\nField: (?P<field>[^\n]+)\nValue: (?P<value>[^\n]+)\n"
    r"Quote: [^\n]*\nTurns: (?P<turns>[^\n]+)$",
    re.MULTILINE,
)


class Lie(BaseModel):
    field: str = Field(description="The path of the field, such as `stops[0].city`.")
    value: Any = Field(description="A value of it that is wrong.")


class SecondReader(BaseModel):
    right_percent: float = Field(
        default=100, ge=0, le=100, description="How many of a hundred values it judges rightly."
    )
    seed: int = Field(default=0, description="The same seed errs at the same values.")
    lies: list[Lie] = Field(
        default=[], description="Values that it knows to be wrong, beside what screenplays know."
    )

    def errs_at(self, case: str) -> bool:
        return self.draw(case) * 100 >= self.right_percent

    def draw(self, case: str) -> float:
        return Random(f"{self.seed} {case}").random()


def read_again(asked: str, reader: SecondReader) -> list[dict[str, Any]]:
    conversation = read_conversation([asked])
    return [_reading(case, conversation, reader) for case in CASE.finditer(asked)]


def _reading(
    case: re.Match[str], conversation: Conversation, reader: SecondReader
) -> dict[str, Any]:
    is_right = _is_wrong(case, conversation, reader) is reader.errs_at(case[0])
    own = json.loads(case["turns"])
    turn = own[0] if own else None
    if not is_right and reader.errs_at(case[0]):
        # Wrong about a right value, it names any turn for it.
        others = [turn.number for turn in conversation.turns if turn.number not in own]
        turn = others[int(reader.draw(f"turn {case[0]}") * len(others))] if others else turn
    return {
        "case": int(case["number"]),
        "turn": turn,
        "verdict": "supported" if is_right else "contradicted",
        "reason": "The words say so." if is_right else "The words do not say so.",
    }


def _is_wrong(case: re.Match[str], conversation: Conversation, reader: SecondReader) -> bool:
    """Tell by what it was told and by the screenplay; of what neither knows, believe it."""
    value = json.loads(case["value"])
    if any((lie.field, lie.value) == (case["field"], value) for lie in reader.lies):
        return True
    field = re.sub(r"\[\d+\]", "", case["field"]).rpartition(".")[2]
    known = (known_values(conversation) or {}).get(field)
    if not known or any(each.written.startswith("@") for each in known):
        return False
    said = value if isinstance(value, str) else json.dumps(value)
    return _letters(said) not in {_letters(each.written) for each in known}


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
