"""Rules by which something goes wrong: each fires by count or by chance, and can be repeated."""

from random import Random
from typing import Any, Generic, Self, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Rule(BaseModel):
    """One thing that goes wrong: `count` times, with a `probability`, or every time."""

    model_config = ConfigDict(extra="forbid")

    count: int | None = Field(default=None, ge=1)
    probability: float | None = Field(default=None, gt=0, le=1)
    seed: int = 0

    @model_validator(mode="after")
    def _count_or_probability(self) -> Self:
        if self.count is not None and self.probability is not None:
            raise ValueError("give a count or a probability, not both")
        return self


AnyRule = TypeVar("AnyRule", bound=Rule)


class Fault(Generic[AnyRule]):
    """A rule at work: how often it fired, and its own repeatable chance."""

    def __init__(self, rule: AnyRule) -> None:
        self.id = uuid4().hex[:12]
        self.rule = rule
        self.fired = 0
        self.random = Random(rule.seed)

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
