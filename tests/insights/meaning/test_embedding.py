"""What was said is embedded once, and goes with its call."""

import asyncio

import pytest
from sqlalchemy import text

from backend.insights import jobs
from backend.insights.meaning import service, status
from backend.insights.meaning.status import MeaningState
from backend.insights.models import SearchMode
from backend.platform import db
from tests.insights.meaning.conftest import MODEL
from tests.support import builders, meaning
from tests.support.meaning import ANGRY, DOCK, LATE
from tests.support.room import Room
from tests.support.sandbox import Sandbox

OTHER = "openai/another"


async def _embedded(sandbox: Sandbox) -> dict[str, int]:
    counted: dict[str, int] = await sandbox.control("GET", "/llm/embeddings")
    return counted


async def test_a_call_that_is_over_is_embedded_once_however_often_it_is_asked_for(
    room: Room, sandbox: Sandbox
) -> None:
    call = await meaning.said(room, *LATE)
    assert await room.run_jobs() == []

    for _ in range(2):
        await service.embed_call(room.runtime, room.org.id, call.id)
        await jobs.embed_missing(room.runtime)
        assert await room.run_jobs() == []

    assert await meaning.vectors(room) == [(call.id, MODEL, 256)]
    assert await _embedded(sandbox) == {"sandbox-stand-in": 1}


async def test_two_that_embed_the_same_at_once_store_it_once(room: Room) -> None:
    made = [await meaning.said(room, *LATE) for _ in range(3)]

    await asyncio.gather(
        *(service.embed_call(room.runtime, room.org.id, made[0].id) for _ in range(3)),
        *(service.embed_all(room.runtime, room.org.id) for _ in range(2)),
    )

    assert await meaning.vectors(room) == sorted((call.id, MODEL, 256) for call in made)
    assert (await status.look(room.runtime, room.org.id)).state is MeaningState.READY


async def test_a_transcript_that_changes_while_it_is_embedded_is_embedded_anew(room: Room) -> None:
    call = await meaning.said(room, *LATE)
    assert await room.run_jobs() == []
    await room.change(call, transcript=builders.turns(*DOCK))
    await meaning.cut(room, call)
    assert await meaning.vectors(room) == []

    assert await room.run_jobs() == []

    assert await meaning.calls(room, "warehouse", SearchMode.MEANING) == [call.id]
    assert len(await meaning.vectors(room)) == 1


async def test_what_an_agent_masks_is_embedded_masked(room: Room) -> None:
    spoken = "user: My card is 4111 1111 1111 1111."
    masked = await meaning.said(room, spoken, config={"redact": ["card"]})
    plain = await meaning.said(room, spoken)
    assert await room.run_jobs() == []

    (nearest, other) = (await meaning.ask(room, "4111", SearchMode.MEANING)).found

    assert (nearest.call_id, other.call_id) == (plain.id, masked.id)
    assert "1111" not in other.text


async def test_a_failure_is_told_and_what_was_missed_is_made_up_for(
    room: Room, sandbox: Sandbox
) -> None:
    await sandbox.control("PUT", "/llm/embeddings", {"status": 401})
    call = await meaning.said(room, *LATE)
    assert await room.run_jobs() == []
    looked = await status.look(room.runtime, room.org.id)
    assert (looked.state, looked.detail) == (
        MeaningState.FAILING,
        "OpenAI rejects the key (401).",
    )

    await sandbox.control("PUT", "/llm/embeddings", {"status": None})
    await jobs.embed_missing(room.runtime)
    assert await room.run_jobs() == []

    assert await meaning.calls(room, "delayed", SearchMode.MEANING) == [call.id]
    assert (await status.look(room.runtime, room.org.id)).state is MeaningState.READY


async def test_another_model_answers_once_it_is_through_and_not_before(
    room: Room, sandbox: Sandbox
) -> None:
    made = [await meaning.said(room, *lines) for lines in (LATE, DOCK, ANGRY)]
    assert await room.run_jobs() == []
    async with meaning.by(room, OTHER) as changed:
        await service.embed_call(changed.runtime, room.org.id, made[0].id)

        looked = await status.look(changed.runtime, room.org.id)
        assert (looked.state, looked.serving and looked.serving.name) == (
            MeaningState.PREPARING,
            MODEL,
        )
        assert (await meaning.calls(changed, "upset", SearchMode.MEANING))[0] == made[2].id
        assert len(await meaning.vectors(room)) == 4

        await jobs.embed_missing(changed.runtime)
        assert await changed.run_jobs() == []

        looked = await status.look(changed.runtime, room.org.id)
        assert (looked.state, looked.serving and looked.serving.name) == (MeaningState.READY, OTHER)
        # What was through before the change of the model is not asked for again.
        assert await _embedded(sandbox) == {"sandbox-stand-in": 4, "another": 3}


async def test_the_vectors_of_a_model_that_answers_nobody_are_dropped_in_a_while(
    room: Room,
) -> None:
    await meaning.said(room, *LATE)
    assert await room.run_jobs() == []
    async with meaning.by(room, OTHER) as changed:
        await service.embed_all(changed.runtime, room.org.id)
        await service.drop_retired(changed.runtime)
        assert {name for _, name, _ in await meaning.vectors(room)} == {MODEL, OTHER}

        async with db.transaction(room.runtime.sessions) as session:
            await (await session.connection()).execute(
                text("update meanings set changed_at = changed_at - interval '11 minutes'")
            )
        for _ in range(2):
            await service.drop_retired(changed.runtime)

        assert {name for _, name, _ in await meaning.vectors(room)} == {OTHER}


async def test_what_is_off_embeds_nothing_and_says_so(room: Room, sandbox: Sandbox) -> None:
    async with meaning.by(room, "off") as off:
        await meaning.said(off, *LATE)
        await jobs.embed_missing(off.runtime)
        assert await off.run_jobs() == []

        answer = await meaning.ask(off, "late")

        assert await _embedded(sandbox) == {}
        assert (answer.mode, answer.instead) == (SearchMode.TEXT, status._OFF)


@pytest.mark.parametrize("name", ["passages", "cut_calls"])
async def test_vectors_go_with_what_they_are_of(room: Room, name: str) -> None:
    call = await meaning.said(room, *LATE)
    assert await room.run_jobs() == []
    async with db.transaction(room.runtime.sessions) as session:
        await session.delete(await session.merge(call))

    assert await meaning.vectors(room) == []
