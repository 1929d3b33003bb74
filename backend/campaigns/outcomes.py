"""What came of an attempt, and what follows from it: pure rules."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from backend.calls.models import OPT_OUT, AnsweredBy, Call, CallStatus
from backend.campaigns import windows
from backend.campaigns.models import AttemptOutcome, ContactState
from backend.campaigns.policy import Policy

# As long as a redial may wait. Who asked for a time beyond that was not understood.
_LATEST_CALLBACK = timedelta(days=90)
ASKED_FOR_CALLBACK = "user_requested_callback"
_BY_REASON = {
    "dial_busy": AttemptOutcome.BUSY,
    "dial_no_answer": AttemptOutcome.NO_ANSWER,
    "user_declined": AttemptOutcome.DECLINED,
    "invalid_destination": AttemptOutcome.INVALID_NUMBER,
}
_BY_WHOM = {
    AnsweredBy.VOICEMAIL: AttemptOutcome.VOICEMAIL,
    AnsweredBy.SCREENING: AttemptOutcome.SCREENING,
    AnsweredBy.IVR: AttemptOutcome.IVR,
    AnsweredBy.NOBODY: AttemptOutcome.NO_ANSWER,
}
# What ends a contact so that a person should look at it.
FOR_A_PERSON = frozenset(
    {
        "callback_time_invalid",
        "callback_ceiling_reached",
        "record_missing",
        "record_needs_review",
        "invalid_number",
        "call_invalid",
        "no_common_hours",
    }
)
# Ends that a record which comes later, or is corrected, may still change.
FOR_WANT_OF_A_RECORD = frozenset({"record_missing", "record_needs_review"})


def outcome_of(call: Call, refusals: Collection[str]) -> AttemptOutcome:
    """Say what came of a call that is over."""
    if call.status is CallStatus.CANCELED:
        return AttemptOutcome.WITHDRAWN
    if call.status is CallStatus.FAILED:
        return AttemptOutcome.REFUSED if call.status_reason in refusals else AttemptOutcome.FAILED
    if call.status is CallStatus.NOT_CONNECTED:
        return _BY_REASON.get(call.status_reason or "", AttemptOutcome.NOT_CONNECTED)
    return _BY_WHOM.get(call.answered_by, AttemptOutcome.ANSWERED)


@dataclass(frozen=True)
class Answer:
    """What the record of a conversation says, as far as the campaign asks.

    `lacks` names why it says nothing that counts: there is none, or a person has to look at it.
    """

    is_done: bool = False
    callback_at: datetime | None = None
    wants_callback: bool = False
    lacks: str | None = None


class Made(NamedTuple):
    """An attempt that counted: what came of it, and when it was made."""

    outcome: AttemptOutcome
    at: datetime


@dataclass(frozen=True)
class Facts:
    """What is known of a contact when an attempt is over; `made` has that attempt too."""

    outcome: AttemptOutcome
    call_reason: str | None
    made: Sequence[Made]
    callbacks: int
    zones: Collection[str]
    now: datetime
    answer: Answer = field(default_factory=Answer)


@dataclass(frozen=True)
class Decision:
    """How a contact goes on: waiting until `due_at`, or finished for a named reason."""

    state: ContactState
    reason: str
    due_at: datetime | None = None
    callback_at: datetime | None = None

    @property
    def needs_person(self) -> bool:
        return self.reason in FOR_A_PERSON


Ending: TypeAlias = tuple[ContactState, str]


def decide(policy: Policy, facts: Facts) -> Decision:
    """Decide what follows from an attempt that counted."""
    if facts.call_reason == OPT_OUT:
        return Decision(ContactState.REFUSED, "opted_out")
    if facts.outcome is AttemptOutcome.INVALID_NUMBER:
        return Decision(ContactState.EXHAUSTED, "invalid_number")
    if facts.outcome is AttemptOutcome.VOICEMAIL and policy.voicemail == "done":
        return Decision(ContactState.DONE, "voicemail_left")
    if facts.outcome is AttemptOutcome.ANSWERED:
        return _after_talking(policy, facts)
    return _again(policy, facts)


def _after_talking(policy: Policy, facts: Facts) -> Decision:
    answer = facts.answer
    if answer.is_done:
        return Decision(ContactState.DONE, "completed")
    if answer.wants_callback or facts.call_reason == ASKED_FOR_CALLBACK:
        return _call_back(policy, facts)
    if answer.lacks is not None:
        return Decision(ContactState.EXHAUSTED, answer.lacks)
    if policy.done_when is None:
        return Decision(ContactState.DONE, "completed")
    return _again(policy, facts)


def _call_back(policy: Policy, facts: Facts) -> Decision:
    """Call when it was asked for, or as soon after that as the windows are open."""
    asked_for, most = facts.answer.callback_at, policy.callback.max if policy.callback else 0
    if policy.callback is None or asked_for is None or not _is_ahead(asked_for, facts.now):
        return Decision(ContactState.EXHAUSTED, "callback_time_invalid")
    if facts.callbacks >= most or len(facts.made) >= policy.max_attempts:
        return Decision(ContactState.EXHAUSTED, "callback_ceiling_reached")
    return _waiting(policy, facts, asked_for, "callback", callback_at=asked_for)


def _is_ahead(asked_for: datetime, now: datetime) -> bool:
    return timedelta(0) < asked_for - now <= _LATEST_CALLBACK


def _again(policy: Policy, facts: Facts) -> Decision:
    rule = policy.rule_after(facts.outcome)
    before = sum(each.outcome is facts.outcome for each in facts.made) - 1
    if rule is None:
        reason = (
            "goal_not_reached" if facts.outcome is AttemptOutcome.ANSWERED else facts.outcome.value
        )
        return Decision(ContactState.EXHAUSTED, reason)
    if before >= rule.max or len(facts.made) >= policy.max_attempts:
        return Decision(ContactState.EXHAUSTED, "attempt_ceiling_reached")
    minutes = rule.after_minutes[min(before, len(rule.after_minutes) - 1)]
    return _waiting(policy, facts, facts.now + timedelta(minutes=minutes), facts.outcome.value)


def _waiting(
    policy: Policy,
    facts: Facts,
    earliest: datetime,
    reason: str,
    callback_at: datetime | None = None,
) -> Decision:
    due_at = next_due(policy, facts.zones, [each.at for each in facts.made], earliest)
    if due_at is None:
        return Decision(ContactState.EXHAUSTED, "no_common_hours")
    return Decision(ContactState.WAITING, reason, due_at, callback_at)


def next_due(
    policy: Policy, zones: Collection[str], made_at: Sequence[datetime], earliest: datetime
) -> datetime | None:
    """Find when a contact may be dialled, by the windows and by how often it was that day."""
    own = windows.zones_of(policy, zones)
    due_at = windows.next_open(policy.windows, own, earliest)
    most = policy.max_attempts_per_day
    # Each turn leaves a day behind that is full, and there are no more than were dialled on.
    while (
        due_at is not None and most is not None and _most_that_day(zones, made_at, due_at) >= most
    ):
        due_at = windows.next_open(policy.windows, own, windows.next_day(zones, due_at))
    return due_at


def _most_that_day(zones: Collection[str], made_at: Sequence[datetime], at: datetime) -> int:
    """Count the attempts of the contact's day: of the zone in which there were the most."""
    counts = []
    for zone in map(ZoneInfo, zones):
        day = at.astimezone(zone).date()
        counts.append(sum(each.astimezone(zone).date() == day for each in made_at))
    return max(counts, default=0)
