"""One webhook on its way to its receiver, with the attempts made so far."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from backend.sandbox.clock import now_ms


@dataclass
class Attempt:
    """One POST: the status that came back, or why none did."""

    status: int | None = None
    error: str | None = None
    at_ms: int = field(default_factory=now_ms)

    @property
    def is_accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Delivery:
    id: str
    call_id: str
    event: str
    url: str
    timeout_ms: int
    # Kept until the receiver has it or has had its chances.
    body: str | None
    created_ms: int = field(default_factory=now_ms)
    state: Literal["pending", "delivered", "failed", "dropped"] = "pending"
    attempts: list[Attempt] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Self:
        attempts = [Attempt(**attempt) for attempt in saved["attempts"]]
        return cls(**saved | {"attempts": attempts})
