"""Taking recordings in: by signed addresses, in one request, or from an address."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import SecretStr, ValidationError
from starlette.datastructures import UploadFile

from backend.auth.deps import CurrentRuntime, Manager, ProcessRuntime
from backend.platform import clock, db
from backend.platform.errors import FieldError, pointer_to
from backend.providers.runtime import Runtime
from backend.recordings import parts, receiving, service
from backend.recordings.deps import Keys, OwnKey, RecordingPath
from backend.recordings.errors import RecordingInvalid
from backend.recordings.fetching import file_name_of
from backend.recordings.models import Recording
from backend.recordings.schemas import (
    MissingPart,
    RecordingCreate,
    RecordingFields,
    RecordingFromUrl,
    RecordingOpened,
    RecordingParts,
    RecordingRead,
    Upload,
)
from backend.recordings.service import NewRecording
from backend.recordings.upload_tokens import read_token, token_for

router = APIRouter(prefix="/api/v1", tags=["recordings"])

UploadToken = Annotated[str, Path(description="What `upload.url` ends with.")]
Duplicates = Annotated[
    Literal["refuse", "allow"], Query(description="What to do about bytes that are here already.")
]
_PARTS_AT_ONCE = 50


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
    new = replace(
        _new(body, body.file_name, duplicates, own_key),
        content_type=body.content_type,
        size_bytes=body.size_bytes,
    )
    async with db.transaction(runtime.sessions) as session:
        recording = await service.add_recording(session, caller.org_id, new, runtime.settings)
    caller.note(object_id=recording.id)
    keys.take(caller.org_id, recording.id, own_key)
    return RecordingOpened.of(recording, upload=await _upload(runtime, recording))


@router.get("/recordings/{recording_id}/parts")
async def list_missing_parts(
    recording_id: RecordingPath, caller: Manager, runtime: CurrentRuntime
) -> RecordingParts:
    """Show which parts of an open upload are not there, and where to send them.

    A large file is better sent in parts: after a cut, what is there is not sent again.
    """
    async with db.transaction(runtime.sessions) as session:
        recording = await service.get_recording(session, caller.org_id, recording_id)
    receiving.refuse_unless_waiting(recording)
    missing = await parts.missing_parts(runtime.storage, recording)
    return RecordingParts(
        missing=[
            MissingPart(
                number=part.number,
                start=part.start,
                end=part.end,
                **(await _upload(runtime, recording, part.number)).model_dump(),
            )
            for part in missing[:_PARTS_AT_ONCE]
        ]
    )


async def _upload(runtime: Runtime, recording: Recording, part: int | None = None) -> Upload:
    expires_at = clock.now() + service.UPLOAD_LIFETIME
    if runtime.storage.signs:
        seconds = round(service.UPLOAD_LIFETIME.total_seconds())
        key = recording.source_key if part is None else recording.part_key(part)
        signed = await runtime.storage.sign("PUT", key, seconds)
        return Upload(method="PUT", url=signed.url, headers=signed.headers, expires_at=expires_at)
    token = token_for(recording, expires_at, runtime.settings.secret_keys[0], part=part)
    url = f"{runtime.settings.own_url}/api/v1/uploads/{token}"
    return Upload(method="PUT", url=url, headers={}, expires_at=expires_at)


@router.put("/uploads/{token}", status_code=204, tags=["recordings"])
async def put_upload(token: UploadToken, request: Request, runtime: ProcessRuntime) -> None:
    """Take the bytes of an upload that was opened. The address is all that is needed."""
    target = read_token(token, runtime.settings.secret_keys)
    async with db.transaction(runtime.sessions) as session:
        recording = await service.get_recording(session, target.org_id, target.recording_id)
    if target.part is None:
        await receiving.receive_signed(runtime, recording, request.stream())
    else:
        await receiving.receive_part(runtime, recording, target.part, request.stream())


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
        name = (file.filename or "recording")[-255:]
        new = replace(
            _new(fields, name, duplicates, own_key),
            content_type=file.content_type,
            size_bytes=file.size,
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


def _new(
    given: RecordingFields, file_name: str, duplicates: str, own_key: SecretStr | None
) -> NewRecording:
    return NewRecording(
        file_name=file_name,
        agent_id=given.agent_id,
        occurred_at=given.occurred_at,
        wishes=given.wishes,
        metadata=given.metadata,
        allows_duplicate=duplicates == "allow",
        has_own_key=own_key is not None,
    )


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
    new = _new(body, body.file_name or file_name_of(body.url), duplicates, own_key)
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
