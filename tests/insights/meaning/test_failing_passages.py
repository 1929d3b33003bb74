"""A passage that a model fails at keeps no other waiting, and is not tried for ever."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text

from backend.insights import jobs
from backend.insights.meaning import queries, service, status
from backend.insights.meaning.models import Embedder
from backend.insights.meaning.queries import Progress
from backend.insights.meaning.status import MeaningState
from backend.insights.models import SearchMode
from backend.platform import db
from backend.platform.errors import AppError
from backend.providers.embedding.errors import EmbedderFailed, EmbedderTimedOut
from tests.support import builders, meaning
from tests.support.meaning import ANGRY, DOCK, LATE, judged
from tests.support.room import Room

FAILURES = [EmbedderFailed("OpenAI failed (500)."), EmbedderTimedOut("OpenAI is silent.")]


def _failing_at(word: str, failure: AppError) -> Callable[[Sequence[str]], None]:
    def judge(texts: Sequence[str]) -> None:
        if any(word in each for each in texts):
            raise failure

    return judge


async def _progress(room: Room) -> Progress:
    return (await service.look(room.runtime, room.org.id))[1]


async def _state(room: Room) -> MeaningState:
    return (await status.look(room.runtime, room.org.id)).state


async def _serving(room: Room) -> Embedder:
    async with db.transaction(room.runtime.sessions) as session:
        known = await queries.find_meaning(session, room.org.id)
        assert known is not None
        return await session.get_one(Embedder, known.embedder_id)


async def _later(room: Room, wait: timedelta) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        await (await session.connection()).execute(
            text("update cut_calls set retry_at = retry_at - cast(:wait as interval)"),
            {"wait": wait},
        )


@pytest.mark.parametrize("failure", FAILURES)
async def test_what_fails_keeps_nothing_else_waiting_and_is_tried_again(
    room: Room, failure: AppError
) -> None:
    others = [await meaning.said(room, *lines) for lines in (LATE, DOCK)]
    failing = await meaning.said(room, "user: Cursed.", *_much(40), "user: Fine.")
    others.append(await meaning.said(room, *ANGRY))

    async with judged(room, _failing_at("Cursed", failure)) as (room_, model):
        await service.embed_all(room_.runtime, room.org.id)

        # The rest of its call is kept too.
        kept = [call_id for call_id, _, _ in await meaning.vectors(room)]
        assert set(kept) == {call.id for call in (*others, failing)}
        assert (await _state(room_), await _progress(room_)) == (
            MeaningState.READY,
            Progress(calls=4, embedded=3, waiting=1, left_out=0),
        )
        asked = len(model.asked)
        await jobs.embed_missing(room_.runtime)
        assert await room_.run_jobs() == []
        assert len(model.asked) == asked

    await _later(room, timedelta(minutes=1))
    await jobs.embed_missing(room.runtime)
    assert await room.run_jobs() == []

    assert await _progress(room) == Progress(calls=4, embedded=4, waiting=0, left_out=0)
    assert len(await meaning.vectors(room)) == len(kept) + 1


async def test_what_always_fails_is_left_to_words_in_the_end_and_counted(room: Room) -> None:
    failing = await meaning.said(room, "user: Cursed puncture.")
    await meaning.said(room, *DOCK)
    waits = []

    async with judged(room, _failing_at("Cursed", FAILURES[0])) as (room_, _):
        for _ in range(queries.MOST_FAILURES):
            await service.embed_all(room_.runtime, room.org.id)
            waits.append((await _progress(room_)).waiting)
            await _later(room, timedelta(hours=3))

        assert waits == [1, 1, 1, 1, 0]
        assert await _progress(room_) == Progress(calls=2, embedded=2, waiting=0, left_out=1)
        assert await service.find_due(room_.runtime) == []
        assert await meaning.calls(room_, "puncture", SearchMode.TEXT) == [failing.id]

    # What is cut anew is tried anew.
    await room.change(failing, transcript=builders.turns(*LATE))
    await meaning.cut(room, failing)
    await service.embed_all(room.runtime, room.org.id)
    assert await _progress(room) == Progress(calls=2, embedded=2, waiting=0, left_out=0)


async def test_what_one_model_failed_at_is_asked_of_the_next_one_at_once(room: Room) -> None:
    failing = await meaning.said(room, "user: Cursed.")
    await meaning.said(room, *DOCK)
    async with judged(room, _failing_at("Cursed", FAILURES[0])) as (room_, _):
        for _ in range(queries.MOST_FAILURES - 2):
            await service.embed_all(room_.runtime, room.org.id)
            await _later(room, timedelta(hours=3))
        await service.embed_all(room_.runtime, room.org.id)

    async with meaning.by(room, "openai/another") as next_:
        await service.embed_all(next_.runtime, room.org.id)

        assert (await _progress(next_)) == Progress(calls=2, embedded=2, waiting=0, left_out=0)
    assert failing.id in {call_id for call_id, _, _ in await meaning.vectors(room)}


async def test_a_model_that_fails_at_many_calls_takes_over_once_they_are_left_to_words(
    room: Room,
) -> None:
    for lines in (("user: Cursed tire.",), ("user: Cursed dock.",), DOCK, LATE):
        await meaning.said(room, *lines)
    await service.embed_all(room.runtime, room.org.id)
    former = {name for _, name, _ in await meaning.vectors(room)}
    serving = []

    async with (
        meaning.by(room, "openai/another") as next_,
        judged(next_, _failing_at("Cursed", FAILURES[0])) as (room_, _),
    ):
        for _ in range(queries.MOST_FAILURES):
            await service.embed_all(room_.runtime, room.org.id)
            serving.append({(await _serving(room)).name})
            await _later(room, timedelta(hours=3))

    assert serving[0] == former
    assert serving[-1] != former


async def test_a_model_that_fails_at_everything_puts_nothing_off(room: Room) -> None:
    for _ in range(3):
        await meaning.said(room, *LATE)

    async with judged(room, _failing_at("", FAILURES[0])) as (room_, model):
        await service.embed_all(room_.runtime, room.org.id)

        assert len(model.asked) == 2
        assert await _state(room_) is MeaningState.FAILING
        assert (await _progress(room_)).waiting == 0
        assert await service.find_due(room_.runtime) == [room.org.id]


async def test_a_failure_is_over_when_nothing_is_left_to_embed_and_the_model_answers(
    room: Room,
) -> None:
    call = await meaning.said(room, *LATE)
    async with judged(room, _failing_at("", FAILURES[0])) as (room_, model):
        await service.embed_all(room_.runtime, room.org.id)
        async with db.transaction(room.runtime.sessions) as session:
            await session.delete(await session.merge(call))
        await jobs.embed_missing(room_.runtime)
        assert await room_.run_jobs() == []
        assert await _state(room_) is MeaningState.FAILING
        assert len(model.asked) == 3

    await jobs.embed_missing(room.runtime)
    assert await room.run_jobs() == []

    assert (await status.look(room.runtime, room.org.id)).detail != FAILURES[0].detail
    assert await service.find_due(room.runtime) == []


async def test_a_model_whose_vectors_change_their_length_each_time_comes_to_an_end(
    room: Room,
) -> None:
    calls = [await meaning.said(room, *lines) for lines in (LATE, DOCK, ANGRY)]

    def judge(_: Sequence[str]) -> None:
        model.length = 64 if len(model.asked) % 2 else None

    async with judged(room, judge) as (room_, model):
        for _ in range(4):
            await service.embed_all(room_.runtime, room.org.id)

        assert await service.find_due(room_.runtime) == []
        assert len(model.asked) <= 4

    assert {call_id for call_id, _, _ in await meaning.vectors(room)} == {call.id for call in calls}


def _much(many: int) -> list[str]:
    return [f"user: {number} {'over and over again ' * 14}" for number in range(many)]
