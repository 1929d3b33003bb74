"""What can be made to go wrong with the LLM, and when: rules that fire by count or by chance."""

from enum import StrEnum
from random import Random
from typing import Any, Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, model_validator


class FaultKind(StrEnum):
    """In the order they take effect."""

    SLOW = "slow"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    CONNECTION_RESET = "connection_reset"
    INVALID_JSON = "invalid_json"
    TRUNCATED_JSON = "truncated_json"
    EMPTY = "empty"
    REFUSAL = "refusal"
    WRONG_TYPE = "wrong_type"
    MISSING_REQUIRED = "missing_required"
    OUTSIDE_ENUM = "outside_enum"
    INVENTED_QUOTE = "invented_quote"
    UNRELATED_QUOTE = "unrelated_quote"
    WRONG_TURN = "wrong_turn"
    SWAPPED_DIGITS = "swapped_digits"
    FLIPPED_BOOLEAN = "flipped_boolean"


ENDING = frozenset({FaultKind.RATE_LIMITED, FaultKind.SERVER_ERROR, FaultKind.CONNECTION_RESET})


class FaultParams(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(default=5, ge=0, description="How long `slow` waits.")
    retry_after: float = Field(default=1, ge=0, description="What `rate_limited` asks for.")
    fields: list[str] = Field(
        default_factory=list,
        description="Dotted paths of the fields to spoil; none: every field it applies to.",
    )


class FaultRule(BaseModel):
    """One thing that goes wrong: `count` times, with a `probability`, or every time."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    count: int | None = Field(default=None, ge=1)
    probability: float | None = Field(default=None, gt=0, le=1)
    seed: int = 0
    params: FaultParams = Field(default_factory=FaultParams)

    @model_validator(mode="after")
    def _count_or_probability(self) -> Self:
        if self.count is not None and self.probability is not None:
            raise ValueError("give a count or a probability, not both")
        return self


class Fault:
    """A rule at work: how often it fired, and its own repeatable chance."""

    def __init__(self, rule: FaultRule) -> None:
        self.id = uuid4().hex[:12]
        self.rule = rule
        self.fired = 0
        self.random = Random(rule.seed)  # noqa: S311 - has to repeat, not to be secret

    def fires(self) -> bool:
        """Draw once. A rule that fires is one nearer to its count."""
        rule = self.rule
        if rule.count is not None and self.fired >= rule.count:
            return False
        if rule.probability is not None and self.random.random() >= rule.probability:
            return False
        self.fired += 1
        return True

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "fired": self.fired, **self.rule.model_dump(mode="json")}
