"""Analyses: deciding when to make one, and storing what was made."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import redacting
from backend.analysis import budget, events as told, queries, settings
from backend.analysis.errors import (
    AnalysisAuditNotFound,
    AnalysisBudgetUsedUp,
    AnalysisNotFound,
    AnalysisSwitchedOff,
    NothingToAnalyze,
)
from backend.analysis.models import (
    AnalysisAudit,
    AnalysisStatus,
    CallAnalysis,
    LeftOutReason,
)
from backend.analysis.settings import Ask
from backend.calls import search, service as calls
from backend.calls.events import CallMaskedAnew
from backend.calls.models import Call, CallStatus, Turn
from backend.platform import events
from backend.platform.errors import Retryable
from backend.platform.events import Event, JsonObject
from backend.providers.llm_errors import LlmPaced
from backend.redaction.finding import Sensitive


def turns_of(call: Call) -> list[Turn]:
    return [Turn.model_validate(turn) for turn in call.transcript]


def is_over(call: Call) -> bool:
    """Say whether a call is over and something was said in it."""
    return call.status in {CallStatus.ENDED, CallStatus.FAILED} and bool(call.transcript)


def sha256_of(call: Call) -> bytes:
    """Tell apart what analyses are made from: only other words have one made again by itself."""
    said = [(turn.role, turn.text) for turn in turns_of(call)]
    return hashlib.sha256(json.dumps(said).encode()).digest()


async def open_for_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> None:
    """Open an analysis of a call that is one of those to be analysed, once nothing more comes.

    It is paid for once: not before Retell has said its last word. A machine's words tell nothing.
    """
    asked = await settings.read(session, org_id)
    if not asked.settings.enabled:
        return
    call = await calls.lock_call(session, org_id, call_id)
    is_meant = asked.is_for(call) and not call.answered_by.is_machine
    if is_meant and is_over(call) and calls.is_settled(call):
        await _open(session, call, asked)


async def _open(
    session: AsyncSession, call: Call, asked: Ask, *, again: bool = False
) -> CallAnalysis:
    """Open another revision as `pending` if one is needed; the job that makes it follows.

    The same words need none unless it is asked for `again`. One that is pending is made from what
    is known when it is done; one that was left out takes up again where it was. Lock the call.
    """
    latest = await queries.lock_latest(session, call.org_id, call.id)
    sha256 = sha256_of(call)
    if latest is not None:
        is_known = latest.source_sha256 == sha256 and not again
        if latest.status is AnalysisStatus.PENDING or is_known:
            return latest
    if latest is not None and latest.status is AnalysisStatus.LEFT_OUT:
        latest.status, latest.left_out_reason = AnalysisStatus.PENDING, None
        latest.failure = None
        latest.source_sha256, latest.schema_version = sha256, asked.schema.version
        analysis = latest
    else:
        analysis = CallAnalysis(
            org_id=call.org_id,
            call_id=call.id,
            agent_id=call.agent_id,
            revision=latest.revision + 1 if latest else 1,
            status=AnalysisStatus.PENDING,
            schema_version=asked.schema.version,
            source_sha256=sha256,
        )
        session.add(analysis)
    await session.flush()
    await _take_over(session, analysis)
    behind = await queries.count_pending(session, call.org_id, most=_MOST_BEHIND) - 1
    requested = told.AnalysisRequested(
        org_id=call.org_id, call_id=call.id, analysis_id=analysis.id, behind=max(0, behind)
    )
    await events.publish(session, requested)
    return analysis


# Beyond these, one waits like the other.
_MOST_BEHIND = 1_000


async def _take_over(session: AsyncSession, analysis: CallAnalysis) -> None:
    """Make a revision current unless one that came to more is. Lock the call first."""
    current = await queries.lock_current(session, analysis.org_id, analysis.call_id)
    if current is not None:
        if current.id == analysis.id or _rank(current) > _rank(analysis):
            return
        current.is_current = False
        await session.flush()
    analysis.is_current = True
    await session.flush()


_NOTHING_YET = {AnalysisStatus.PENDING, AnalysisStatus.FAILED, AnalysisStatus.LEFT_OUT}


def _rank(analysis: CallAnalysis) -> tuple[bool, int]:
    return analysis.status not in _NOTHING_YET, analysis.revision


async def request_analysis(session: AsyncSession, org_id: UUID, call_id: UUID) -> CallAnalysis:
    """Have a call analysed because somebody asked, whichever calls are. The budget holds."""
    asked = await settings.read(session, org_id)
    call = await calls.lock_call(session, org_id, call_id)
    _refuse_switched_off(asked)
    if not is_over(call):
        raise NothingToAnalyze("The call is not over yet, or nothing was said in it.")
    await _refuse_used_up(session, asked)
    return await _open(session, call, asked, again=True)


async def request_left_out(session: AsyncSession, org_id: UUID, *, limit: int) -> int:
    """Have calls that were left out analysed now, the oldest first. Return how many.

    Those are asked for that the day's budget is expected to have room for; the others stay.
    """
    asked = await settings.read(session, org_id)
    _refuse_switched_off(asked)
    await _refuse_used_up(session, asked)
    room = await budget.left_today(session, asked.settings)
    left_out = await queries.list_left_out(session, org_id, most_cents=room, limit=limit)
    chosen = []
    for call_id, cents in left_out:
        if (cents or 0.0) <= room:
            room -= cents or 0.0
            chosen.append(call_id)
    requested = 0
    # In order, so that two who ask at once wait for each other.
    for call_id in sorted(chosen):
        call = await calls.lock_call(session, org_id, call_id)
        latest = await queries.lock_latest(session, org_id, call_id)
        is_still = latest is not None and latest.status is AnalysisStatus.LEFT_OUT
        if is_still and is_over(call):
            await _open(session, call, asked, again=True)
            requested += 1
    return requested


def _refuse_switched_off(asked: Ask) -> None:
    if not asked.settings.enabled:
        raise AnalysisSwitchedOff(
            "Switch the analysis on first: Settings, Call analysis, or "
            "`PATCH /api/v1/analysis/settings`."
        )


async def _refuse_used_up(session: AsyncSession, asked: Ask) -> None:
    if await budget.left_today(session, asked.settings) <= 0:
        raise AnalysisBudgetUsedUp(
            f"Today's {asked.settings.daily_budget_cents:g} cents are spent or on their way. Raise "
            "the daily budget, or ask again tomorrow."
        )


async def leave_out(
    session: AsyncSession, analysis: CallAnalysis, asked: Ask, reason: LeftOutReason
) -> None:
    """Say that a pending analysis is not made now, and why. Lock its row first."""
    analysis.status, analysis.left_out_reason = AnalysisStatus.LEFT_OUT, reason
    analysis.reserved_on = None
    await session.flush()
    await budget.count_left_out(session, asked.settings)
    content: JsonObject = {
        "analysis_id": str(analysis.id),
        "revision": analysis.revision,
        "status": analysis.status.value,
        "reason": reason.value,
    }
    await events.publish(session, told.AnalysisLeftOut(**_about(analysis), data=content))


async def put_off(session: AsyncSession, org_id: UUID, analysis_id: UUID, failure: str) -> None:
    """Leave a pending analysis out that nobody answered, with the reason in words."""
    locked = await queries.lock_analysis(session, org_id, analysis_id)
    if locked is None or locked.status is not AnalysisStatus.PENDING:
        return
    locked.failure = failure
    asked = await settings.read(session, org_id)
    await leave_out(session, locked, asked, LeftOutReason.MODEL_UNAVAILABLE)


async def note_failure(session: AsyncSession, analysis: CallAnalysis, error: Retryable) -> None:
    """Note of a pending analysis why its model has not answered so far, unless it just waits."""
    locked = await queries.lock_analysis(session, analysis.org_id, analysis.id)
    is_waiting = isinstance(error, LlmPaced)
    if locked is not None and locked.status is AnalysisStatus.PENDING and not is_waiting:
        locked.failure = error.detail
        await session.flush()


async def give_up(session: AsyncSession, org_id: UUID, analysis_id: UUID, reason: str) -> None:
    """Close a pending analysis: put off where no model answered, else failed."""
    found = await queries.find_analysis(session, org_id, analysis_id)
    close = put_off if found is not None and found.failure is not None else fail
    await close(session, org_id, analysis_id, reason)


async def release(session: AsyncSession, analysis: CallAnalysis) -> None:
    """Give back the room that a pending analysis has reserved, because it is paid for."""
    locked = await queries.lock_analysis(session, analysis.org_id, analysis.id)
    if locked is not None and locked.status is AnalysisStatus.PENDING:
        locked.reserved_on = None
        await session.flush()


NOTHING_LEFT = "What was said in the call is not kept any more, so nothing can be made of it."


async def complete(
    session: AsyncSession,
    analysis: CallAnalysis,
    result: JsonObject,
    *,
    exchanges: Sequence[JsonObject],
    source_sha256: bytes,
) -> bool:
    """Fill in a pending revision and announce it. One that is filled in already stays.

    Returns False, and stores nothing, when the call has been learned more about since it was read.
    Where what was said has been removed since, nothing of it is stored either: it has failed.
    Raises CallNotFound when it was erased meanwhile.
    """
    call = await calls.lock_call(session, analysis.org_id, analysis.call_id)
    if not is_over(call):
        await fail(session, analysis.org_id, analysis.id, NOTHING_LEFT)
        return True
    if sha256_of(call) != source_sha256:
        return False
    locked = await queries.lock_analysis(session, analysis.org_id, analysis.id)
    if locked is None or locked.status is not AnalysisStatus.PENDING:
        return True
    locked.sqlmodel_update(result | {"source_sha256": source_sha256})
    session.add(
        AnalysisAudit(analysis_id=locked.id, org_id=locked.org_id, exchanges=list(exchanges))
    )
    await session.flush()
    await _take_over(session, locked)
    await _announce(session, locked, call)
    return True


async def fail(
    session: AsyncSession,
    org_id: UUID,
    analysis_id: UUID,
    failure: str,
    *,
    exchanges: Sequence[JsonObject] = (),
) -> None:
    """Close a pending revision that could not be made, with the reason in words."""
    locked = await queries.lock_analysis(session, org_id, analysis_id)
    if locked is None or locked.status is not AnalysisStatus.PENDING:
        return
    locked.status, locked.failure = AnalysisStatus.FAILED, failure
    if exchanges:
        session.add(AnalysisAudit(analysis_id=locked.id, org_id=org_id, exchanges=list(exchanges)))
    await session.flush()
    logger.warning("analysis.failed", call_id=str(locked.call_id))
    await events.publish(session, _event(locked))


_EVENTS: dict[AnalysisStatus, type[Event]] = {
    AnalysisStatus.VALID: told.AnalysisCompleted,
    AnalysisStatus.NEEDS_REVIEW: told.AnalysisNeedsReview,
    AnalysisStatus.FAILED: told.AnalysisFailed,
}


def _about(analysis: CallAnalysis) -> dict[str, Any]:
    return {
        "org_id": analysis.org_id,
        "call_id": analysis.call_id,
        "agent_id": analysis.agent_id,
    }


def _event(analysis: CallAnalysis) -> Event:
    content: JsonObject = {
        "analysis_id": str(analysis.id),
        "revision": analysis.revision,
        "status": analysis.status.value,
        "problems": len(analysis.problems),
        "cost_cents": analysis.cost_cents,
    }
    return _EVENTS[analysis.status](**_about(analysis), data=content)


async def _announce(session: AsyncSession, analysis: CallAnalysis, call: Call) -> None:
    await events.publish(session, _event(analysis))
    masked = await redacting.find(session, call.agent_id, call.agent_version)
    if Sensitive.NAME in masked.kinds:
        # Whom it names is masked in what was said, too, and none of the words to find it by.
        await search.keep_names(session, call.id)
        await events.publish(session, CallMaskedAnew(**_about(analysis)))


async def get_current(session: AsyncSession, org_id: UUID, call_id: UUID) -> CallAnalysis:
    await calls.get_call(session, org_id, call_id)
    found = await queries.find_current(session, org_id, call_id)
    if found is None:
        raise AnalysisNotFound(f"Call {call_id} has no analysis.")
    return found


async def list_revisions(
    session: AsyncSession, org_id: UUID, call_id: UUID
) -> Sequence[CallAnalysis]:
    await calls.get_call(session, org_id, call_id)
    return await queries.list_revisions(session, org_id, call_id)


async def get_audit(session: AsyncSession, org_id: UUID, call_id: UUID) -> AnalysisAudit:
    """Read what the current revision's model was told and answered."""
    current = await get_current(session, org_id, call_id)
    found = await queries.find_audit(session, org_id, current.id)
    if found is None:
        raise AnalysisAuditNotFound(
            f"Nothing is kept of what the model was asked for revision {current.revision}."
        )
    return found
