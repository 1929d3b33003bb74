"""Judging values one by one from lines of JSON, with neither a database nor a model."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from backend.grounding.fields import Scalar, read_field
from backend.grounding.judging import Claim, Verdict, judge_claim
from backend.grounding.transcript import Transcript


class SaidTurn(BaseModel):
    turn: int
    role: str
    text: str
    start_ms: int | None = None


class Case(BaseModel):
    """One value as somebody gives it, with the call it is said to be from."""

    model_config = ConfigDict(extra="ignore")

    turns: list[SaidTurn] = Field(min_length=1)
    field: str = "value"
    json_schema: dict[str, Any] = Field(alias="schema")
    value: Any
    quote: str = ""
    quoted_turns: list[int] = []
    began_at: datetime | None = None
    time_zone: str = "UTC"
    language: str | None = None

    @field_validator("turns", mode="before")
    @classmethod
    def _numbered(cls, turns: Any) -> Any:
        """Take `"agent: Hello?"` for a turn, and number those that have no number."""
        if not isinstance(turns, list):
            return turns
        return [_turn(n, turn) for n, turn in enumerate(turns)]

    @field_validator("json_schema")
    @classmethod
    def _of_one_value(cls, schema: dict[str, Any]) -> dict[str, Any]:
        try:
            field = read_field(schema)
        except (KeyError, TypeError, StopIteration) as error:
            raise ValueError("is no schema of a single value") from error
        if not isinstance(field, Scalar):
            raise ValueError("is not of a single value")  # noqa: TRY004 - Pydantic's way
        return schema

    @property
    def claim(self) -> Claim:
        field = read_field(self.json_schema)
        assert isinstance(field, Scalar)  # noqa: S101 - checked above
        return Claim(self.field, field, self.value, self.quote.strip(), self.quoted_turns)

    @cached_property
    def transcript(self) -> Transcript:
        return Transcript(self.turns, language=self.language)

    @cached_property
    def verdict(self) -> Verdict:
        began_at = self.began_at.astimezone(ZoneInfo(self.time_zone)) if self.began_at else None
        return judge_claim(self.claim, self.transcript, began_at=began_at)

    def answer(self) -> dict[str, Any]:
        """Write the verdict as a line of output has it."""
        verdict = self.verdict
        answer: dict[str, Any] = {"verdict": verdict.outcome.value}
        if verdict.objections:
            code, message = verdict.objections[0]
            answer |= {"code": code.value, "message": message}
        elif verdict.doubts:
            answer["message"] = " ".join(verdict.doubts)
        return answer


def _turn(n: int, turn: Any) -> Any:
    if isinstance(turn, str):
        role, _, text = turn.partition(":")
        return {"turn": n, "role": role.strip(), "text": text.strip()}
    return {"turn": n, **turn} if isinstance(turn, Mapping) else turn
