"""Making an analysis: read the call, reserve what it may cost, ask the model, store it."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.analysis import budget, queries, service, settings
from backend.analysis.budget import Room
from backend.analysis.errors import NothingToAnalyze
from backend.analysis.estimating import estimate_cents
from backend.analysis.feelings import moments_of
from backend.analysis.models import AnalysisStatus, CallAnalysis, LeftOutReason
from backend.analysis.settings import Ask
from backend.calls import masking, service as calls
from backend.calls.errors import CallNotFound
from backend.calls.models import Call
from backend.platform import db
from backend.platform.errors import AppError, Retryable
from backend.platform.events import JsonObject
from backend.providers.llm_errors import LlmAnswerUnusable
from backend.providers.runtime import Runtime
from backend.records.asking import Made, extract
from backend.records.material import Asked, Material, material_of


@dataclass(frozen=True)
class _Ready:
    """What is to be asked, with room for it reserved."""

    analysis: CallAnalysis
    material: Material
    source_sha256: bytes
    schema_version: int


async def make_analysis(runtime: Runtime, org_id: UUID, analysis_id: UUID) -> None:
    """Fill in a pending revision. No transaction is open while the model is asked.

    When more is learned about the call meanwhile, the model is asked anew: what it said is old.
    """
    is_made = False
    while not is_made:
        ready = await _prepare(runtime, org_id, analysis_id)
        if ready is None:
            return
        try:
            made = await extract(runtime, ready.material)
        except Retryable:
            raise
        except AppError as error:
            await _fail(runtime, ready.analysis, error)
            return
        result = await asyncio.to_thread(_result, ready, made)
        try:
            async with db.transaction(runtime.sessions) as session:
                is_made = await service.complete(
                    session,
                    ready.analysis,
                    result,
                    exchanges=made.exchanges,
                    source_sha256=ready.source_sha256,
                )
        except CallNotFound:
            # Erased meanwhile. What was asked is paid for all the same.
            async with db.transaction(runtime.sessions) as session:
                await service.pay(session, ready.analysis, result["cost_cents"])
            return


async def _prepare(runtime: Runtime, org_id: UUID, analysis_id: UUID) -> _Ready | None:
    """Read what is needed and reserve room for it. None: there is nothing to do."""
    async with db.transaction(runtime.sessions) as session:
        found = await queries.find_analysis(session, org_id, analysis_id)
        if found is None or found.status is not AnalysisStatus.PENDING:
            return None  # Erased meanwhile, or made.
        asked = await settings.read(session, org_id)
        call = await calls.get_call(session, org_id, found.call_id)
        if not service.is_over(call):
            raise NothingToAnalyze(f"Call {call.id} has no words to analyze.")
        material = await _material(session, call, asked)
        sha256 = service.sha256_of(call)
    # In a thread: a long call's words are written out for it.
    cents = await asyncio.to_thread(estimate_cents, runtime.settings, material)
    async with db.transaction(runtime.sessions) as session:
        locked = await queries.lock_analysis(session, org_id, analysis_id)
        if locked is None or locked.status is not AnalysisStatus.PENDING:
            return None
        if not await _has_room(session, locked, asked, cents):
            return None
    return _Ready(locked, material, sha256, asked.schema.version)


async def _material(session: AsyncSession, call: Call, asked: Ask) -> Material:
    config = await masking.config_of(session, call)
    question = Asked(
        asked.schema.record_schema,
        asked.schema.instructions,
        asked.settings.model,
        asked.settings.proof,
    )
    return material_of(call, service.turns_of(call), config, question)


async def _has_room(
    session: AsyncSession, analysis: CallAnalysis, asked: Ask, cents: float | None
) -> bool:
    """Reserve room, or leave the call out and say why."""
    reason = await _reason_against(session, analysis, asked, cents)
    if reason is not None:
        analysis.estimated_cents = cents
        await service.leave_out(session, analysis, asked, reason)
    return reason is None


async def _reason_against(
    session: AsyncSession, analysis: CallAnalysis, asked: Ask, cents: float | None
) -> LeftOutReason | None:
    if not asked.settings.enabled:
        return LeftOutReason.SWITCHED_OFF
    if cents is None:
        return LeftOutReason.NO_PRICE
    match await budget.reserve(session, asked.settings, analysis, cents):
        case Room.RESERVED:
            return None
        case Room.NEVER:
            return LeftOutReason.TOO_LONG
        case Room.USED_UP:
            return LeftOutReason.BUDGET


def _result(ready: _Ready, made: Made) -> JsonObject:
    """Give the columns of what was made, with how speakers felt."""
    roles = {turn.turn: turn.role for turn in ready.material.turns}
    made_of = made.result
    return made_of | {
        "status": AnalysisStatus(made_of["status"]),
        "schema_version": ready.schema_version,
        "sentiment": moments_of(ready.material.schema, made_of["data"], made_of["evidence"], roles),
    }


async def _fail(runtime: Runtime, analysis: CallAnalysis, error: AppError) -> None:
    """Close it. Only an answer that is of no use was paid for; the rest was refused unread."""
    exchange = error.exchange if isinstance(error, LlmAnswerUnusable) else None
    async with db.transaction(runtime.sessions) as session:
        await service.fail(
            session,
            analysis.org_id,
            analysis.id,
            error.detail,
            exchanges=[dict(exchange)] if exchange else (),
            is_paid=isinstance(error, LlmAnswerUnusable),
        )
