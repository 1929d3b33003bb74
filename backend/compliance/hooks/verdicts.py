"""What hooks say of a number, as the gate takes it. Pure: nothing is asked here."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

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
    """What one hook says of one number; `until`: when it is asked again that gave no answer."""

    hook: str
    host: str
    as_of: date
    standing: Standing
    until: datetime | None = None
    code: str | None = None
    words: str | None = None
    reassigned_on: date | None = None
    inquiry_id: UUID | None = None


def judge(hook: Hook, latest: Inquiry | None, now: datetime) -> Verdict:
    """Say how a number stands with a hook, by the latest answer about it that there is.

    An answer counts while it is fresh, and if it is from the address that is asked now.
    """
    fresh = latest if latest is not None and _counts(hook, latest, now) else None
    as_of = (fresh.created_at if fresh is not None else now).date()
    host, inquiry_id = urlsplit(hook.url).hostname or "", fresh.id if fresh is not None else None
    own = Verdict(hook.name, host, as_of, Standing.UNASKED, inquiry_id=inquiry_id)
    if fresh is None:
        return _unasked(own, hook, now)
    if fresh.status is InquiryStatus.FAILED:
        why = fresh.open_reason
        return _failed(own, hook, fresh.valid_until, fresh.failure, is_kept=why is not None)
    answer = Answer.model_validate(fresh.answer)
    is_allowed = fresh.status is InquiryStatus.ALLOWED
    return replace(
        own,
        standing=Standing.PASSED if is_allowed else Standing.BARRED,
        code=answer.code,
        words=answer.reason,
        reassigned_on=answer.reassigned_on,
    )


def _counts(hook: Hook, inquiry: Inquiry, now: datetime) -> bool:
    is_of_this_address = inquiry.revision == hook.revision
    is_of_this_address &= inquiry.created_at >= hook.counts_from
    return is_of_this_address and inquiry.valid_until > now


def _unasked(own: Verdict, hook: Hook, now: datetime) -> Verdict:
    """Judge without an answer. Where calls pass a hook that rests, that is still written down."""
    if hook.rests_until is None or hook.rests_until <= now:
        return own
    return _failed(own, hook, hook.rests_until, hook.last_failure, is_kept=False)


def _failed(
    own: Verdict, hook: Hook, until: datetime, failure: str | None, *, is_kept: bool
) -> Verdict:
    """Judge what was not answered. It passes only where the reason for that is kept with it."""
    standing = Standing.UNANSWERED
    if hook.on_failure is OnFailure.OPEN:
        standing = Standing.PASSED if is_kept else Standing.UNASKED
    return replace(own, standing=standing, until=until, words=failure)
