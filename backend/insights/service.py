"""Cutting calls into passages, once for each transcript."""

import hashlib
import json
from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import masking, service as calls
from backend.calls.errors import CallNotFound
from backend.calls.models import Call, Turn
from backend.insights import queries
from backend.insights.cutting import cut
from backend.insights.models import CutCall, Found
from backend.insights.stemming import stemming_of
from backend.platform import db, events
from backend.providers.runtime import Runtime


async def cut_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> bool:
    """Have a call found by what is in its transcript now. False: that is so already."""
    try:
        call = await calls.lock_call(session, org_id, call_id)
    except CallNotFound:
        return False  # Deleted meanwhile.
    config = await masking.config_of(session, call)
    said = [Turn.model_validate(turn) for turn in call.transcript]
    # Also whom the record names: who may not see it would learn it by searching.
    masks = await events.find_masks(session, [call_id]) if config.redact else {}
    turns = masking.masked_turns(masks.get(call_id), said)
    stemming = stemming_of(call.language or config.only_language)
    passages = cut(turns)
    hashed = _hash([stemming, *(each.text for each in passages)])
    known = await queries.find_cut(session, org_id, call_id)
    if known is not None and known.transcript_hash == hashed:
        return False
    made = CutCall(call_id=call_id, org_id=org_id, transcript_hash=hashed)
    await queries.store(session, made, call.agent_id, passages, stemming=stemming)
    return True


def _hash(texts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


async def calls_of(runtime: Runtime, org_id: UUID, found: Sequence[Found]) -> dict[UUID, Call]:
    """Read the calls that passages are of."""
    async with db.transaction(runtime.sessions) as session:
        return await queries.calls_by_id(session, org_id, {each.call_id for each in found})
