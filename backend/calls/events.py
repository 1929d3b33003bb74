"""What the calls room announces."""

from typing import ClassVar

from backend.platform.events import Event


class CallQueued(Event):
    name: ClassVar[str] = "call.queued"


class CallScheduled(Event):
    name: ClassVar[str] = "call.scheduled"


class CallDialing(Event):
    name: ClassVar[str] = "call.dialing"


class CallStarted(Event):
    name: ClassVar[str] = "call.started"


class CallTranscriptUpdated(Event):
    """`data.turns` holds the turns that are new or have changed, each with its number."""

    name: ClassVar[str] = "call.transcript_updated"
    is_deliverable: ClassVar[bool] = False


class CallEnded(Event):
    name: ClassVar[str] = "call.ended"


class CallAnalyzed(Event):
    name: ClassVar[str] = "call.analyzed"


class CallNotConnected(Event):
    name: ClassVar[str] = "call.not_connected"


class CallFailed(Event):
    name: ClassVar[str] = "call.failed"


class CallCanceled(Event):
    name: ClassVar[str] = "call.canceled"


class CallRepaired(Event):
    """CallUpdate that no webhook had brought was fetched; `data.changes` says which."""

    name: ClassVar[str] = "call.repaired"


class CallRevised(Event):
    """More of a call that is over came, or no more is waited for. Nobody outside sees this."""

    name: ClassVar[str] = "call.revised"
    is_logged: ClassVar[bool] = False


class CallOverdue(Event):
    """No update came in time: Retell is to be asked. Nobody outside sees this."""

    name: ClassVar[str] = "call.overdue"
    is_logged: ClassVar[bool] = False

    @property
    def question(self) -> str:
        return str(self.call_id)


class CallMissed(Event):
    """Retell's list has a call, or an update of one, that never arrived. Seen by nobody outside."""

    name: ClassVar[str] = "call.missed"
    is_logged: ClassVar[bool] = False

    retell_call_id: str

    @property
    def question(self) -> str:
        return f"{self.org_id} {self.retell_call_id}"
