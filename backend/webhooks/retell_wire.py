"""Retell's webhook envelope: `{"event": …, "call": {…}}`, with siblings that belong to the call."""

import json
from dataclasses import dataclass

from backend.calls.lifecycle import NewsKind
from backend.platform.errors import Rejected
from backend.providers.retell_call import RetellCall

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


class WebhookUnreadable(Rejected):
    code, title = "webhook-unreadable", "The webhook is not a JSON object"


@dataclass(frozen=True)
class Label:
    """What a body says it is, as far as it can be told."""

    event: str | None
    retell_call_id: str | None


def label_of(body: bytes) -> Label:
    """Read event and call id off a body, whatever it holds."""
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
    return value[:200].replace("\x00", "") if isinstance(value, str) else None


def read(body: bytes) -> tuple[NewsKind, RetellCall] | None:
    """Read a webhook as news about a call; None when it is about something else."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WebhookUnreadable("The body cannot be read as JSON.") from error
    if not isinstance(envelope, dict):
        raise WebhookUnreadable("The body is JSON, but not an object.")
    kind, call = _KINDS.get(str(envelope.get("event"))), envelope.get("call")
    if kind is None or not isinstance(call, dict):
        return None
    siblings = {name: envelope[name] for name in _SIBLINGS if envelope.get(name) is not None}
    return kind, RetellCall.from_payload(siblings | call)
