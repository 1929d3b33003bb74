"""Following recordings, steering them, hearing them, and what was said in them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import JSONResponse, StreamingResponse

from backend.auth.deps import AnyCaller, CurrentRuntime, Manager
from backend.calls import service as calls
from backend.calls.models import Turn
from backend.platform import db
from backend.platform.deps import Session, SessionFactory
from backend.platform.events import find_masks
from backend.platform.pages import Page, cut
from backend.recordings import again, muting, service
from backend.recordings.captions import CaptionFormat, written
from backend.recordings.deps import Keys, OwnKey, RecordingPath
from backend.recordings.errors import TranscriptNotReady
from backend.recordings.models import RecordingStatus
from backend.recordings.playing import play
from backend.recordings.schemas import (
    Outline,
    RecordingQuery,
    RecordingRead,
    Transcript,
)
from backend.recordings.service import RecordingFilter

router = APIRouter(prefix="/api/v1", tags=["recordings"])


@router.post("/calls/{call_id}/transcribe", status_code=202)
async def transcribe_call(
    call_id: Annotated[UUID, Path(description="The id of the call.")],
    caller: Manager,
    runtime: CurrentRuntime,
) -> RecordingRead:
    """Transcribe a call of Retell's again, as another revision of its transcript."""
    recording = await again.transcribe_call(runtime, caller.org_id, call_id)
    caller.note(object_id=recording.id)
    return RecordingRead.of(recording)


@router.get("/recordings")
async def list_recordings(
    query: Annotated[RecordingQuery, Query()], caller: AnyCaller, session: Session
) -> Page[RecordingRead]:
    """List recordings, newest first."""
    wanted = RecordingFilter(
        status=query.status,
        agent_id=query.agent_id,
        q=query.q,
        created_after=query.created_after,
        created_before=query.created_before,
        with_originals=caller.sees_originals,
    )
    found = await service.list_recordings(
        session, caller.org_id, wanted, cursor=query.cursor, limit=query.limit + 1
    )
    rows, next_cursor = cut(found, query.limit)
    return Page(items=[RecordingRead.of(each) for each in rows], next_cursor=next_cursor)


@router.get("/recordings/{recording_id}")
async def get_recording(
    recording_id: RecordingPath, caller: AnyCaller, session: Session
) -> RecordingRead:
    """Show a recording, and how far it is."""
    return RecordingRead.of(await service.get_recording(session, caller.org_id, recording_id))


@router.post("/recordings/{recording_id}/retry", status_code=202)
async def retry_recording(
    recording_id: RecordingPath,
    caller: Manager,
    keys: Keys,
    session: Session,
    own_key: OwnKey = None,
) -> RecordingRead:
    """Try one again that has failed or was canceled; it goes on where it was."""
    recording = await service.retry_recording(
        session, caller.org_id, recording_id, has_own_key=own_key is not None
    )
    keys.take(caller.org_id, recording_id, own_key)
    return RecordingRead.of(recording)


@router.post("/recordings/{recording_id}/cancel")
async def cancel_recording(
    recording_id: RecordingPath,
    caller: Manager,
    sessions: SessionFactory,
    runtime: CurrentRuntime,
) -> RecordingRead:
    """Stop a recording that is not done, in whatever step it is."""
    async with db.transaction(sessions) as session:
        found = await service.lock_recording(session, caller.org_id, recording_id)
        never_came = found.status is RecordingStatus.AWAITING_UPLOAD
        canceled = await service.cancel_recording(session, caller.org_id, recording_id)
    if never_came:
        await runtime.storage.delete_under(canceled.folder)
    return RecordingRead.of(canceled)


_SOUND = {
    "description": "The sound.",
    "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}},
}


@router.get(
    "/recordings/{recording_id}/audio",
    response_class=StreamingResponse,
    responses={200: _SOUND, 206: _SOUND | {"description": "The part that `Range` asks for."}},
)
async def get_audio(
    recording_id: RecordingPath,
    caller: AnyCaller,
    sessions: SessionFactory,
    runtime: CurrentRuntime,
    wanted: Annotated[
        str | None,
        Header(alias="Range", description="A part of it, in bytes.", examples=["bytes=0-65535"]),
    ] = None,
) -> Response:
    """Play a recording, as it was sent or as a copy where no browser plays that.

    What the caller may not hear is silent in it.
    """
    async with db.transaction(sessions) as session:
        recording = await service.get_recording(session, caller.org_id, recording_id)
        hearing = await muting.find_hearing(
            session, recording, with_originals=caller.sees_originals
        )
    silences = await hearing.silences()
    muted_key = await muting.muted_copy(runtime, recording, silences) if silences else None
    return await play(runtime.storage, recording, wanted, muted_key=muted_key)


@router.get("/recordings/{recording_id}/outline")
async def get_outline(
    recording_id: RecordingPath,
    caller: AnyCaller,
    sessions: SessionFactory,
    runtime: CurrentRuntime,
) -> Outline:
    """Show what a waveform is drawn from."""
    async with db.transaction(sessions) as session:
        recording = await service.get_recording(session, caller.org_id, recording_id)
    chunks = [chunk async for chunk in runtime.storage.read(recording.outline_key)]
    return Outline.model_validate_json(b"".join(chunks))


_TRANSCRIPTS = {
    "application/json": {"schema": {"$ref": "#/components/schemas/Transcript"}},
    "text/plain": {"schema": {"type": "string"}},
    "text/vtt": {"schema": {"type": "string"}},
}


@router.get(
    "/recordings/{recording_id}/transcript",
    response_model=Transcript,
    responses={200: {"description": "The transcript, as a file.", "content": _TRANSCRIPTS}},
)
async def get_transcript(
    recording_id: RecordingPath,
    caller: AnyCaller,
    session: Session,
    form: Annotated[
        Literal["json", "txt", "srt", "vtt"], Query(alias="format", description="Of the file.")
    ] = "json",
) -> Response:
    """Download what was said, with the speakers as they are known now."""
    recording = await service.get_recording(session, caller.org_id, recording_id)
    if recording.call_id is None:
        raise TranscriptNotReady(f"The recording is {recording.status.value}.")
    call = await calls.get_call(session, caller.org_id, recording.call_id)
    transcript = call.transcript
    if not caller.sees_originals:
        mask = (await find_masks(session, [call.id])).get(call.id)
        transcript = transcript if mask is None else mask.turns(transcript)
    turns = [Turn.model_validate(turn) for turn in transcript]
    name = f'attachment; filename="{recording.id}.{form}"'
    headers = {"content-disposition": name}
    if form == "json":
        content = Transcript(language=recording.language, turns=turns).model_dump(mode="json")
        return JSONResponse(content, headers=headers)
    media_type = "text/vtt" if form == "vtt" else "text/plain"
    return Response(
        written(turns, CaptionFormat(form)),
        media_type=f"{media_type}; charset=utf-8",
        headers=headers,
    )
