"""Opening a calibration: which calls are rated."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import ids
from backend.quality.calibration import queries, service
from backend.quality.calibration.choosing import choose
from backend.quality.calibration.models import Calibration
from backend.quality.calibration.schemas import CalibrationCreate, CallChoice
from backend.quality.calibration.service import NewCalibration
from backend.quality.policies import service as policies

# Chosen from so many of a policy's latest evaluations.
_CANDIDATES = 2000


async def open_calibration(
    session: AsyncSession, org_id: UUID, wanted: CalibrationCreate, by: UUID | None
) -> Calibration:
    """Open a calibration of a policy's published version, on the calls that are named or chosen."""
    version = await policies.get_published(session, org_id, wanted.policy_id)
    if isinstance(wanted.calls, CallChoice):
        found = await queries.list_candidates(session, wanted.policy_id, limit=_CANDIDATES)
        choice = wanted.calls.choose
        call_ids = choose(found, choice, wanted.calls.count, seed=ids.new_id().int)
        chosen = choice.value
    else:
        call_ids, chosen = list(dict.fromkeys(wanted.calls)), "given"
    new = NewCalibration(
        policy_id=wanted.policy_id,
        policy_version=version.version,
        calls=call_ids,
        raters=wanted.raters,
        chosen=chosen,
        created_by=by,
    )
    return await service.create_calibration(session, org_id, new)
