"""Which calls a policy is for."""

import hashlib
from uuid import UUID

from backend.calls.models import AnsweredBy, Call
from backend.quality.policies.config import PolicyConfig

_PARTS = 10_000
# Who answers when no person does.
NO_PEOPLE = frozenset(each for each in AnsweredBy if each.is_machine) | {AnsweredBy.NOBODY}


def is_for(config: PolicyConfig, call: Call) -> bool:
    """Say whether a call that is over is one of those the policy evaluates by itself."""
    sample = next(
        (each.sample_percent for each in config.applies_to if each.agent_id == call.agent_id), None
    )
    if sample is None or not is_sampled(call.id, sample):
        return False
    if config.people_only and call.answered_by in NO_PEOPLE:
        return False
    return (call.duration_ms or 0) >= config.min_duration_seconds * 1000


def is_sampled(call_id: UUID, percent: float) -> bool:
    """Draw by the call's id: the same call is drawn or not, however often it is asked.

    A call among a smaller share is among every larger one too.
    """
    drawn = int.from_bytes(hashlib.sha256(call_id.bytes).digest()[:8], "big") % _PARTS
    return drawn < percent * (_PARTS / 100)
