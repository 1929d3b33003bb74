"""What others are told of calls: as the API shows them, with their state as of the event."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import queries
from backend.calls.models import AnsweredBy, Call, CallSource, CallStatus, Turn
from backend.calls.schemas import CallDetail
from backend.platform.events import JsonObject, LoggedEvent

_ABOUT_CALLS = "call."


async def tell_calls(
    session: AsyncSession, events: Sequence[LoggedEvent]
) -> Mapping[int, JsonObject]:
    """Give the call of each event. What happened to it since shows only where it adds."""
    wanted = {event.call_id for event in events if event.call_id is not None}
    calls = await queries.list_calls_of_ids(session, wanted)
    shown = {(call.org_id, call.id): CallDetail.of(call).model_dump(mode="json") for call in calls}
    return {
        event.id: call | _then(event)
        for event in events
        if event.id is not None
        and event.call_id is not None
        and (call := shown.get((event.org_id, event.call_id))) is not None
    }


def _then(event: LoggedEvent) -> JsonObject:
    """Return what the event says of the call itself: the call may have gone on since."""
    if not event.name.startswith(_ABOUT_CALLS):
        return {}
    return {name: value for name, value in event.data.items() if name in CallDetail.model_fields}


def example_call(event: str) -> JsonObject | None:
    """Make the call that examples tell of, as it is when this event happens."""
    if not event.startswith((_ABOUT_CALLS, "record.")):
        return None
    status = _STATUS_AT.get(event, CallStatus.ENDED)
    began = datetime(2026, 11, 2, 15, 4, 5, tzinfo=UTC)
    call = Call(
        id=UUID("01990000-0000-7000-8000-00000000ca11"),
        org_id=UUID(int=0),
        agent_id=UUID("01990000-0000-7000-8000-0000000a6e27"),
        agent_version=3,
        source=CallSource.OUTBOUND,
        status=status,
        to_number="+14155550100",
        from_number="+14155550199",
        variables={"driver_name": "Mike", "load_number": "7891-B"},
        call_metadata={"order": "A-1042"},
        created_at=began,
    )
    if status not in _UNSENT:
        call.retell_call_id = "call_8f3e2a"
    if status in {CallStatus.IN_PROGRESS, CallStatus.ENDED}:
        call.answered_by, call.started_at = AnsweredBy.HUMAN, began + timedelta(seconds=9)
    if status is CallStatus.ENDED:
        call.ended_at, call.duration_ms = began + timedelta(seconds=70, milliseconds=200), 61_200
        call.status_reason = "agent_hangup"
        call.transcript = [turn.model_dump() for turn in _TURNS]
    if event == "call.analyzed" or event.startswith("record."):
        call.summary, call.sentiment = "The driver is two hours late.", "Neutral"
    if status is CallStatus.NOT_CONNECTED:
        call.answered_by, call.status_reason = AnsweredBy.NOBODY, "dial_no_answer"
    if status is CallStatus.FAILED:
        call.status_reason, call.failure = "error_retell", "Retell had an error."
    return CallDetail.of(call).model_dump(mode="json")


_STATUS_AT = {
    "call.queued": CallStatus.QUEUED,
    "call.scheduled": CallStatus.SCHEDULED,
    "call.dialing": CallStatus.DIALING,
    "call.started": CallStatus.IN_PROGRESS,
    "call.not_connected": CallStatus.NOT_CONNECTED,
    "call.failed": CallStatus.FAILED,
    "call.canceled": CallStatus.CANCELED,
}
_UNSENT = {CallStatus.QUEUED, CallStatus.SCHEDULED, CallStatus.DIALING, CallStatus.CANCELED}
_TURNS = (
    Turn(turn=0, role="agent", text="Hi Mike, how is load 7891-B?", start_ms=0, end_ms=2100),
    Turn(turn=1, role="user", text="I'm running two hours late.", start_ms=2600, end_ms=4300),
)
