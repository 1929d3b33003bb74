"""Placing, finding and steering calls."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path
from fastapi.responses import StreamingResponse

from backend.auth.deps import AnyCaller, CurrentRuntime, Manager, limit_calls
from backend.calls import dialling, gating, masking, queries, service, transcripts, uploads
from backend.calls.deps import CallPath
from backend.calls.errors import CallNotRunning
from backend.calls.recording import open_recording
from backend.calls.schemas import (
    AssigneeRead,
    AssigneeSet,
    CallCreate,
    CallPlaced,
    DialQueueRead,
    SpeakersAssign,
    TranscriptDifferences,
    TranscriptRead,
)
from backend.calls.service import NewCall
from backend.calls.waiting import read_waits
from backend.compliance.hooks.inquiring import Asker
from backend.platform import clock, db
from backend.platform.deps import CurrentSettings, Session, SessionFactory
from backend.providers.retell_errors import RetellNotFound, RetellRefused

router = APIRouter(prefix="/api/v1", tags=["calls"])

_SOUND = {
    "description": "The sound, as Retell recorded it.",
    "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
}


@router.post("/calls", status_code=202, dependencies=[Depends(limit_calls)])
async def place_call(
    body: CallCreate,
    caller: Manager,
    sessions: SessionFactory,
    session: Session,
    runtime: CurrentRuntime,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=255,
            description="The same key with the same request places one call, however often sent.",
        ),
    ] = None,
) -> CallPlaced:
    """Place a call. It is dialled as soon as pace and concurrency allow; follow it by its feed."""
    wanted = NewCall(**dict(body))
    # Before the request's own transaction begins: hooks may take seconds.
    await gating.ask_hooks_ahead(
        Asker(sessions, runtime.settings), caller.org_id, wanted, idempotency_key
    )
    call = await service.place_call(
        session,
        caller.org_id,
        wanted,
        settings=runtime.settings,
        idempotency_key=idempotency_key,
    )
    caller.note(object_id=call.id)
    waits = await read_waits(session, caller.org_id, [call])
    return CallPlaced.of(call, record=None, waiting_for=waits.get(call.id))


@router.post("/calls/{call_id}/cancel")
async def cancel_call(call_id: CallPath, caller: Manager, session: Session) -> CallPlaced:
    """Cancel a call that has not been dialled yet."""
    call = await service.cancel_call(session, caller.org_id, call_id)
    return CallPlaced.of(call, record=None)


@router.post("/calls/{call_id}/stop", status_code=202)
async def stop_call(
    call_id: CallPath, caller: Manager, sessions: SessionFactory, runtime: CurrentRuntime
) -> CallPlaced:
    """Have Retell hang up a running call. That it has ended arrives by webhook."""
    async with db.transaction(sessions) as session:
        retell_call_id = await service.get_running(session, caller.org_id, call_id)
    try:
        await runtime.retell.stop_call(retell_call_id)
    except (RetellNotFound, RetellRefused) as refused:
        # It is over, and the webhook that says so is late or lost.
        async with db.transaction(sessions) as session:
            await service.ask_at_once(session, caller.org_id, call_id)
        raise CallNotRunning(refused.detail) from refused
    async with db.transaction(sessions) as session:
        return CallPlaced.of(await service.get_call(session, caller.org_id, call_id), record=None)


@router.put("/calls/{call_id}/assignee")
async def assign_call(
    call_id: CallPath, body: AssigneeSet, caller: AnyCaller, session: Session
) -> AssigneeRead:
    """Have a user look after a call and its record, or nobody any more."""
    await service.assign_call(session, caller.org_id, call_id, body.user_id)
    caller.note(user_id=str(body.user_id) if body.user_id else None)
    return AssigneeRead(call_id=call_id, user_id=body.user_id)


@router.post("/calls/{call_id}/speakers")
async def assign_speakers(
    call_id: CallPath, body: SpeakersAssign, caller: AnyCaller, session: Session
) -> CallPlaced:
    """Say who spoke, where it was told wrongly. The record is made again."""
    call = await uploads.assign_speakers(
        session, caller.org_id, call_id, swap=body.swap, roles=body.roles
    )
    return CallPlaced.of(call, record=None)


@router.get("/calls/{call_id}/transcripts")
async def list_transcripts(
    call_id: CallPath, caller: AnyCaller, session: Session
) -> list[TranscriptRead]:
    """List the transcripts of a call that was transcribed again, oldest first; else none."""
    held = await transcripts.list_transcripts(session, caller.org_id, call_id)
    return [TranscriptRead.model_validate(each.model_dump()) for each in held]


@router.get("/calls/{call_id}/transcripts/{revision}/differences")
async def compare_transcripts(
    call_id: CallPath,
    revision: Annotated[int, Path(ge=2, le=1000, description="The later of the two.")],
    caller: AnyCaller,
    session: Session,
) -> TranscriptDifferences:
    """Compare a transcript with the one before it, word by word."""
    found = await transcripts.compare(
        session, caller.org_id, call_id, revision, with_originals=caller.sees_originals
    )
    return TranscriptDifferences(items=found)


@router.get(
    "/calls/{call_id}/recording",
    response_class=StreamingResponse,
    responses={200: _SOUND, 206: _SOUND | {"description": "The part that `Range` asks for."}},
)
async def get_call_recording(
    call_id: CallPath,
    caller: AnyCaller,
    sessions: SessionFactory,
    runtime: CurrentRuntime,
    wanted: Annotated[
        str | None,
        Header(alias="Range", description="A part of it, in bytes.", examples=["bytes=0-65535"]),
    ] = None,
) -> StreamingResponse:
    """Play the call's recording: it stays at Retell and is passed on as it comes.

    What the caller may not hear is silent in it.
    """
    async with db.transaction(sessions) as session:
        call = await service.get_call(session, caller.org_id, call_id)
        hearing = await masking.find_hearing(session, call, with_originals=caller.sees_originals)
    silences = await hearing.silences()
    recording = await open_recording(runtime.http, runtime.retell, call, wanted, silences=silences)
    return StreamingResponse(
        recording.chunks, status_code=recording.status, headers=recording.headers
    )


@router.get("/dialling", tags=["dialling"])
async def get_dial_queue(
    caller: AnyCaller, session: Session, settings: CurrentSettings
) -> DialQueueRead:
    """Show how many calls wait and run, and why dialling stands still if it does."""
    queue = await queries.find_dial_queue(session, caller.org_id)
    queued = await queries.count_waiting(session, caller.org_id)
    running = await queries.count_running(session, caller.org_id)
    waiting_for = None
    if queue is not None and queued:
        waiting_for = dialling.waiting_for(queue, clock.now(), running, settings)
    return DialQueueRead(
        queued=queued,
        running=running,
        waiting_for=waiting_for,
        next_start_at=queue.next_start_at if queue else None,
        concurrency_limit=queue.concurrency_limit if queue else None,
        starts_per_second=settings.dial.starts_per_second,
        stopped_reason=queue.stopped_reason if queue else None,
        stopped_until=queue.stopped_until if queue else None,
        is_simulated=settings.is_simulated,
    )


@router.post("/dialling/resume", status_code=204, tags=["dialling"])
async def resume_dialling(caller: Manager, session: Session) -> None:
    """Dial again at once, after what had stopped the queue (no credit, a refused key) is mended."""
    caller.note(object_id=caller.org_id)
    await dialling.resume(session, caller.org_id)
