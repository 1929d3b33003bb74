"""What was said in a call as several have heard it: each transcript of it is kept."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import masking, queries
from backend.calls.differences import TurnDifference, differences
from backend.calls.errors import CallNotFound, TranscriptUnknown
from backend.calls.events import CallRevised, CallTranscriptUpdated
from backend.calls.models import Call, CallTranscript, Turn
from backend.calls.service import about, get_call
from backend.platform import events

# Whose the first transcript is.
RETELL = "retell"


async def revise(
    session: AsyncSession,
    org_id: UUID,
    call_id: UUID,
    *,
    turns: Sequence[Turn],
    transcriber: str,
    recording_id: UUID,
) -> Call:
    """Give a call another transcript; the one it had stays as the revision before.

    The record is made again, unless a person has vouched for it.
    """
    call = await queries.lock_call(session, org_id, call_id)
    if call is None:
        raise CallNotFound(f"There is no call {call_id}.")
    latest = await _latest(session, org_id, call_id)
    if latest == 0:
        latest = 1
        session.add(_kept(call, 1, RETELL, call.transcript))
    turns = masking.masked_turns(await masking.find_lasting_mask(session, call), turns)
    call.transcript = [turn.model_dump() for turn in turns]
    call.recording_id = recording_id
    session.add(_kept(call, latest + 1, transcriber, call.transcript))
    await session.flush()
    told = about(call) | {"data": {"turns": [turn.model_dump(exclude={"words"}) for turn in turns]}}
    await events.publish(
        session, CallTranscriptUpdated(**told), CallRevised(org_id=org_id, call_id=call_id)
    )
    return call


async def amend(session: AsyncSession, call: Call) -> None:
    """Have the last of a call's transcripts say what the call's does. Lock the call first."""
    held = await _all(session, call.org_id, call.id)
    if held:
        held[-1].turns = call.transcript


def _kept(call: Call, revision: int, source: str, turns: list[dict[str, object]]) -> CallTranscript:
    return CallTranscript(
        org_id=call.org_id, call_id=call.id, revision=revision, source=source, turns=turns
    )


async def _latest(session: AsyncSession, org_id: UUID, call_id: UUID) -> int:
    held = await _all(session, org_id, call_id)
    return held[-1].revision if held else 0


async def _all(session: AsyncSession, org_id: UUID, call_id: UUID) -> Sequence[CallTranscript]:
    statement = select(CallTranscript).where(
        CallTranscript.org_id == org_id, CallTranscript.call_id == call_id
    )
    return (await session.exec(statement.order_by(col(CallTranscript.revision)))).all()


async def list_transcripts(
    session: AsyncSession, org_id: UUID, call_id: UUID
) -> Sequence[CallTranscript]:
    """List a call's transcripts, oldest first; none before it was transcribed again."""
    await get_call(session, org_id, call_id)
    return await _all(session, org_id, call_id)


async def compare(
    session: AsyncSession, org_id: UUID, call_id: UUID, revision: int, *, with_originals: bool
) -> list[TurnDifference]:
    """Compare a transcript with the one before it.

    Without originals both are masked first: a number that is cut apart is none any more.
    """
    held = {each.revision: each for each in await list_transcripts(session, org_id, call_id)}
    if revision not in held or revision - 1 not in held:
        raise TranscriptUnknown(f"Call {call_id} has no transcript {revision} with one before it.")
    mask = None if with_originals else (await events.find_masks(session, [call_id])).get(call_id)
    before, after = (
        [Turn.model_validate(turn) for turn in (mask.turns(turns) if mask else turns)]
        for turns in (held[revision - 1].turns, held[revision].turns)
    )
    return differences(before, after)
