"""Asking hooks about a number before it is dialled. No transaction is open while they are asked.

A question is a row before it is sent, and one about a number is on its way at a time: whoever else
would ask the same waits for that answer.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

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
# What asking takes beside the hook's own time: connections, and writing it down.
_MARGIN = timedelta(seconds=10)
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Asker:
    """What asking takes."""

    sessions: Sessions
    settings: Settings


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
            inquiry = await _begin(session, hook, asked)
        if isinstance(inquiry, Inquiry):
            await _ask(asker, hook, inquiry)
            return True
        if inquiry:
            return True
        await asyncio.sleep(_LOOK_SECONDS)
    return False


async def _begin(session: AsyncSession, hook: Hook, asked: Asked) -> Inquiry | bool:
    """Write the question down. True: its answer is there meanwhile; False: not its turn yet."""
    now = clock.now()
    await queries.end_abandoned(session, hook.id, now)
    if not any(each.id == hook.id for each in await list_unasked(session, asked)):
        return True
    if hook.rests_until is not None and hook.rests_until > now:
        return await _pass_unasked(session, hook, asked)
    if await queries.count_asking(session, hook.id, now) >= MOST_AT_ONCE:
        return False
    inquiry = Inquiry(
        org_id=asked.org_id,
        hook_id=hook.id,
        to_number=asked.to_number,
        purpose=asked.purpose,
        agent_id=asked.agent_id,
        call_id=asked.call_id,
        status=InquiryStatus.ASKING,
        question={},
        valid_until=now + timedelta(milliseconds=hook.timeout_ms) + _MARGIN,
        created_at=now,
    )
    inquiry.question = questions.write(inquiry, asked, await questions.find_facts(session, asked))
    if not await queries.add_question(session, inquiry):
        return False
    # Whoever asked the same has written the answer down between the look and the insert.
    unasked = await list_unasked(session, asked)
    if not any(each.id == hook.id for each in unasked):
        await session.delete(await session.get_one(Inquiry, inquiry.id))
        return True
    return inquiry


async def _pass_unasked(session: AsyncSession, hook: Hook, asked: Asked) -> bool:
    """Write down that a call passes without a question, where the hook rests and that is allowed.

    Without it nobody could tell later why nothing was asked about the number.
    """
    if hook.on_failure is not OnFailure.OPEN or hook.rests_until is None:
        return True
    failure = f"Not asked: it gave no answer since {hook.failing_since:%Y-%m-%d %H:%M} UTC."
    inquiry = Inquiry(
        org_id=asked.org_id,
        hook_id=hook.id,
        to_number=asked.to_number,
        purpose=asked.purpose,
        agent_id=asked.agent_id,
        call_id=asked.call_id,
        status=InquiryStatus.FAILED,
        question={},
        failure=failure,
        open_reason=hook.open_reason,
        valid_until=hook.rests_until,
    )
    session.add(inquiry)
    await session.flush()
    await events.publish(session, *_told(hook, inquiry))
    return True


async def _ask(asker: Asker, hook: Hook, inquiry: Inquiry) -> None:
    """Send the question, and write down what came of it."""
    made, answer, failure = None, None, None
    try:
        made = await send(asker.settings, hook, inquiry)
        answer = read(made)
    except NoAnswer as none:
        failure = str(none)
    except AppError as broken:
        # Its secret cannot be read here.
        failure = broken.detail
    async with db.transaction(asker.sessions) as session:
        await _finish(session, inquiry, made, answer, failure)


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


async def _finish(
    session: AsyncSession,
    asked: Inquiry,
    made: Exchange | None,
    answer: Answer | None,
    failure: str | None,
) -> None:
    hook = await queries.lock_hook(session, asked.hook_id)
    inquiry = await session.get(Inquiry, asked.id, with_for_update=True)
    if hook is None or inquiry is None or inquiry.status is not InquiryStatus.ASKING:
        return  # Erased, or taken for dead, while it was asked.
    now = clock.now()
    turn: HookFailed | HookRecovered | None
    inquiry.http_status = made.status if made is not None else None
    inquiry.duration_ms = made.duration_ms if made is not None else None
    if answer is not None:
        inquiry.status = InquiryStatus.ALLOWED if answer.allowed else InquiryStatus.REFUSED
        inquiry.answer = answer.model_dump(mode="json")
        inquiry.valid_until = now + timedelta(seconds=hook.keep_seconds)
        turn = health.note_answer(hook, now)
    else:
        inquiry.status, inquiry.failure = InquiryStatus.FAILED, failure
        turn = health.note_failure(hook, failure or "", now)
        inquiry.valid_until = now + health.rest_after(hook.failures)
        if hook.on_failure is OnFailure.OPEN:
            inquiry.open_reason = hook.open_reason
    await session.flush()
    told = [*_told(hook, inquiry), *([turn] if turn is not None else [])]
    await events.publish(session, *told)


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
