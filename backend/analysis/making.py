"""Making an analysis: read the call, reserve what it may cost, ask the model, store it."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.analysis import budget, queries, service, settings
from backend.analysis.budget import Room
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
from backend.providers.llm_errors import NOBODY_ANSWERS
from backend.providers.runtime import Runtime
from backend.records.asking import Made, extract, prices_of
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
        is_made = await _make(runtime, ready)


async def _make(runtime: Runtime, ready: _Ready) -> bool:
    """Ask, book what that took whatever comes of it, and store it. False: it is to be made anew."""
    made = Made()
    try:
        await extract(runtime, ready.material, made)
        result = await asyncio.to_thread(_result, ready, made)
    except AppError as error:
        await _close(runtime, ready, made, error)
        return True
    except BaseException:
        # The worker is being stopped, or something is wrong here. It is paid for all the same.
        await _pay(runtime, ready, made)
        raise
    try:
        async with db.transaction(runtime.sessions) as session:
            is_made = await service.complete(
                session,
                ready.analysis,
                result,
                exchanges=made.exchanges,
                source_sha256=ready.source_sha256,
            )
            await _book(session, runtime, ready, made)
    except CallNotFound:
        await _pay(runtime, ready, made)  # Erased meanwhile.
        return True
    except BaseException:
        await _pay(runtime, ready, made)  # It will be asked again.
        raise
    return is_made


async def _close(runtime: Runtime, ready: _Ready, made: Made, error: AppError) -> None:
    """Say what a failure means. Raises it where it is worth another attempt."""
    analysis = ready.analysis
    async with db.transaction(runtime.sessions) as session:
        if isinstance(error, Retryable):
            await service.note_failure(session, analysis, error)
        elif isinstance(error, NOBODY_ANSWERS):
            await service.put_off(session, analysis.org_id, analysis.id, error.detail)
        else:
            await service.fail(
                session, analysis.org_id, analysis.id, error.detail, exchanges=made.exchanges
            )
        await _book(session, runtime, ready, made)
    if isinstance(error, Retryable):
        raise error


async def _pay(runtime: Runtime, ready: _Ready, made: Made) -> None:
    """Book it where nothing is stored."""
    async with db.transaction(runtime.sessions) as session:
        await _book(session, runtime, ready, made)


async def _book(session: AsyncSession, runtime: Runtime, ready: _Ready, made: Made) -> None:
    """Book what models have answered; as estimated where nobody says what that cost.

    What is asked beyond that needs room of its own. Lock the analysis before.
    """
    day = ready.analysis.reserved_on
    if day is None or not made.meter.is_answered:
        return
    cents = made.meter.cost_cents(prices_of(runtime.settings))
    estimate = ready.analysis.estimated_cents or 0.0
    await service.release(session, ready.analysis)
    await budget.pay(session, ready.analysis.org_id, day, estimate if cents is None else cents)


async def _prepare(runtime: Runtime, org_id: UUID, analysis_id: UUID) -> _Ready | None:
    """Read what is needed and reserve room for it. None: there is nothing to do."""
    async with db.transaction(runtime.sessions) as session:
        found = await queries.find_analysis(session, org_id, analysis_id)
        if found is None or found.status is not AnalysisStatus.PENDING:
            return None  # Erased meanwhile, or made.
        asked = await settings.read(session, org_id)
        call = await calls.get_call(session, org_id, found.call_id)
        if not service.is_over(call):
            # Its words were removed meanwhile: what waits for them would wait for ever.
            await service.fail(session, org_id, analysis_id, service.NOTHING_LEFT)
            return None
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
        "failure": None,
        "schema_version": ready.schema_version,
        "sentiment": moments_of(ready.material.schema, made_of["data"], made_of["evidence"], roles),
    }
