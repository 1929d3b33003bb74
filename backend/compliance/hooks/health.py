"""When a hook that fails is asked again, and what is told of it."""

from datetime import datetime, timedelta

from backend.compliance.events import HookFailed, HookRecovered
from backend.compliance.hooks.models import Hook

# So many failures in a row are the hook's and not a question's: then it rests.
_MANY = 3
_RESTS = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300))


def rest_after(failures: int) -> timedelta:
    """Say for how long nobody asks again after so many failures in a row."""
    return _RESTS[min(failures, len(_RESTS)) - 1]


def note_failure(hook: Hook, failure: str, now: datetime) -> HookFailed | None:
    """Count a failure, and have the hook rest after several. Give what is to be told, once."""
    hook.failures += 1
    hook.last_failure = failure
    if hook.failures < _MANY:
        return None
    hook.rests_until = now + rest_after(hook.failures - _MANY + 1)
    if hook.failing_since is not None:
        return None
    hook.failing_since = now
    return HookFailed(org_id=hook.org_id, data=_about(hook) | {"failing_since": now.isoformat()})


def note_answer(hook: Hook, now: datetime) -> HookRecovered | None:
    """Count an answer: the hook is well. Give what is to be told where it was not."""
    was_failing = hook.failing_since is not None
    hook.failures, hook.failing_since, hook.rests_until = 0, None, None
    hook.last_answered_at = now
    return HookRecovered(org_id=hook.org_id, data=_about(hook)) if was_failing else None


def _about(hook: Hook) -> dict[str, str]:
    return {"hook_id": str(hook.id), "name": hook.name}
