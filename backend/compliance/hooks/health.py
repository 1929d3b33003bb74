"""When a hook that fails is asked again, and what is told of it."""

from datetime import datetime, timedelta

from backend.compliance.events import HookFailed, HookRecovered
from backend.compliance.hooks.models import Hook

# So many failures in a row are the hook's and not a question's: then it rests.
_MANY = 3
_RESTS = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300))
# The most that Retry-After may ask for.
_LONGEST = timedelta(hours=1)
# Refusals that say nothing of the number: who asks is not let in, nothing is there, or not now.
_OF_THE_HOOK = frozenset({401, 403, 404, 405, 407, 408, 410, 421, 425, 426, 429})


def rest_after(failures: int, asked_for: timedelta | None = None) -> timedelta:
    """Say for how long nobody asks again after so many failures in a row.

    `asked_for` is what the other side would have, by Retry-After.
    """
    rest = _RESTS[min(max(failures, 1), len(_RESTS)) - 1]
    return max(rest, min(asked_for or rest, _LONGEST))


def is_of_the_number(status: int | None) -> bool:
    """Tell whether a refusal to answer is about this number alone, so that the hook is well."""
    return status is not None and 400 <= status < 500 and status not in _OF_THE_HOOK


def note_failure(
    hook: Hook,
    failure: str,
    now: datetime,
    *,
    asked_at: datetime,
    asked_for: timedelta | None = None,
) -> HookFailed | None:
    """Count a failure, and have the hook rest after several. Give what is to be told, once.

    Questions that were on their way when it began to rest say nothing new.
    """
    if hook.rests_since is not None and asked_at < hook.rests_since:
        return None
    hook.failures += 1
    hook.last_failure = failure
    if hook.failures < _MANY and asked_for is None:
        return None
    hook.rests_since = now
    hook.rests_until = now + rest_after(hook.failures - _MANY + 1, asked_for)
    if hook.failures < _MANY or hook.failing_since is not None:
        return None
    hook.failing_since = now
    return HookFailed(org_id=hook.org_id, data=_about(hook) | {"failing_since": now.isoformat()})


def note_answer(hook: Hook, now: datetime) -> HookRecovered | None:
    """Count an answer: the hook is well. Give what is to be told where it was not."""
    was_failing = hook.failing_since is not None
    hook.failures = 0
    hook.failing_since = hook.rests_since = hook.rests_until = None
    hook.last_answered_at = now
    return HookRecovered(org_id=hook.org_id, data=_about(hook)) if was_failing else None


def forget(hook: Hook) -> None:
    """Know nothing of how a hook fares: it has another address."""
    hook.failures = 0
    hook.failing_since = hook.rests_since = hook.rests_until = None
    hook.last_failure = None


def _about(hook: Hook) -> dict[str, str]:
    return {"hook_id": str(hook.id), "name": hook.name}
