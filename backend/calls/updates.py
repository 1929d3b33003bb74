"""Retell's call object as an update of a call of ours."""

from datetime import datetime

from pydantic import JsonValue

from backend.calls.lifecycle import CallUpdate, UpdateKind
from backend.calls.models import ToolUse, Turn
from backend.platform.events import JsonObject
from backend.providers.retell_call import RetellCall

_OVER = {"ended", "error", "not_connected"}

# Under this key our id of a call goes to Retell, in the call's metadata.
CALL_ID_KEY = "ringback_call_id"


def metadata_of(call: RetellCall) -> JsonObject:
    """Return the metadata that somebody gave the call, without what we add to it."""
    return {name: value for name, value in call.metadata.items() if name != CALL_ID_KEY}


def update_of(kind: UpdateKind, call: RetellCall) -> CallUpdate:
    analysis = call.analysis
    facts: dict[str, JsonValue] = {
        "retell_status": call.call_status if call.call_status in _OVER else None,
        "status_reason": call.disconnection_reason,
        "started_at": _text(call.started_at),
        "ended_at": _text(call.transfer_ended_at or call.ended_at),
        "transfer_ended_at": _text(call.transfer_ended_at),
        "duration_ms": _duration(call),
        "from_number": call.from_number,
        "to_number": call.to_number,
        "recording_url": call.recording_url,
        "recording_multi_channel_url": call.recording_multi_channel_url,
        "public_log_url": call.public_log_url,
        "transfer_destination": call.transfer_destination,
        "variables": dict(call.variables) or None,
        "metadata": metadata_of(call) or None,
        "collected_variables": dict(call.collected_variables),
        "cost": call.cost.model_dump(exclude_none=True) if call.cost else None,
    }
    if analysis is not None:
        facts |= {
            "summary": analysis.summary,
            "sentiment": analysis.sentiment,
            "is_successful": analysis.successful,
            "in_voicemail": analysis.in_voicemail,
            "retell_data": analysis.custom_data,
        }
    turns = tuple(
        Turn(
            turn=number,
            role=utterance.role,
            text=utterance.text,
            start_ms=utterance.start_ms,
            end_ms=utterance.end_ms,
            is_backchannel=utterance.is_backchannel,
        )
        for number, utterance in enumerate(call.transcript)
    )
    told = {name: value for name, value in facts.items() if value is not None}
    uses = tuple(ToolUse.model_validate(use, from_attributes=True) for use in call.tool_uses)
    return CallUpdate(kind, told, turns, uses)


def kind_of_snapshot(call: RetellCall) -> UpdateKind:
    """Tell from get-call's answer which webhook would have brought it."""
    if call.call_status in _OVER:
        return UpdateKind.ANALYZED if call.analysis is not None else UpdateKind.ENDED
    if call.call_status == "ongoing":
        return UpdateKind.STARTED
    return UpdateKind.REGISTERED


def _duration(call: RetellCall) -> int | None:
    if call.duration_ms is not None or call.started_at is None or call.ended_at is None:
        return call.duration_ms
    return max(0, round((call.ended_at - call.started_at).total_seconds() * 1000))


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
