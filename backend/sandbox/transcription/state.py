"""What the simulated providers were asked, and the faults they were told to have."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, Field

FaultKind = Literal["status", "slow", "cut_off", "wrong", "unreadable", "hang"]


class Fault(BaseModel):
    """One thing that goes wrong, so many times. `provider` none: whoever is asked next."""

    kind: FaultKind
    provider: str | None = None
    status: int = 503
    retry_after: int | None = None
    seconds: float = 1.0
    times: int = Field(1, ge=1)


@dataclass
class TranscriptionState:
    asked: Counter[str] = field(default_factory=Counter)
    # By the hash of what was sent: how often each sound was transcribed.
    heard: Counter[str] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def reset(self) -> None:
        self.asked.clear()
        self.heard.clear()
        self.keys.clear()
        self.faults.clear()

    def take_fault(self, provider: str) -> Fault | None:
        for fault in self.faults:
            if fault.provider in {None, provider}:
                fault.times -= 1
                if fault.times == 0:
                    self.faults.remove(fault)
                return fault
        return None
