"""The sound in what somebody is shown: as it may be heard, and never in the way of the rest."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import service as calls
from backend.calls.models import Call
from backend.platform import db
from backend.recordings import service as recordings
from backend.recordings.models import Recording
from backend.recordings.service import NewRecording
from backend.retention import disclosing
from tests.support import builders
from tests.support.customers import Customer
from tests.support.room import Room
from tests.support.sound import encoded, mono

NUMBER = "+14155550183"
CONTENT = encoded(mono())


class Shown(BaseModel):
    id: UUID
    transcript: list[dict[str, Any]]


async def read_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> Shown:
    call = await calls.get_call(session, org_id, call_id)
    return Shown(id=call.id, transcript=call.transcript)


async def a_recorded_call(room: Room, **config: Any) -> tuple[Call, Recording]:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, **config)
        new = NewRecording("a.wav", agent.id, size_bytes=len(CONTENT))
        recording = await recordings.add_recording(session, room.org.id, new, room.runtime.settings)
        call = await builders.call(
            session, agent, lines=("user: Hi.",), to_number=NUMBER, recording_id=recording.id
        )
        recording.call_id, recording.container = call.id, "wav"

    async def once() -> AsyncIterator[bytes]:
        yield CONTENT

    await room.runtime.storage.put(recording.source_key, once())
    return call, recording


async def begun(room: Room) -> AsyncIterator[bytes]:
    async with db.transaction(room.runtime.sessions) as session:
        made = await disclosing.create(session, room.org.id, by="us", phone_number=NUMBER)
    return disclosing.write(room.runtime, made, read_call)


def opened(content: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return archive


def sound_in(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    (sound,) = [each for each in archive.infolist() if "/sound." in each.filename]
    return sound


async def test_what_nobody_may_hear_is_silent_in_what_retell_recorded(customer: Customer) -> None:
    variables = [{"name": "driver_name", "description": "Who drives."}]
    agent = await customer.published_agent(
        redact=["name"], keep_original=False, variables=variables
    )
    placed = await customer.call(agent, variables={"driver_name": "Mike"})
    call = await customer.call_in(placed["id"], "ended")
    made = await customer.post("/disclosures", {"call_id": call["id"]})

    heard = await customer.client.get(f"/api/v1/calls/{call['id']}/recording")
    answer = await customer.client.get(f"/api/v1/disclosures/{made['id']}/download")

    archive = opened(answer.content)
    async with db.transaction(customer.sessions) as session:
        stored = await calls.get_call(session, customer.org.id, UUID(call["id"]))
    original = await customer.client.get(stored.known["recording_url"][1])
    disclosed = archive.read(sound_in(archive))
    assert disclosed == heard.content
    assert len(disclosed) == len(original.content)
    assert disclosed != original.content


async def test_what_nobody_may_hear_is_silent_in_a_recording_that_is_kept(room: Room) -> None:
    call, _ = await a_recorded_call(room, redact=["card"], keep_original=False)
    await room.change(call, transcript=[])

    archive = opened(b"".join([piece async for piece in await begun(room)]))

    sound = sound_in(archive)
    assert sound.filename.endswith("/sound.flac")
    assert archive.read(sound) != CONTENT


async def test_who_may_hear_originals_gets_them_stored_as_they_are(room: Room) -> None:
    await a_recorded_call(room, redact=["card"])

    archive = opened(b"".join([piece async for piece in await begun(room)]))

    sound = sound_in(archive)
    assert archive.read(sound) == CONTENT
    assert sound.compress_type == zipfile.ZIP_STORED


async def test_a_call_that_is_erased_meanwhile_is_left_out(room: Room) -> None:
    first, _ = await a_recorded_call(room)
    second, _ = await a_recorded_call(room)
    first, second = sorted((first, second), key=lambda call: str(call.id))
    pieces = await begun(room)
    content = await anext(pieces)
    async with db.transaction(room.runtime.sessions) as session:
        await session.delete(await session.get_one(Recording, second.recording_id))
        await session.flush()
        await session.delete(await calls.get_call(session, room.org.id, second.id))

    archive = opened(content + b"".join([piece async for piece in pieces]))

    assert json.loads(archive.read("about.json"))["call_ids"] == [str(first.id)]
    index = archive.read("index.html").decode()
    assert str(first.id) in index
    assert str(second.id) not in " ".join([index, *archive.namelist()])
