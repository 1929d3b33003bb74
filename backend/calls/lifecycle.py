"""The life of a call, as pure rules: updates from Retell in, new state and changes out.

What Retell has told is kept as a set of facts that only grows, joined by rules that do not depend
on order: the fact from the later kind of update wins, the longer transcript wins, nothing is ever
replaced by nothing. Status and the other columns are derived from it. So any order, repetition
or loss of the same updates leads to the same state, and each change is announced once.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from pydantic import JsonValue

from backend.calls import answering
from backend.calls.models import AnsweredBy, CallStatus, ToolUse, Turn

Facts: TypeAlias = Mapping[str, JsonValue]


class UpdateKind(StrEnum):
    """What kind of update it is: Retell's webhook events, or the state that a look-up found."""

    REGISTERED = "registered"
    STARTED = "started"
    TRANSCRIPT_UPDATED = "transcript_updated"
    TRANSFER_UPDATED = "transfer_updated"
    ENDED = "ended"
    ANALYZED = "analyzed"
    TRANSFER_ENDED = "transfer_ended"


# Later kinds know more. A call may be analyzed before its transferred leg has ended.
_RANK = {kind: rank for rank, kind in enumerate(UpdateKind)}


class Change(StrEnum):
    """What an update can change about a call, each announced at most once but the transcript."""

    STARTED = "started"
    TRANSCRIPT_UPDATED = "transcript_updated"
    ENDED = "ended"
    NOT_CONNECTED = "not_connected"
    FAILED = "failed"
    ANALYZED = "analyzed"


@dataclass(frozen=True)
class CallUpdate:
    """What one webhook or look-up tells about a call. Facts without a value are left out."""

    kind: UpdateKind
    facts: Facts = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    tool_uses: tuple[ToolUse, ...] = ()


@dataclass(frozen=True)
class CallState:
    """A call as it is known: `known` maps a fact's name to its value and the rank of its source."""

    status: CallStatus
    known: Mapping[str, tuple[int, JsonValue]] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    turns: tuple[Turn, ...] = ()
    tool_uses: tuple[ToolUse, ...] = ()

    def fact(self, name: str) -> JsonValue:
        return self.known[name][1] if name in self.known else None


@dataclass(frozen=True)
class Outcome:
    state: CallState
    changes: tuple[Change, ...]
    new_turns: tuple[Turn, ...]


def apply(state: CallState, update: CallUpdate) -> Outcome:
    """Join an update into what is known, and tell what changed by it."""
    joined = _join(state, update)
    seen = _seen(joined, update.kind)
    status = _status(joined, seen)
    after = replace(joined, seen=seen, status=status)
    new_turns = changed_turns(state.turns, after.turns)
    changes = []
    if "started" in seen - state.seen:
        changes.append(Change.STARTED)
    if new_turns:
        changes.append(Change.TRANSCRIPT_UPDATED)
    if "ended" in seen - state.seen:
        changes.append(_FINAL_CHANGE[status])
    if "analyzed" in seen - state.seen:
        changes.append(Change.ANALYZED)
    return Outcome(after, tuple(changes), new_turns)


def _join(state: CallState, update: CallUpdate) -> CallState:
    rank = _RANK[update.kind]
    known = dict(state.known)
    for name, value in update.facts.items():
        if value is None or value in ("", [], {}):
            continue
        if name not in known or _weight(rank, value) > _weight(*known[name]):
            known[name] = (rank, value)
    return replace(
        state,
        known=known,
        turns=max(state.turns, update.turns, key=_length),
        tool_uses=max(state.tool_uses, update.tool_uses, key=_uses),
    )


def _weight(rank: int, value: JsonValue) -> tuple[int, str]:
    # Two different bodies for one event are not ordered by anything, so any fixed order will do.
    return rank, json.dumps(value, sort_keys=True)


def _length(turns: Sequence[Turn]) -> tuple[int, str]:
    return sum(len(turn.text) for turn in turns), "\n".join(
        turn.model_dump_json() for turn in turns
    )


def _uses(uses: Sequence[ToolUse]) -> tuple[int, int, str]:
    """Rank lists of tools used: the longer one knows more, and so does one with more results."""
    told = "\n".join(use.model_dump_json() for use in uses)
    return len(uses), sum(use.result is not None for use in uses), told


def _seen(state: CallState, kind: UpdateKind) -> frozenset[str]:
    seen = set(state.seen)
    if kind is UpdateKind.ANALYZED:
        seen |= {"ended", "analyzed"}
    elif kind in {UpdateKind.ENDED, UpdateKind.STARTED}:
        seen.add(kind.value)
    if kind is UpdateKind.TRANSFER_ENDED or state.fact("transfer_ended_at") is not None:
        seen.add("transfer_ended")
    if kind in {UpdateKind.TRANSCRIPT_UPDATED, UpdateKind.TRANSFER_UPDATED} or state.turns:
        seen.add("started")
    # Its own webhook may be late or lost: a call that has ended after connecting had started.
    if "ended" in seen and final_status(state) is CallStatus.ENDED:
        seen.add("started")
    return frozenset(seen)


def _status(state: CallState, seen: frozenset[str]) -> CallStatus:
    if "ended" in seen:
        return final_status(state)
    if "started" in seen:
        return CallStatus.IN_PROGRESS
    if state.status in {CallStatus.SCHEDULED, CallStatus.QUEUED}:
        return CallStatus.DIALING
    return state.status


_FINAL_CHANGE = {
    CallStatus.ENDED: Change.ENDED,
    CallStatus.NOT_CONNECTED: Change.NOT_CONNECTED,
    CallStatus.FAILED: Change.FAILED,
}

_ENDED = {
    "user_hangup", "agent_hangup", "call_transfer", "voicemail_reached", "ivr_reached",
    "inactivity", "max_duration_reached", "no_concurrency_fallback", "transfer_bridged",
    "transfer_cancelled", "manual_stopped", "call_take_over", "user_requested_dnc",
    "user_requested_callback",
}  # fmt: skip
_NOT_CONNECTED = {
    "dial_busy", "dial_failed", "dial_no_answer", "invalid_destination",
    "telephony_provider_permission_denied", "telephony_provider_unavailable",
    "sip_routing_error", "marked_as_spam", "user_declined",
}  # fmt: skip
_FAILED = {
    "concurrency_limit_reached", "no_valid_payment", "scam_detected",
    "error_llm_websocket_open", "error_llm_websocket_lost_connection",
    "error_llm_websocket_runtime", "error_llm_websocket_corrupt_payload",
    "error_no_audio_received", "error_asr", "error_retell", "error_unknown",
    "error_user_not_joined", "registered_call_timeout", "credit_exhausted", "budget_reached",
    "network_blocked",
}  # fmt: skip
KNOWN_REASONS = _ENDED | _NOT_CONNECTED | _FAILED


def known_reason(reason: str | None) -> str | None:
    """Give reasons that this release does not know one name, since Retell adds to them."""
    return reason if reason is None or reason in KNOWN_REASONS else "other"


def final_status(state: CallState) -> CallStatus:
    """How a call that is over has ended, by Retell's reason; by its status for reasons unknown.

    Retell's status field alone is not trusted: it is often stale, so only a final one counts.
    """
    reason, retell_status = state.fact("status_reason"), state.fact("retell_status")
    if reason in _NOT_CONNECTED or (
        reason not in KNOWN_REASONS and retell_status == "not_connected"
    ):
        return CallStatus.NOT_CONNECTED
    if reason in _FAILED or (reason not in KNOWN_REASONS and retell_status == "error"):
        return CallStatus.FAILED
    return CallStatus.ENDED


def answered_by(state: CallState) -> tuple[AnsweredBy, str | None]:
    """Who took the call, and what says so.

    Retell's flags go before the words, but for a person who has surely talked with the agent.
    """
    flagged = _flagged(state)
    if flagged is not None and not (flagged[0].is_machine and answering.is_talked_to(state.turns)):
        return flagged
    said_by = answering.heard(state.turns)
    return (said_by, None) if said_by is AnsweredBy.UNKNOWN else (said_by, "transcript")


def _flagged(state: CallState) -> tuple[AnsweredBy, str] | None:
    reason = state.fact("status_reason")
    if state.fact("in_voicemail") is True:
        return AnsweredBy.VOICEMAIL, "analysis"
    if reason == "voicemail_reached":
        return AnsweredBy.VOICEMAIL, "disconnection_reason"
    if reason == "ivr_reached":
        return AnsweredBy.IVR, "disconnection_reason"
    if state.status is CallStatus.NOT_CONNECTED:
        return AnsweredBy.NOBODY, "disconnection_reason"
    return None


def leg_goes_on(reason: JsonValue, seen: Collection[str]) -> bool:
    """Say whether the call was passed on and people are still talking, as far as is known."""
    return reason == "call_transfer" and "transfer_ended" not in seen


def changed_turns(before: Sequence[Turn], after: Sequence[Turn]) -> tuple[Turn, ...]:
    """Find the turns that are new, or whose words have changed since."""
    said = [(turn.role, turn.text) for turn in before]
    return tuple(
        turn
        for index, turn in enumerate(after)
        if index >= len(said) or said[index] != (turn.role, turn.text)
    )
