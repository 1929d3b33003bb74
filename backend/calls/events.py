"""What the calls room announces."""

from typing import ClassVar

from backend.platform.events import CallEvent, Event, JsonObject


class CallQueued(CallEvent):
    name: ClassVar[str] = "call.queued"


class CallScheduled(CallEvent):
    name: ClassVar[str] = "call.scheduled"


class CallDialing(CallEvent):
    name: ClassVar[str] = "call.dialing"


class CallStarted(CallEvent):
    name: ClassVar[str] = "call.started"


class CallTranscriptUpdated(CallEvent):
    """`data.turns` holds the turns that are new or have changed, each with its number."""

    name: ClassVar[str] = "call.transcript_updated"
    is_deliverable: ClassVar[bool] = False


class CallEnded(CallEvent):
    name: ClassVar[str] = "call.ended"


class CallMaskedAnew(CallEvent):
    """Other kinds are masked of it than when its words were written."""

    name: ClassVar[str] = "call.masked_anew"
    is_logged: ClassVar[bool] = False


class CallAnalyzed(CallEvent):
    name: ClassVar[str] = "call.analyzed"


class CallNotConnected(CallEvent):
    name: ClassVar[str] = "call.not_connected"


class CallFailed(CallEvent):
    name: ClassVar[str] = "call.failed"


class CallCanceled(CallEvent):
    name: ClassVar[str] = "call.canceled"


class CallAssigned(CallEvent):
    """`data.assigned_to` is the user who is to look after it; null: nobody any more."""

    name: ClassVar[str] = "call.assigned"
    is_deliverable: ClassVar[bool] = False


class CallRepaired(CallEvent):
    """An update that no webhook had brought was fetched; `data.changes` says which."""

    name: ClassVar[str] = "call.repaired"
    example: ClassVar[JsonObject] = {"changes": ["ended"], "source": "sweep"}


class CallRevised(CallEvent):
    """More of a call that is over came, or no more is waited for. Nobody outside sees this."""

    name: ClassVar[str] = "call.revised"
    is_logged: ClassVar[bool] = False


class CallOverdue(CallEvent):
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
