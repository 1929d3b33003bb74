"""What is masked of a call: by what its agent's version says, and by whom it names."""

from typing import Any

import pytest

from backend.agents.draft.config import AgentConfig
from backend.agents.draft.rules import refuse_unusable
from backend.agents.errors import AgentInvalid
from backend.agents.models import Agent, AgentEngine
from backend.calls import masking
from backend.calls.models import Call
from backend.grounding.transcript import Transcript
from backend.platform import db
from backend.records import service as records
from backend.records.models import RecordStatus
from backend.redaction.finding import Sensitive
from tests.support import builders
from tests.support.room import Room
from tests.support.sandbox import Sandbox

CARD = "4111 1111 1111 1111"
SCHEMA = {
    "type": "object",
    "properties": {"delay_reason": {"type": ["string", "null"], "description": "Why he is late"}},
}
LINES = (
    "agent: Why are you late?",
    f"user: There was an accident. My card is {CARD}.",
    "agent: And the other card?",
    "user: It is 5555 5555",
    "agent: Yes?",
    "user: 5555 4444, this is Maria.",
)
# As the model would get them, however the numbers are written.
SECRETS = (CARD, "5555 4444", "5555 5555", "Okafor", "Maria")


async def a_call(room: Room, **config: Any) -> tuple[Agent, Call]:
    wanted = {"record_schema": SCHEMA, "redact": ["card", "name"]} | config
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, **wanted)
        call = await builders.call(
            session, agent, lines=LINES, variables={"driver_name": "Maria Okafor", "load": "7891"}
        )
    return agent, call


async def asked(sandbox: Sandbox) -> str:
    """Return all that the language model was sent."""
    return str((await sandbox.control("GET", "/llm/requests"))["items"])


async def test_what_is_masked_never_reaches_the_model_that_makes_the_record(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await a_call(room)

    async with db.transaction(room.runtime.sessions) as session:
        await records.request_extraction(session, room.org.id, call.id)
    assert await room.run_jobs() == []

    sent = await asked(sandbox)
    assert not [secret for secret in SECRETS if secret in sent]
    assert "Case 1" in sent, "It was read a second time too."
    assert "card)" in sent
    async with db.transaction(room.runtime.sessions) as session:
        record = await records.get_current(session, room.org.id, call.id)
    assert record.status is RecordStatus.VALID
    assert "accident" in record.data["delay_reason"]
    assert record.evidence["delay_reason"]["found"]


async def test_evidence_is_found_in_what_was_masked(room: Room) -> None:
    _, call = await a_call(room)
    async with db.transaction(room.runtime.sessions) as session:
        source = await records.find_source(session, call)

    assert source is not None
    material = source.material()
    found = Transcript(material.turns).find("There was an accident. My card is [card]", [1])
    assert found is not None
    assert list(found.turns) == [1]


async def test_without_being_told_nothing_is_masked(room: Room, sandbox: Sandbox) -> None:
    _, call = await a_call(room, redact=[])

    async with db.transaction(room.runtime.sessions) as session:
        assert await masking.find_masks(session, [call.id]) == {}
        await records.request_extraction(session, room.org.id, call.id)
    await room.run_jobs()

    assert CARD in await asked(sandbox)


async def test_the_version_that_took_the_call_decides(room: Room) -> None:
    agent, call = await a_call(room)
    async with db.transaction(room.runtime.sessions) as session:
        changed = await session.get_one(Agent, agent.id)
        changed.config = {**changed.config, "redact": []}

    async with db.transaction(room.runtime.sessions) as session:
        mask = (await masking.find_masks(session, [call.id]))[call.id]

    assert mask.kinds == (Sensitive.CARD, Sensitive.NAME)
    assert mask.names == ("Maria Okafor",)


def test_names_are_what_members_called_so_hold() -> None:
    told = {
        "driver_name": "Maria",
        "lastName": "Okafor",
        "stop": {"contact": {"name": "Ana"}},
        "names": ["Bo", "Cy"],
        "nameless": "load",
        "filename_hint": "x.wav",
        "age": 4,
    }

    assert list(masking.names_in(told)) == ["Maria", "Okafor", "Ana", "Bo", "Cy"]


def test_an_agent_that_keeps_no_original_says_what_is_not_kept() -> None:
    config = AgentConfig(name="Check-in", prompt="Be kind.", keep_original=False)

    with pytest.raises(AgentInvalid) as refused:
        refuse_unusable(config, AgentEngine.RETELL_LLM)
    assert [error.pointer for error in refused.value.errors] == ["/keep_original"]
