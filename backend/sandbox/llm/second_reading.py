"""The second reader: which values of a record it contradicts, and how often it is right."""

import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

from pydantic import BaseModel, Field

from backend.sandbox.llm.conversation import read_conversation
from backend.sandbox.llm.known_calls import known_values

CASE = re.compile(
    r"^Case (?P<number>\d+)\nField: (?P<field>[^\n]+)\nMeaning: [^\n]*\nValue: (?P<value>[^\n]+)\n"
    r"Quote: [^\n]*\n<turns>\n(?P<turns>.*?)\n</turns>$",
    re.MULTILINE | re.DOTALL,
)


class SecondReader(BaseModel):
    right_percent: float = Field(
        default=100, ge=0, le=100, description="How many of a hundred values it judges rightly."
    )
    seed: int = Field(default=0, description="The same seed errs at the same values.")

    def errs_at(self, case: str) -> bool:
        draw = Random(f"{self.seed} {case}").random()  # noqa: S311 - has to repeat
        return draw * 100 >= self.right_percent


def find_contradictions(asked: str, reader: SecondReader) -> list[dict[str, Any]]:
    return [
        {"case": int(case["number"]), "reason": "The words do not say so."}
        for case in _cases(asked)
        if _is_wrong(case) is not reader.errs_at(case[0])
    ]


def _cases(asked: str) -> Iterator[re.Match[str]]:
    return CASE.finditer(asked)


def _is_wrong(case: re.Match[str]) -> bool:
    """Tell by the screenplay; of what no screenplay knows, believe it."""
    field = re.sub(r"\[\d+\]", "", case["field"]).rpartition(".")[2]
    known = (known_values(read_conversation([case["turns"]])) or {}).get(field)
    if not known or any(each.written.startswith("@") for each in known):
        return False
    value = json.loads(case["value"])
    said = value if isinstance(value, str) else json.dumps(value)
    return _letters(said) not in {_letters(each.written) for each in known}


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
