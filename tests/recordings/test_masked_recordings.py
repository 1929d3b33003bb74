"""Recordings that are no call yet, or never become one, are masked as their agent says."""

from uuid import UUID

import pytest

from backend.agents.models import Agent
from backend.auth.models import Role
from backend.platform import db
from backend.providers.transcription.heard import Word
from backend.recordings import muting, service
from backend.recordings.models import Recording
from backend.recordings.roles import tell_roles
from backend.recordings.service import NewRecording
from backend.recordings.turns import Voiced
from backend.redaction.masking import ALL_OF_IT
from tests.support import builders
from tests.support.customers import Customer
from tests.support.recordings import failed, upload
from tests.support.room import Room
from tests.support.sandbox import Sandbox

CARD = "4111 1111 1111 1111"


@pytest.fixture
async def recording(room: Room) -> Recording:
    """One of an agent whose draft masks nothing, while what is published does."""
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, redact=["card"])
        new = NewRecording("a.wav", agent.id, size_bytes=10)
        recording = await service.add_recording(session, room.org.id, new, room.runtime.settings)
    async with db.transaction(room.runtime.sessions) as session:
        changed = await session.get_one(Agent, agent.id)
        changed.config = {**changed.config, "redact": []}
    return recording


async def test_what_is_published_decides_what_is_heard(room: Room, recording: Recording) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        hearing = await muting.find_hearing(session, recording, with_originals=False)

    assert await hearing.silences() == [ALL_OF_IT]


async def test_what_is_published_decides_what_a_model_is_told(
    room: Room, recording: Recording, sandbox: Sandbox
) -> None:
    said = f"A Hello there, how are you today? B My card is {CARD} thanks."
    voiced, speaker = [], "0"
    for at, word in enumerate(said.split()):
        speaker = {"A": "0", "B": "1"}.get(word, speaker)
        if word not in "AB":
            voiced.append(Voiced(Word(word, 300 * at, 300 * at + 200, speaker=speaker), 0))

    await tell_roles(room.runtime, recording, voiced)

    sent = str((await sandbox.control("GET", "/llm/requests"))["items"])
    assert "[card]" in sent
    assert "4111" not in sent


async def test_a_reviewer_sees_neither_its_name_nor_what_it_was_sent_with(
    customer: Customer,
) -> None:
    agent = await customer.published_agent(redact=["card", "name"])
    sent = await upload(
        customer,
        agent,
        b"RIFF\xff\xff\0\0WAVEfmt " + b"\0" * 2000,
        "Okafor 4111111111111111.wav",
        metadata='{"caller_name": "Maria Okafor", "load": "7891"}',
    )
    await failed(customer, sent["id"])
    reviewer = await customer.colleague(Role.REVIEWER)
    path = f"/recordings/{UUID(sent['id'])}"

    listed = (await reviewer.get("/recordings"))["items"]

    assert listed == [await reviewer.get(path)]
    assert listed[0]["file_name"] == "[name] [card].wav"
    assert listed[0]["metadata"] == {"caller_name": "[name]", "load": "7891"}
    assert (await customer.get(path))["file_name"] == "Okafor 4111111111111111.wav"
    for who, count in ((reviewer, 0), (customer, 1)):
        assert len((await who.get("/recordings", q="4111"))["items"]) == count
