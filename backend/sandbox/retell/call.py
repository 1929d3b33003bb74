"""One simulated call: what was asked for, and how far it has got."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

from backend.sandbox.clock import now_ms
from backend.sandbox.retell.script import Script
from backend.sandbox.retell.speech import Turn, timed_turns

Status = Literal["registered", "not_connected", "ongoing", "ended", "error"]


@dataclass(frozen=True)
class Receiver:
    """Where the webhooks of a call go. Fixed when the call is created, as its agent version is."""

    url: str
    events: tuple[str, ...]
    timeout_ms: int

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Self:
        return cls(**saved | {"events": tuple(saved["events"])})


@dataclass
class Injected:
    """Context put into a running call, after so many turns."""

    after_turns: int
    text: str


@dataclass
class Call:
    call_id: str
    call_type: Literal["phone_call", "web_call"]
    agent_id: str
    agent_version: int
    script: Script
    seed: str
    receiver: Receiver | None
    agent_name: str | None = None
    from_number: str | None = None
    to_number: str | None = None
    direction: Literal["inbound", "outbound"] | None = None
    metadata: Any = None
    has_metadata: bool = False
    variables: dict[str, str] | None = None
    custom_sip_headers: dict[str, str] | None = None
    custom_attributes: dict[str, Any] | None = None
    data_storage_setting: str = "everything"
    opt_in_signed_url: bool = False
    access_token: str | None = None
    telephony_id: str | None = None
    # Registered for somebody else's telephony, which has not connected it yet.
    awaits_connection: bool = False
    is_dialled: bool = False
    status: Status = "registered"
    created_ms: int = field(default_factory=now_ms)
    start_ms: int | None = None
    end_ms: int | None = None
    transfer_end_ms: int | None = None
    turns_played: int = 0
    injected: list[Injected] = field(default_factory=list)
    disconnection_reason: str | None = None
    transfer_destination: str | None = None
    # Duration, cost, latency and tokens: known once the call has ended.
    measured: dict[str, Any] = field(default_factory=dict)
    analysis: dict[str, Any] | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns there will be; see `turns_played`."""
        return timed_turns(self.script.lines, self.seed)

    @property
    def heard(self) -> tuple[Turn, ...]:
        return self.turns[: self.turns_played]

    @property
    def is_live(self) -> bool:
        return self.status in {"registered", "ongoing"}

    @property
    def is_over(self) -> bool:
        """Tell whether nothing will happen to the call any more."""
        is_transferred = self.disconnection_reason == "call_transfer"
        return self.analysis is not None and not (is_transferred and self.transfer_end_ms is None)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Self:
        receiver = saved["receiver"]
        return cls(
            **saved
            | {
                "script": Script.from_json(saved["script"]),
                "receiver": receiver and Receiver.from_json(receiver),
                "injected": [Injected(**injected) for injected in saved["injected"]],
            }
        )
