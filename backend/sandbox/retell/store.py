"""All that the simulated Retell remembers. In memory; `state_file` can keep it on disk."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from backend.sandbox.clock import now_ms
from backend.sandbox.retell.call import Call
from backend.sandbox.retell.delivery import Delivery
from backend.sandbox.retell.versions import Versioned

OWN_NUMBER = "+14155550199"


def _own_number() -> dict[str, dict[str, Any]]:
    number = {
        "phone_number": OWN_NUMBER,
        "phone_number_pretty": "+1 (415) 555-0199",
        "phone_number_type": "retell-twilio",
        "area_code": 415,
        "nickname": "Sandbox",
        "last_modification_timestamp": now_ms(),
    }
    return {OWN_NUMBER: number}


@dataclass
class KeptKey:
    """An idempotency key and the call it made."""

    call_id: str
    created_ms: int


@dataclass
class Store:
    agents: dict[str, Versioned] = field(default_factory=dict)
    llms: dict[str, Versioned] = field(default_factory=dict)
    numbers: dict[str, dict[str, Any]] = field(default_factory=_own_number)
    calls: dict[str, Call] = field(default_factory=dict)
    idempotency_keys: dict[str, KeptKey] = field(default_factory=dict)
    # By call.
    deliveries: dict[str, list[Delivery]] = field(default_factory=dict)
    dialled: dict[str, int] = field(default_factory=dict)
    do_not_call: set[str] = field(default_factory=set)
    call_count: int = 0
    # Called after every change; the state file listens.
    changed: Callable[[], None] = lambda: None

    def count_dial(self, number: str | None) -> None:
        if number is not None:
            self.dialled[number] = self.dialled.get(number, 0) + 1
            self.changed()

    def forget(self, call: Call) -> None:
        """Drop a call with all that names it or whom it was with."""
        del self.calls[call.call_id]
        self.deliveries.pop(call.call_id, None)
        self.idempotency_keys = {
            key: kept for key, kept in self.idempotency_keys.items() if kept.call_id != call.call_id
        }
        if call.to_number not in {other.to_number for other in self.calls.values()}:
            self.dialled.pop(call.to_number or "", None)
        self.changed()

    def as_json(self) -> dict[str, Any]:
        return {
            "agents": [agent.as_json() for agent in self.agents.values()],
            "llms": [llm.as_json() for llm in self.llms.values()],
            "numbers": self.numbers,
            "calls": [call.as_json() for call in self.calls.values()],
            "idempotency_keys": {key: asdict(kept) for key, kept in self.idempotency_keys.items()},
            "deliveries": [
                delivery.as_json()
                for deliveries in self.deliveries.values()
                for delivery in deliveries
            ],
            "dialled": self.dialled,
            "do_not_call": sorted(self.do_not_call),
            "call_count": self.call_count,
        }

    def load(self, saved: dict[str, Any]) -> None:
        """Take over what `as_json` wrote."""
        agents = [Versioned.from_json(agent) for agent in saved["agents"]]
        llms = [Versioned.from_json(llm) for llm in saved["llms"]]
        calls = [Call.from_json(call) for call in saved["calls"]]
        self.agents = {agent.id: agent for agent in agents}
        self.llms = {llm.id: llm for llm in llms}
        self.numbers = saved["numbers"]
        self.calls = {call.call_id: call for call in calls}
        self.idempotency_keys = {
            key: KeptKey(**kept) for key, kept in saved["idempotency_keys"].items()
        }
        self.deliveries = {}
        for delivery in map(Delivery.from_json, saved["deliveries"]):
            self.deliveries.setdefault(delivery.call_id, []).append(delivery)
        self.dialled = saved["dialled"]
        self.do_not_call = set(saved["do_not_call"])
        self.call_count = saved["call_count"]

    def clear(self) -> None:
        """Go back to the state of a new sandbox."""
        self.load(Store().as_json())
        self.changed()
