"""Asking hooks about a number before it is dialled. No transaction is open while they are asked.

A question is a row before it is sent, and one about a number is on its way at a time: whoever else
would ask the same waits for that answer, or comes again. A hook is locked before its questions.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.compliance.events import HookAsked, HookFailed, HookRecovered
from backend.compliance.hooks import health, queries, questions, secrets
from backend.compliance.hooks.answers import LARGEST_BYTES, Answer, NoAnswer, read
from backend.compliance.hooks.models import Hook, Inquiry, InquiryStatus, OnFailure
from backend.compliance.hooks.questions import Asked
from backend.compliance.hooks.verdicts import Standing, judge
from backend.platform import clock, db, events
from backend.platform.db import Sessions
from backend.platform.errors import AppError
from backend.platform.http import open_guarded_client
from backend.platform.outbound.exchange import Exchange, exchange
from backend.platform.settings import Settings

# So many questions may be on their way to one hook, over all processes.
MOST_AT_ONCE = 8
# And for one organisation, so that its slow hooks leave room for the questions of others. Those who
# begin at the same moment may pass it by a few, which does no harm.
MOST_OF_ORG = 16
# What asking takes beside the hook's own time: connections, and writing it down.
_MARGIN = timedelta(seconds=10)
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Asker:
    """What asking takes. Who is patient waits for a hook that is busy; others come again."""

    sessions: Sessions
    settings: Settings
    is_patient: bool = True


@dataclass(frozen=True)
class _Begun:
    """A question that was written down, and the hook as it was at that moment."""

    hook: Hook
    inquiry: Inquiry


class _Turn(StrEnum):
    DONE = "done"
    BUSY = "busy"


async def inquire(asker: Asker, asked: Asked) -> bool:
    """Have each hook asked that has to be before this call. False: one was too busy to be asked.

    Whatever a hook does, nothing is raised: no answer is an answer of its own.
    """
    async with db.transaction(asker.sessions) as session:
        hooks = await list_unasked(session, asked)
    if not hooks:
        return True
    settled = await asyncio.gather(*(_inquire_one(asker, hook, asked) for hook in hooks))
    return all(settled)


async def list_unasked(session: AsyncSession, asked: Asked) -> Sequence[Hook]:
    """List the hooks that have to be asked about a number."""
    hooks = await queries.list_asked(session, asked.org_id, asked.purpose, asked.agent_id)
    found = await queries.list_latest(
        session, [each.id for each in hooks], [asked.to_number], asked.purpose, asked.agent_id
    )
    latest, now = {each.hook_id: each for each in found}, clock.now()
    return [
        hook for hook in hooks if judge(hook, latest.get(hook.id), now).standing is Standing.UNASKED
    ]


async def _inquire_one(asker: Asker, hook: Hook, asked: Asked) -> bool:
    """Ask one hook, or wait for whoever is asking it the same."""
    give_up = time.monotonic() + hook.timeout_ms / 1000 + _MARGIN.total_seconds()
    while time.monotonic() < give_up:
        async with db.transaction(asker.sessions) as session:
            begun = await _begin(session, hook.id, asked)
        if isinstance(begun, _Begun):
            await _ask(asker, begun, asked)
            return True
        if begun is _Turn.DONE or not asker.is_patient:
            return begun is _Turn.DONE
        await asyncio.sleep(_LOOK_SECONDS)
    return False


async def _begin(session: AsyncSession, hook_id: UUID, asked: Asked) -> _Begun | _Turn:
    """Write the question down, unless its answer is there meanwhile, or it is not its turn yet.

    The hook is locked, and read as it is now: what is sent, and what no answer means, is of this
    moment, and nobody else begins or ends a question to it.
    """
    hook, now = await queries.lock_hook(session, hook_id), clock.now()
    if hook is None:
        return _Turn.DONE
    await queries.end_abandoned(session, hook.id, now)
    if not any(each.id == hook.id for each in await list_unasked(session, asked)):
        return _Turn.DONE
    if hook.rests_until is not None and hook.rests_until > now:
        await _pass_unasked(session, hook, asked, now)
        return _Turn.DONE
    to_hook, of_org = await queries.count_asking(session, hook.org_id, hook.id)
    # One that has failed is tried with one question, and not with all that wait.
    most = 1 if hook.failing_since is not None else MOST_AT_ONCE
    if to_hook >= most or of_org >= MOST_OF_ORG:
        return _Turn.BUSY
    until = now + timedelta(milliseconds=hook.timeout_ms) + _MARGIN
    inquiry = _written(hook, asked, InquiryStatus.ASKING, now, until)
    inquiry.question = questions.write(inquiry, asked, await questions.find_facts(session, asked))
    is_first = await queries.add_question(session, inquiry)
    return _Begun(hook, inquiry) if is_first else _Turn.BUSY


def _written(
    hook: Hook, asked: Asked, status: InquiryStatus, now: datetime, until: datetime
) -> Inquiry:
    return Inquiry(
        org_id=asked.org_id,
        hook_id=hook.id,
        revision=hook.revision,
        to_number=asked.to_number,
        purpose=asked.purpose,
        agent_id=asked.agent_id,
        call_id=asked.call_id,
        status=status,
        question={},
        valid_until=until,
        created_at=now,
    )


async def _pass_unasked(session: AsyncSession, hook: Hook, asked: Asked, now: datetime) -> None:
    """Write down that a call passes without a question, where the hook rests and that is allowed.

    Without it nobody could tell later why nothing was asked about the number.
    """
    if hook.on_failure is not OnFailure.OPEN or hook.rests_until is None:
        return
    inquiry = _written(hook, asked, InquiryStatus.FAILED, now, hook.rests_until)
    since = hook.failing_since or hook.rests_since or now
    inquiry.failure = f"Not asked: it gave no answer since {since:%Y-%m-%d %H:%M} UTC."
    inquiry.open_reason = hook.open_reason
    session.add(inquiry)
    await session.flush()
    await events.publish(session, *_told(hook, inquiry))


async def _ask(asker: Asker, begun: _Begun, asked: Asked) -> None:
    """Send the question, and write down what came of it."""
    made, answer, failure = None, None, None
    try:
        made = await send(asker.settings, begun.hook, begun.inquiry)
        answer = read(made)
    except NoAnswer as none:
        failure = str(none)
    except AppError as broken:
        # Its secret cannot be read here.
        failure = broken.detail
    async with db.transaction(asker.sessions) as session:
        await _finish(session, begun.inquiry, asked, _Outcome(made, answer, failure))


async def send(settings: Settings, hook: Hook, inquiry: Inquiry) -> Exchange:
    """Send one question, signed. Never raises for what the other side does."""
    body = questions.body(inquiry)
    headers = questions.headers(inquiry, body, secrets.signing(hook, settings))
    async with open_guarded_client(settings.outbound_allow) as http:
        request = http.build_request("POST", hook.url, content=body, headers=headers)
        return await exchange(
            http,
            request,
            timeout_seconds=hook.timeout_ms / 1000,
            read_bytes=LARGEST_BYTES + 1,
        )


@dataclass(frozen=True)
class _Outcome:
    """What came of a question: an answer, or why there is none."""

    made: Exchange | None
    answer: Answer | None
    failure: str | None


async def _finish(session: AsyncSession, sent: Inquiry, asked: Asked, came: _Outcome) -> None:
    hook = await queries.lock_hook(session, sent.hook_id)
    inquiry = await session.get(Inquiry, sent.id, with_for_update=True)
    if hook is None or inquiry is None or inquiry.status is not InquiryStatus.ASKING:
        return  # Erased, or taken for dead, while it was asked.
    now, made, answer = clock.now(), came.made, came.answer
    inquiry.http_status = made.status if made is not None else None
    inquiry.duration_ms = made.duration_ms if made is not None else None
    if answer is not None:
        inquiry.status = InquiryStatus.ALLOWED if answer.allowed else InquiryStatus.REFUSED
        inquiry.answer = answer.model_dump(mode="json")
        inquiry.valid_until = now + timedelta(seconds=hook.keep_seconds)
    else:
        before = await queries.count_failures(session, inquiry, now)
        inquiry.status, inquiry.failure = InquiryStatus.FAILED, came.failure
        asked_for = made.retry_after if made is not None else None
        inquiry.valid_until = now + health.rest_after(before + 1, asked_for)
        if hook.on_failure is OnFailure.OPEN:
            inquiry.open_reason = hook.open_reason
    turn = _note(hook, inquiry, asked, came, now)
    await session.flush()
    told = [*_told(hook, inquiry), *([turn] if turn is not None else [])]
    await events.publish(session, *told)


def _note(
    hook: Hook, inquiry: Inquiry, asked: Asked, came: _Outcome, now: datetime
) -> HookFailed | HookRecovered | None:
    """Count for the hook's health what came of a question, where it says something of it."""
    if inquiry.revision != hook.revision:
        return None  # Another address was asked.
    if came.answer is not None:
        return health.note_answer(hook, now)
    if asked.is_check or health.is_of_the_number(inquiry.http_status):
        return None
    return health.note_failure(
        hook,
        came.failure or "",
        now,
        asked_at=inquiry.created_at,
        asked_for=came.made.retry_after if came.made is not None else None,
    )


async def note_well(sessions: Sessions, tried: Hook) -> None:
    """Have a hook rest no longer, since it has answered a question that was only a try."""
    async with db.transaction(sessions) as session:
        hook = await queries.lock_hook(session, tried.id)
        if hook is None or hook.revision != tried.revision:
            return
        recovered = health.note_answer(hook, clock.now())
        await session.flush()
        await events.publish(session, *([recovered] if recovered is not None else []))


def _told(hook: Hook, inquiry: Inquiry) -> list[HookAsked]:
    if inquiry.call_id is None:
        return []
    answer = inquiry.answer or {}
    data = {
        "hook": hook.name,
        "status": inquiry.status.value,
        "code": answer.get("code"),
        "line_type": answer.get("line_type"),
        "reassigned_on": answer.get("reassigned_on"),
        "failure": inquiry.failure,
        "open_reason": inquiry.open_reason,
    }
    return [
        HookAsked(
            org_id=inquiry.org_id, agent_id=inquiry.agent_id, call_id=inquiry.call_id, data=data
        )
    ]
