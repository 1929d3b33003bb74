"""What hooks say of a number, as the gate takes it. Pure: nothing is asked here."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from backend.compliance.hooks.answers import Answer
from backend.compliance.hooks.models import Hook, Inquiry, InquiryStatus, OnFailure


class Standing(StrEnum):
    """How a number stands with a hook; `unasked`: it has to be asked before a dial."""

    PASSED = "passed"
    BARRED = "barred"
    UNANSWERED = "unanswered"
    UNASKED = "unasked"


@dataclass(frozen=True)
class Verdict:
    """What one hook says of one number; `until`: when it is asked again."""

    hook: str
    host: str
    as_of: date
    standing: Standing
    until: datetime | None = None
    code: str | None = None
    words: str | None = None
    reassigned_on: date | None = None


def judge(hook: Hook, latest: Inquiry | None, now: datetime) -> Verdict:
    """Say how a number stands with a hook, by the latest answer about it that there is.

    An answer counts while it is fresh, and if it is from the address that is asked now.
    """
    fresh = latest if latest is not None and _counts(hook, latest, now) else None
    as_of = (fresh.created_at if fresh is not None else now).date()
    own = Verdict(hook.name, urlsplit(hook.url).hostname or "", as_of, Standing.UNASKED)
    if fresh is None:
        return _unasked(own, hook, now)
    if fresh.status is InquiryStatus.FAILED:
        return _failed(own, hook, fresh.valid_until, fresh.failure, is_kept=True)
    answer = Answer.model_validate(fresh.answer)
    is_allowed = fresh.status is InquiryStatus.ALLOWED
    return Verdict(
        own.hook,
        own.host,
        as_of,
        Standing.PASSED if is_allowed else Standing.BARRED,
        fresh.valid_until,
        answer.code,
        answer.reason,
        answer.reassigned_on,
    )


def _counts(hook: Hook, inquiry: Inquiry, now: datetime) -> bool:
    return inquiry.created_at >= hook.counts_from and inquiry.valid_until > now


def _unasked(own: Verdict, hook: Hook, now: datetime) -> Verdict:
    """Judge without an answer. Where calls pass a hook that rests, that is still written down."""
    if hook.rests_until is None or hook.rests_until <= now:
        return own
    return _failed(own, hook, hook.rests_until, hook.last_failure, is_kept=False)


def _failed(
    own: Verdict, hook: Hook, until: datetime, failure: str | None, *, is_kept: bool
) -> Verdict:
    standing = Standing.UNANSWERED
    if hook.on_failure is OnFailure.OPEN:
        standing = Standing.PASSED if is_kept else Standing.UNASKED
    return Verdict(own.hook, own.host, own.as_of, standing, until, words=failure)
