"""Retell's webhook envelope: `{"event": …, "call": {…}}`, with siblings that belong to the call."""

import json
import re
from dataclasses import dataclass

from backend.calls.lifecycle import UpdateKind
from backend.providers.retell_call import RetellCall
from backend.providers.retell_json import read_object, storable_text

_KINDS = {
    "call_started": UpdateKind.STARTED,
    "transcript_updated": UpdateKind.TRANSCRIPT_UPDATED,
    "transfer_started": UpdateKind.TRANSFER_UPDATED,
    "transfer_bridged": UpdateKind.TRANSFER_UPDATED,
    "transfer_cancelled": UpdateKind.TRANSFER_UPDATED,
    "call_ended": UpdateKind.ENDED,
    "call_analyzed": UpdateKind.ANALYZED,
    "transfer_ended": UpdateKind.TRANSFER_ENDED,
}
# Retell documents both places for these.
_SIBLINGS = ("transcript_with_tool_calls", "transfer_destination", "transfer_option")


@dataclass(frozen=True)
class Label:
    """What a body says it is, as far as it can be told."""

    event: str | None
    retell_call_id: str | None


# How bodies of Retell's begin: the event, and in the call plain members up to its id. What matches
# needs no parser, since nothing nested or escaped comes before what is read.
_WORD = rb'"[^"\\\x00-\x1f]*"'
_ID = rb'"([!#-\[\]-~]+)"'
_BEGINNING = re.compile(
    rb'\s*\{\s*"event"\s*:\s*' + _ID + rb'\s*,\s*"call"\s*:\s*\{\s*'
    rb'(?:(?!"call_id")' + _WORD + rb"\s*:\s*(?:" + _WORD + rb"|[-+.\w]+)\s*,\s*)*+"
    rb'"call_id"\s*:\s*' + _ID
)


def label_of(body: bytes) -> Label:
    """Read event and call id off a body, whatever it holds. Runs before the acknowledgement."""
    if beginning := _BEGINNING.match(body):
        # Parsing the whole body would take as long as all the rest of storing it.
        return Label(*(_short(found.decode()) for found in beginning.groups()))
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


def read(body: bytes) -> tuple[UpdateKind, RetellCall] | None:
    """Read a webhook as an update of a call; None when it is about something else."""
    envelope = read_object(body)
    kind, call = _KINDS.get(str(envelope.get("event"))), envelope.get("call")
    if kind is None or not isinstance(call, dict):
        return None
    siblings = {name: envelope[name] for name in _SIBLINGS if envelope.get(name) is not None}
    given = {name: value for name, value in call.items() if value or name not in siblings}
    return kind, RetellCall.from_payload(siblings | given)
