"""Retell's webhook envelope: `{"event": …, "call": {…}}`, with siblings that belong to the call."""

import json
from dataclasses import dataclass

from backend.calls.lifecycle import NewsKind
from backend.providers.retell_call import RetellCall
from backend.providers.retell_json import read_object, storable_text

_KINDS = {
    "call_started": NewsKind.STARTED,
    "transcript_updated": NewsKind.TRANSCRIPT_UPDATED,
    "transfer_started": NewsKind.TRANSFER_UPDATED,
    "transfer_bridged": NewsKind.TRANSFER_UPDATED,
    "transfer_cancelled": NewsKind.TRANSFER_UPDATED,
    "call_ended": NewsKind.ENDED,
    "call_analyzed": NewsKind.ANALYZED,
    "transfer_ended": NewsKind.TRANSFER_ENDED,
}
# Retell documents both places for these.
_SIBLINGS = ("transcript_with_tool_calls", "transfer_destination", "transfer_option")


@dataclass(frozen=True)
class Label:
    """What a body says it is, as far as it can be told."""

    event: str | None
    retell_call_id: str | None


def label_of(body: bytes) -> Label:
    """Read event and call id off a body, whatever it holds. Runs before the acknowledgement."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return Label(None, None)
    if not isinstance(envelope, dict):
        return Label(None, None)
    call = envelope.get("call")
    call_id = call.get("call_id") if isinstance(call, dict) else None
    return Label(_short(envelope.get("event")), _short(call_id))


def _short(value: object) -> str | None:
    return storable_text(value[:200]) if isinstance(value, str) else None


def read(body: bytes) -> tuple[NewsKind, RetellCall] | None:
    """Read a webhook as news about a call; None when it is about something else."""
    envelope = read_object(body)
    kind, call = _KINDS.get(str(envelope.get("event"))), envelope.get("call")
    if kind is None or not isinstance(call, dict):
        return None
    siblings = {name: envelope[name] for name in _SIBLINGS if envelope.get(name) is not None}
    given = {name: value for name, value in call.items() if value or name not in siblings}
    return kind, RetellCall.from_payload(siblings | given)
