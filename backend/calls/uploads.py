"""Calls that come from a recording, and what people say about who spoke in a call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.calls import masking, queries, transcripts
from backend.calls.errors import CallInvalid, CallNotFound
from backend.calls.events import CallEnded, CallRevised, CallTranscriptUpdated
from backend.calls.models import AnsweredBy, Call, CallSource, CallStatus, Turn
from backend.calls.service import about
from backend.platform import clock, events
from backend.platform.errors import FieldError
from backend.platform.events import JsonObject


@dataclass(frozen=True)
class UploadedCall:
    call_id: UUID
    agent_id: UUID
    recording_id: UUID
    file_name: str
    occurred_at: datetime | None
    duration_ms: int
    turns: Sequence[Turn]
    metadata: JsonObject
    language: str | None


async def add_uploaded_call(session: AsyncSession, org_id: UUID, made: UploadedCall) -> Call:
    """Add a call that is over, and announce that it has ended: what follows is as for any call."""
    existing = await queries.find_call(session, org_id, made.call_id)
    if existing is not None:
        return existing
    agent = await agents.get_agent(session, org_id, made.agent_id)
    began_at = made.occurred_at or clock.now()
    has_user = any(turn.role != "agent" for turn in made.turns)
    call = Call(
        id=made.call_id,
        org_id=org_id,
        agent_id=agent.id,
        agent_version=agent.published_version,
        source=CallSource.UPLOAD,
        status=CallStatus.ENDED,
        answered_by=AnsweredBy.HUMAN if has_user else AnsweredBy.UNKNOWN,
        answered_by_source="transcript" if has_user else None,
        call_metadata=made.metadata,
        recording_id=made.recording_id,
        file_name=made.file_name,
        language=made.language,
        seen=["analyzed", "ended", "started"],
        started_at=began_at,
        ended_at=began_at + timedelta(milliseconds=made.duration_ms),
        duration_ms=made.duration_ms,
    )
    mask = await masking.find_lasting_mask(session, call)
    call.transcript = [turn.model_dump() for turn in masking.masked_turns(mask, made.turns)]
    if mask is not None:
        call.file_name = mask.text(made.file_name)
    session.add(call)
    await session.flush()
    await events.publish(session, CallEnded(**about(call)))
    return call


async def assign_speakers(
    session: AsyncSession, org_id: UUID, call_id: UUID, *, swap: bool, roles: Mapping[str, str]
) -> Call:
    """Say who spoke. `roles` are by voice or channel, as the turns have them.

    The record is made again, unless a person has vouched for it.
    """
    call = await queries.lock_call(session, org_id, call_id)
    if call is None:
        raise CallNotFound(f"There is no call {call_id}.")
    turns = [Turn.model_validate(turn) for turn in call.transcript]
    known = {key for turn in turns for key in _names(turn)}
    if strange := sorted(set(roles) - known):
        named = ", ".join(sorted(known)) or "none"
        raise CallInvalid(
            f"The transcript has no speaker {strange[0]}; it has: {named}.",
            errors=[FieldError(f"/roles/{strange[0]}", f"No such speaker. There are: {named}.")],
        )
    changed = [_assigned(turn, swap=swap, roles=roles) for turn in turns]
    new = [turn for turn, before in zip(changed, turns, strict=True) if turn.role != before.role]
    if not new:
        return call
    call.transcript = [turn.model_dump() for turn in changed]
    await transcripts.amend(session, call)
    await session.flush()
    content = about(call) | {"data": {"turns": [_told(turn) for turn in new]}}
    await events.publish(
        session, CallTranscriptUpdated(**content), CallRevised(org_id=org_id, call_id=call_id)
    )
    return call


def _names(turn: Turn) -> list[str]:
    return [str(each) for each in (turn.speaker, turn.channel) if each is not None]


_OTHER = {"agent": "user", "user": "agent"}


def _assigned(turn: Turn, *, swap: bool, roles: Mapping[str, str]) -> Turn:
    role = next((roles[name] for name in _names(turn) if name in roles), turn.role)
    role = _OTHER.get(role, role) if swap else role
    if role == turn.role:
        return turn
    return Turn.model_validate(turn.model_dump() | {"role": role, "role_evidence": None})


def _told(turn: Turn) -> JsonObject:
    return turn.model_dump(exclude={"words"})
