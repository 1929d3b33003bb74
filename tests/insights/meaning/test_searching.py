"""What means the same in other words is found, of one's own calls alone."""

import hashlib
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.insights import searching
from backend.insights.errors import MeaningNotReady, PassageNotFound
from backend.insights.meaning import vectors
from backend.insights.models import SearchMode, Wanted
from backend.platform import clock, db, ids
from backend.sandbox.llm.embeddings import vector_of
from tests.insights.meaning.conftest import MODEL
from tests.support import builders, meaning
from tests.support.meaning import ANGRY, DOCK, LATE
from tests.support.room import Room
from tests.support.sandbox import Sandbox


async def test_meaning_finds_what_no_word_does(room: Room) -> None:
    late = await meaning.said(room, *LATE)
    await meaning.said(room, *DOCK)
    assert await room.run_jobs() == []
    assert await meaning.calls(room, "delayed by a tire", SearchMode.TEXT) == []

    for mode in (SearchMode.MEANING, SearchMode.HYBRID):
        answer = await meaning.ask(room, "delayed by a tire", mode)

        assert (answer.found[0].call_id, answer.mode, answer.instead) == (late.id, mode, None)


async def test_what_has_the_words_and_the_meaning_comes_before_what_has_one_of_them(
    room: Room,
) -> None:
    only_words = await meaning.said(room, "user: The furious river of Reno, a song.")
    both = await meaning.said(room, "user: He was furious, upset and angry.")
    only_meaning = await meaning.said(room, *ANGRY[:1], "user: I am annoyed and unhappy.")
    assert await room.run_jobs() == []

    found = await meaning.ask(room, "furious upset")

    assert found.found[0].call_id == both.id
    assert {each.call_id for each in found.found} == {only_words.id, both.id, only_meaning.id}
    assert found.found[0].marked[1::2] == ["furious", "upset"]


async def test_nobody_else_s_calls_are_found(room: Room) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        other = await builders.organisation(session)
    theirs = await meaning.said(room, *LATE, org_id=other.id)
    ours = await meaning.said(room, *DOCK)
    assert await room.run_jobs() == []

    for mode in (SearchMode.MEANING, SearchMode.HYBRID):
        assert await meaning.calls(room, "delayed", mode) == [ours.id]
        assert await meaning.calls(room, "delayed", mode, org_id=other.id) == [theirs.id]


@pytest.mark.parametrize("few", [0, 2000])
async def test_filters_leave_as_many_as_there_are(
    room: Room, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_FEW", few)
    monkeypatch.setattr(vectors, "_BREADTH", 2)
    for _ in range(12):
        await meaning.said(room, *LATE)
    dock = await meaning.said(room, *DOCK)
    assert await room.run_jobs() == []

    async def found(**wanted: Any) -> list[UUID]:
        return await meaning.calls(room, "delayed", SearchMode.MEANING, **wanted)

    assert await found(agent_id=dock.agent_id) == [dock.id]
    assert await found(created_after=dock.created_at) == [dock.id]
    assert await found(created_after=clock.now()) == []
    assert len(await found(limit=13)) == 13


async def test_what_an_index_gives_up_too_early_is_found_all_the_same(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_FEW", 0)
    monkeypatch.setattr(vectors, "_BREADTH", 1)
    monkeypatch.setattr(vectors, "_MOST_LOOKED_AT", 1, raising=False)
    await meaning.said(room, *_passages("late", 150))
    dock = await meaning.said(room, *_passages("dock", 30))
    assert await room.run_jobs() == []
    wanted = Wanted(org_id=room.org.id, words=(), limit=5, agent_id=dock.agent_id)
    async with db.transaction(room.runtime.sessions) as session:
        embedder = await vectors.find_embedder(session, MODEL)
        assert embedder is not None
        # As it is among many: by the index.
        for name in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            await (await session.connection()).execute(text(f"set local {name} = off"))
        await (await session.connection()).execute(text("set local hnsw.max_scan_tuples = 1"))

        near = await vectors.nearest(session, embedder, wanted, vectors.written(vector_of("late")))

    assert [each.key.call_id for each in near] == [dock.id] * 30


def _passages(word: str, many: int) -> list[str]:
    """Say so much in each turn that it is a passage of its own, and unlike the others."""
    unlike = [hashlib.sha256(bytes([number])).hexdigest() for number in range(many)]
    return [f"user: {word} {each * 13}" for each in unlike]


async def test_more_like_a_moment_is_of_other_calls_and_needs_nobody_to_be_asked(
    room: Room, sandbox: Sandbox
) -> None:
    call = await meaning.said(room, *LATE)
    alike = await meaning.said(room, "user: It was running late, with a flat tire.")
    await meaning.said(room, *ANGRY)
    assert await room.run_jobs() == []
    await sandbox.control("PUT", "/llm/embeddings", {"status": 500})

    wanted = Wanted(org_id=room.org.id, words=(), limit=1)
    answer = await searching.find_similar(room.runtime, wanted, call.id, 1)

    assert [each.call_id for each in answer.found] == [alike.id]
    assert answer.found[0].marked == [answer.found[0].text]


async def test_more_like_what_is_not_there_or_another_s_is_not_found(room: Room) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        other = await builders.organisation(session)
    call = await meaning.said(room, *LATE)
    assert await room.run_jobs() == []

    for org_id, call_id, turn in (
        (other.id, call.id, 0),
        (room.org.id, call.id, 7),
        (room.org.id, ids.new_id(), 0),
    ):
        wanted = Wanted(org_id=org_id, words=(), limit=5)
        with pytest.raises(PassageNotFound):
            await searching.find_similar(room.runtime, wanted, call_id, turn)


async def test_when_the_model_fails_words_are_found_and_it_is_said(
    room: Room, sandbox: Sandbox
) -> None:
    call = await meaning.said(room, *LATE)
    assert await room.run_jobs() == []
    await sandbox.control("PUT", "/llm/embeddings", {"status": 503})

    answer = await meaning.ask(room, "puncture")

    assert [each.call_id for each in answer.found] == [call.id]
    assert (answer.mode, answer.instead) == (SearchMode.TEXT, "OpenAI failed (503).")
    with pytest.raises(MeaningNotReady, match="503"):
        await meaning.ask(room, "puncture", SearchMode.MEANING)
