"""The model's own verdicts on the calls of a calibration, given blind as people's are."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import service as calls
from backend.platform import db
from backend.platform.errors import AppError, Retryable
from backend.platform.events import JsonObject
from backend.providers.runtime import Runtime
from backend.quality.calibration import queries, service
from backend.quality.calibration.models import Calibration, CalibrationCall
from backend.quality.evaluations.service import material_of
from backend.quality.judging.asking import CallMaterial, judge_call
from backend.quality.policies import service as policies


@dataclass(frozen=True)
class Said:
    """What the model says of a call, or why it says nothing."""

    verdicts: JsonObject | None = None
    model: str | None = None
    failure: str | None = None


async def judge(runtime: Runtime, org_id: UUID, calibration_id: UUID, call_id: UUID) -> None:
    """Have the model judge one call, once. No transaction is open while it is asked."""
    async with db.transaction(runtime.sessions) as session:
        calibration = await queries.find_calibration(session, org_id, calibration_id)
        call = await queries.lock_call(session, calibration_id, call_id)
        if calibration is None or call is None or _is_judged(call):
            return
        version = await policies.get_version(
            session, org_id, calibration.policy_id, calibration.policy_version
        )
        told = await calls.get_call(session, org_id, call_id)
        material = await material_of(session, version, told)
    try:
        said = await _ask(runtime, material)
    except Retryable:
        raise
    except AppError as error:
        said = Said(failure=error.detail)
    await keep(runtime, calibration, call_id, said)


def _is_judged(call: CalibrationCall) -> bool:
    return call.verdicts is not None or call.failure is not None


async def _ask(runtime: Runtime, material: CallMaterial) -> Said:
    judged = await judge_call(runtime, material)
    return Said(
        verdicts={result.key: result.verdict for result in judged.results},
        model=judged.answers[0].model if judged.answers else None,
    )


async def give_up(
    runtime: Runtime, org_id: UUID, calibration_id: UUID, call_id: UUID, reason: str
) -> None:
    """Note that the model says nothing of a call, so that the others need not wait for it."""
    async with db.transaction(runtime.sessions) as session:
        calibration = await queries.find_calibration(session, org_id, calibration_id)
    if calibration is not None:
        await keep(runtime, calibration, call_id, Said(failure=reason))


async def keep(runtime: Runtime, calibration: Calibration, call_id: UUID, said: Said) -> None:
    """Keep what the model says of a call, once; with the last one, measure."""
    async with db.transaction(runtime.sessions) as session:
        locked = await queries.lock_calibration(session, calibration.org_id, calibration.id)
        call = await queries.lock_call(session, calibration.id, call_id)
        if locked is None or call is None or _is_judged(call):
            return
        call.verdicts, call.failure = said.verdicts, said.failure
        locked.model = said.model or locked.model
        await session.flush()
        await _finish(session, locked)


async def finish(runtime: Runtime, org_id: UUID, calibration_id: UUID) -> None:
    """Measure a calibration if nobody is waited for."""
    async with db.transaction(runtime.sessions) as session:
        locked = await queries.lock_calibration(session, org_id, calibration_id)
        if locked is not None:
            await _finish(session, locked)


async def _finish(session: AsyncSession, locked: Calibration) -> None:
    version = await policies.get_version(
        session, locked.org_id, locked.policy_id, locked.policy_version
    )
    await service.finish_if_complete(session, locked, version.frozen.criteria)
