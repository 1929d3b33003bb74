"""What can be made to go wrong at Retell."""

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.sandbox import faults
from backend.sandbox.faults import Rule


class FaultKind(StrEnum):
    # Webhooks
    DROP = "drop"
    DUPLICATE = "duplicate"
    DELAY = "delay"
    REORDER = "reorder"
    WRONG_SIGNATURE = "wrong_signature"
    STALE_TIMESTAMP = "stale_timestamp"
    # API requests
    STATUS = "status"
    RATE_LIMIT = "rate_limit"
    TIMEOUT = "timeout"
    RESET = "reset"
    MALFORMED = "malformed"


WEBHOOK_KINDS = frozenset(
    {
        FaultKind.DROP,
        FaultKind.DUPLICATE,
        FaultKind.DELAY,
        FaultKind.REORDER,
        FaultKind.WRONG_SIGNATURE,
        FaultKind.STALE_TIMESTAMP,
    }
)


class Match(BaseModel):
    """Which webhooks or requests a rule is about; what is left out matches all."""

    model_config = ConfigDict(extra="forbid")

    event: str | None = Field(default=None, description="A webhook event, as `call_ended`.")
    call_id: str | None = None
    path: str | None = Field(default=None, description="A request path; `*` matches any part.")
    method: str | None = None


class FaultRule(Rule):
    target: Literal["webhook", "api"]
    kind: FaultKind
    match: Match = Field(default_factory=Match)
    n: int = Field(default=2, ge=2, le=100, description="Copies that `duplicate` sends at once.")
    attempts: int | None = Field(
        default=None,
        ge=1,
        description="How many attempts of a delivery are affected; none: all of them.",
    )
    seconds: float = Field(
        default=1.0,
        ge=0,
        description="How long `delay` and `timeout` wait, and `reorder` at most. Real seconds.",
    )
    until: str | None = Field(
        default=None, description="The event `reorder` waits for; none: any later one of the call."
    )
    age_seconds: float = Field(default=600.0, description="How old `stale_timestamp` claims to be.")
    when: Literal["before", "after"] = Field(
        default="before",
        description="Whether the fault comes before the request is carried out, or after.",
    )
    status: int = Field(default=500, ge=200, le=599)
    body: Any = None
    headers: dict[str, str] = Field(default_factory=dict)
    limiter: str = "general"
    reset_seconds: int = Field(default=1, ge=0, description="`RateLimit-Reset` of `rate_limit`.")

    @model_validator(mode="after")
    def _kind_of_the_target(self) -> Self:
        if (self.kind in WEBHOOK_KINDS) != (self.target == "webhook"):
            raise ValueError(f"{self.kind} is no fault of the target {self.target}")
        return self


Fault = faults.Fault[FaultRule]


class Faults:
    def __init__(self) -> None:
        self.active: list[Fault] = []

    def add(self, rule: FaultRule) -> Fault:
        fault = Fault(rule)
        self.active.append(fault)
        return fault

    def of_webhook(self, event: str, call_id: str) -> list[FaultRule]:
        """Draw the faults of one delivery, oldest rule first."""
        return [
            fault.rule
            for fault in self.active
            if fault.rule.target == "webhook"
            and fault.rule.match.event in {None, event}
            and fault.rule.match.call_id in {None, call_id}
            and fault.fires()
        ]

    def of_request(self, method: str, path: str) -> FaultRule | None:
        """Draw the fault of one request: the first rule that matches and fires."""
        for fault in self.active:
            if _matches_request(fault.rule, method, path) and fault.fires():
                return fault.rule
        return None


def _matches_request(rule: FaultRule, method: str, path: str) -> bool:
    match = rule.match
    return (
        rule.target == "api"
        and (match.path is None or fnmatchcase(path, match.path))
        and (match.method is None or match.method.upper() == method)
        and (match.call_id is None or path.endswith(f"/{match.call_id}"))
    )
