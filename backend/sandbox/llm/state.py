"""What the simulated LLM remembers: its faults, its latency and the requests it got."""

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from backend.sandbox.llm.faults import ENDING, Fault, FaultKind, FaultRule
from backend.sandbox.llm.second_reading import SecondReader

KEPT_REQUESTS = 50


@dataclass
class SeenRequest:
    number: int
    body: dict[str, Any]
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    faults: list[str] = field(default_factory=list)
    # Empty while the answer is being waited for.
    status: int | None = None


class LlmState:
    """One simulated LLM. `reset` brings it back to the state of a new one."""

    def __init__(self) -> None:
        self.latency_seconds = 0.0
        self.second_reader = SecondReader()
        self.faults: list[Fault] = []
        self.seen: deque[SeenRequest] = deque(maxlen=KEPT_REQUESTS)
        self.request_count = 0
        self.released = asyncio.Event()
        # How many texts each model has embedded, and what it answers instead.
        self.embedded: Counter[str] = Counter()
        self.embedding_status: int | None = None

    def add_fault(self, rule: FaultRule) -> Fault:
        fault = Fault(rule)
        self.faults.append(fault)
        return fault

    def remove_faults(self) -> None:
        """Forget all rules and let go of the requests that are being kept waiting."""
        self.faults.clear()
        self.released.set()
        self.released = asyncio.Event()

    def due_faults(self) -> list[Fault]:
        """Draw the faults of one request; those behind one that ends it are not used up."""
        due: list[Fault] = []
        for fault in sorted(self.faults, key=lambda fault: list(FaultKind).index(fault.rule.kind)):
            if fault.fires():
                due.append(fault)
                if fault.rule.kind in ENDING:
                    break
        return due

    def see(self, body: dict[str, Any]) -> SeenRequest:
        self.request_count += 1
        request = SeenRequest(self.request_count, body)
        self.seen.append(request)
        return request

    def reset(self) -> None:
        self.remove_faults()
        self.latency_seconds = 0.0
        self.second_reader = SecondReader()
        self.request_count = 0
        self.seen.clear()
        self.embedded.clear()
        self.embedding_status = None
