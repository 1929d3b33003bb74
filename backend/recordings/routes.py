"""Sending recordings, following them, hearing them, and what was said in them."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import SecretStr, ValidationError
from starlette.datastructures import UploadFile

from backend.auth.deps import AnyCaller, CurrentRuntime, Manager, ProcessRuntime
from backend.calls import service as calls
from backend.calls.models import Turn
from backend.platform import clock, db
from backend.platform.deps import Session, SessionFactory
from backend.platform.errors import FieldError, pointer_to
from backend.platform.pages import Page, cut
from backend.platform.services import provided
from backend.providers.runtime import Runtime
from backend.recordings import again, receiving, service
from backend.recordings.captions import CaptionFormat, written
from backend.recordings.errors import RecordingInvalid, TranscriptNotReady
from backend.recordings.fetching import file_name_of
from backend.recordings.models import Recording
from backend.recordings.own_keys import KeyHolder
from backend.recordings.playing import play
from backend.recordings.schemas import (
    Outline,
    RecordingCreate,
    RecordingFields,
    RecordingFromUrl,
    RecordingOpened,
    RecordingQuery,
    RecordingRead,
    Transcript,
    Upload,
)
from backend.recordings.service import NewRecording, RecordingFilter
from backend.recordings.upload_tokens import read_token, token_for

router = APIRouter(prefix="/api/v1", tags=["recordings"])

OwnKey = Annotated[
    SecretStr | None,
    Header(
        alias="X-Transcriber-Key",
        description="A key of your own for the transcriber: used for this recording, kept nowhere.",
    ),
]
UploadToken = Annotated[str, Path(description="What `upload.url` ends with.")]


Keys = Annotated[KeyHolder, Depends(provided(KeyHolder))]
RecordingPath = Annotated[UUID, Path(description="The id of the recording.")]
Duplicates = Annotated[
    Literal["refuse", "allow"], Query(description="What to do about bytes that are here already.")
]


@router.post("/recordings", status_code=201)
async def open_upload(
    body: RecordingCreate,
    caller: Manager,
    keys: Keys,
    runtime: CurrentRuntime,
    duplicates: Duplicates = "refuse",
    own_key: OwnKey = None,
) -> RecordingOpened:
    """Open an upload: the bytes go to the address given, then `complete` is called."""
    new = NewRecording(
        file_name=body.file_name,
        agent_id=body.agent_id,
        content_type=body.content_type,
        size_bytes=body.size_bytes,
        occurred_at=body.occurred_at,
        wishes=body.wishes,
        metadata=body.metadata,
        allows_duplicate=duplicates == "allow",
        has_own_key=own_key is not None,
    )
    async with db.transaction(runtime.sessions) as session:
        recording = await service.add_recording(session, caller.org_id, new, runtime.settings)
    caller.note(object_id=recording.id)
    keys.take(caller.org_id, recording.id, own_key)
    return RecordingOpened.of(recording, upload=await _upload(runtime, recording))


async def _upload(runtime: Runtime, recording: Recording) -> Upload:
    expires_at = clock.now() + service.UPLOAD_LIFETIME
    if runtime.storage.signs:
        seconds = round(service.UPLOAD_LIFETIME.total_seconds())
        signed = await runtime.storage.sign("PUT", recording.source_key, seconds)
        return Upload(method="PUT", url=signed.url, headers=signed.headers, expires_at=expires_at)
    token = token_for(recording, expires_at, runtime.settings.secret_keys[0])
    url = f"{runtime.settings.own_url}/api/v1/uploads/{token}"
    return Upload(method="PUT", url=url, headers={}, expires_at=expires_at)


@router.put("/uploads/{token}", status_code=204, tags=["recordings"])
async def put_upload(token: UploadToken, request: Request, runtime: ProcessRuntime) -> None:
    """Take the bytes of an upload that was opened. The address is all that is needed."""
    org_id, recording_id = read_token(token, runtime.settings.secret_keys)
    async with db.transaction(runtime.sessions) as session:
        recording = await service.get_recording(session, org_id, recording_id)
    await receiving.receive_signed(runtime, recording, request.stream())


_FORM = {
    "type": "object",
    "required": ["file", "agent_id"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "The recording."},
        "agent_id": {"type": "string", "format": "uuid", "description": "Whose call it was."},
        "occurred_at": {"type": "string", "format": "date-time"},
        "language": {"type": "string", "description": "Such as `en`. Left out: it is detected."},
        "speakers": {"type": "integer", "description": "How many people speak."},
        "channels": {"type": "string", "description": "JSON, who is on which channel."},
        "transcriber": {"type": "string", "description": "Asked for this one."},
        "metadata": {"type": "string", "description": "JSON, kept with the call."},
    },
}


@router.post(
    "/recordings/upload",
    status_code=202,
    openapi_extra={"requestBody": {"content": {"multipart/form-data": {"schema": _FORM}}}},
)
async def upload_recording(
    request: Request,
    caller: Manager,
    keys: Keys,
    runtime: CurrentRuntime,
    duplicates: Duplicates = "refuse",
    own_key: OwnKey = None,
) -> RecordingRead:
    """Send a recording in one request, as curl does: `-F file=@call.mp3 -F agent_id=…`."""
    # Read here and not by FastAPI, which would take the bytes of anybody before asking who it is.
    async with request.form(max_files=1, max_fields=20) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            wrong = FieldError("/file", "A file is needed: -F file=@call.mp3")
            raise RecordingInvalid("The form has no file.", errors=[wrong])
        fields = _fields({name: value for name, value in form.items() if isinstance(value, str)})
        new = NewRecording(
            file_name=(file.filename or "recording")[-255:],
            agent_id=fields.agent_id,
            content_type=file.content_type,
            size_bytes=file.size,
            occurred_at=fields.occurred_at,
            wishes=fields.wishes,
            metadata=fields.metadata,
            allows_duplicate=duplicates == "allow",
            has_own_key=own_key is not None,
        )
        async with db.transaction(runtime.sessions) as session:
            recording = await service.add_recording(session, caller.org_id, new, runtime.settings)
        caller.note(object_id=recording.id)
        keys.take(caller.org_id, recording.id, own_key)
        try:
            return RecordingRead.of(await receiving.receive(runtime, recording, _chunks(file)))
        except Exception:
            async with db.transaction(runtime.sessions) as session:
                await service.discard_unsent(session, caller.org_id, recording.id)
            raise


def _fields(given: dict[str, str]) -> RecordingFields:
    """Read a form's fields as the JSON body's are read."""
    values: dict[str, Any] = {name: value for name, value in given.items() if value}
    for name in {"channels", "metadata"} & values.keys():
        try:
            values[name] = json.loads(values[name])
        except ValueError:
            wrong = FieldError(pointer_to(name), "Must be JSON.")
            raise RecordingInvalid(f"{name} is not JSON.", errors=[wrong]) from None
    try:
        return RecordingFields.model_validate(values)
    except ValidationError as error:
        wrong_ones = [FieldError(pointer_to(*e["loc"]), e["msg"]) for e in error.errors()]
        told = "; ".join(f"{e.pointer}: {e.message}" for e in wrong_ones)
        raise RecordingInvalid(told, errors=wrong_ones) from None


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(256 * 1024):
        yield chunk


@router.post("/recordings/from-url", status_code=202)
async def fetch_recording(
    body: RecordingFromUrl,
    caller: Manager,
    keys: Keys,
    runtime: CurrentRuntime,
    duplicates: Duplicates = "refuse",
    own_key: OwnKey = None,
) -> RecordingRead:
    """Have a recording fetched from an address on the internet."""
    name = body.file_name or file_name_of(body.url)
    new = NewRecording(
        file_name=name,
        agent_id=body.agent_id,
        occurred_at=body.occurred_at,
        wishes=body.wishes,
        metadata=body.metadata,
        allows_duplicate=duplicates == "allow",
        has_own_key=own_key is not None,
    )
    async with db.transaction(runtime.sessions) as session:
        recording = await service.add_recording(session, caller.org_id, new, runtime.settings)
        await service.queue_from_url(session, recording, body.url, runtime.settings)
    caller.note(object_id=recording.id)
    keys.take(caller.org_id, recording.id, own_key)
    return RecordingRead.of(recording)


@router.post("/recordings/{recording_id}/complete", status_code=202)
async def complete_upload(
    recording_id: RecordingPath,
    caller: Manager,
    keys: Keys,
    runtime: CurrentRuntime,
    own_key: OwnKey = None,
) -> RecordingRead:
    """Say that the bytes are there: they are checked, and worked on."""
    keys.take(caller.org_id, recording_id, own_key)
    recording = await receiving.complete(
        runtime, caller.org_id, recording_id, has_own_key=own_key is not None
    )
    return RecordingRead.of(recording)


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
    recording_id: RecordingPath, caller: Manager, session: Session
) -> RecordingRead:
    """Stop a recording that is not done, in whatever step it is."""
    return RecordingRead.of(await service.cancel_recording(session, caller.org_id, recording_id))


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
    """Play a recording, as it was sent or as a copy where no browser plays that."""
    async with db.transaction(sessions) as session:
        recording = await service.get_recording(session, caller.org_id, recording_id)
    return await play(runtime.storage, recording, wanted)


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
    turns = [Turn.model_validate(turn) for turn in call.transcript]
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
