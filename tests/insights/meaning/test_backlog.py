"""A backlog gets smaller with each answer of the model, whatever it is made of, and ends."""

from collections.abc import Sequence

import pytest

from backend.insights import jobs
from backend.insights.meaning import service, status
from backend.insights.meaning.status import MeaningState
from backend.insights.models import SearchMode
from backend.platform import db
from backend.providers.embedding.errors import EmbedderBusy, EmbedderRefused
from backend.providers.llm_errors import LlmPaced
from tests.support import builders, meaning
from tests.support.meaning import ANGRY, LATE, judged
from tests.support.room import Room

OTHER = "openai/another"


async def _state(room: Room) -> MeaningState:
    return (await status.look(room.runtime, room.org.id)).state


async def _progress(room: Room) -> tuple[int, int]:
    _, progress = await service.look(room.runtime, room.org.id)
    return progress.embedded, progress.calls


async def _minute(room: Room) -> None:
    """Run what is run each minute, and what comes of that."""
    await jobs.embed_missing(room.runtime)
    assert await room.run_jobs() == []


async def test_a_call_without_words_ends_the_work_before_there_is_an_embedder(room: Room) -> None:
    await meaning.said(room)

    await service.embed_all(room.runtime, room.org.id)

    assert await service.find_due(room.runtime) == []
    assert await _progress(room) == (1, 1)


async def test_calls_without_words_do_not_keep_others_from_their_turn(room: Room) -> None:
    call = await meaning.said(room, *LATE)
    for _ in range(service._CALLS + 1):
        await meaning.said(room)

    await service.embed_all(room.runtime, room.org.id)

    assert [each for each, _, _ in await meaning.vectors(room)] == [call.id]
    assert await _state(room) is MeaningState.READY
    assert await service.find_due(room.runtime) == []


async def test_calls_without_words_are_done_for_another_model_too(room: Room) -> None:
    await meaning.said(room)
    call = await meaning.said(room, *LATE)
    await service.embed_all(room.runtime, room.org.id)
    async with meaning.by(room, OTHER) as changed:
        await meaning.said(changed)

        await service.embed_all(changed.runtime, room.org.id)

        assert await _state(changed) is MeaningState.READY
        assert await service.find_due(changed.runtime) == []
        assert await _progress(changed) == (3, 3)
        assert await meaning.calls(changed, "delayed", SearchMode.MEANING) == [call.id]


async def test_a_call_without_words_that_gets_some_is_embedded(room: Room) -> None:
    call = await meaning.said(room)
    await service.embed_all(room.runtime, room.org.id)
    await room.change(call, transcript=builders.turns(*LATE))
    await meaning.cut(room, call)

    await service.embed_all(room.runtime, room.org.id)

    assert [each for each, _, _ in await meaning.vectors(room)] == [call.id]


@pytest.mark.parametrize("failure", [LlmPaced("Slower."), EmbedderBusy("Not now.")])
async def test_each_answer_is_kept_when_the_next_does_not_come(
    room: Room, failure: Exception
) -> None:
    made = [await meaning.said(room, *_long()) for _ in range(2)]

    def judge(_: Sequence[str]) -> None:
        if len(model.asked) % 2 == 0:
            raise failure

    async with judged(room, judge) as (room_, model):
        runs = 0
        while await service.find_due(room_.runtime):
            before = await meaning.vectors(room)
            await service.embed_all(room_.runtime, room.org.id)
            assert len(await meaning.vectors(room)) > len(before)
            runs += 1
        assert runs > 1
        taken = [each for asked in model.asked[::2] for each in asked]

    # Nothing that was answered was asked for again.
    assert len(taken) == len(await meaning.vectors(room))
    assert {each for each, _, _ in await meaning.vectors(room)} == {call.id for call in made}


async def test_what_is_refused_keeps_nothing_else_waiting(room: Room) -> None:
    calls = [
        await meaning.said(room, *lines)
        for lines in (LATE, ("user: Unspeakable.",), (f"user: {'too long ' * 60}",), ANGRY)
    ]

    def judge(texts: Sequence[str]) -> None:
        if any("Unspeakable" in each or len(each) > 200 for each in texts):
            raise EmbedderRefused("OpenAI refuses the request (400).")

    async with judged(room, judge) as (room_, model):
        await service.embed_all(room_.runtime, room.org.id)

        assert await _state(room_) is MeaningState.READY
        asked = len(model.asked)
        await _minute(room_)
        assert len(model.asked) == asked

    assert {each for each, _, _ in await meaning.vectors(room)} == {
        calls[0].id,
        calls[2].id,
        calls[3].id,
    }


async def test_a_model_that_refuses_everything_is_a_failure_and_is_asked_little(
    room: Room,
) -> None:
    for _ in range(3):
        await meaning.said(room, *LATE)

    def judge(_: Sequence[str]) -> None:
        raise EmbedderRefused("OpenAI has no such model, or no embeddings (404).")

    async with judged(room, judge) as (room_, model):
        await service.embed_all(room_.runtime, room.org.id)

        assert await _state(room_) is MeaningState.FAILING
        assert len(model.asked) == 2
        assert await service.find_due(room_.runtime) == [room.org.id]


async def test_vectors_of_another_length_are_noticed_after_one_request(room: Room) -> None:
    await meaning.said(room, *LATE)
    async with judged(room) as (room_, model):
        await service.embed_all(room_.runtime, room.org.id)
        long = await meaning.said(room_, *_long())
        model.length = 64
        model.asked.clear()

        await service.embed_call(room_.runtime, room.org.id, long.id)
        assert len(model.asked) == 1
        await service.embed_all(room_.runtime, room.org.id)

        assert await _state(room_) is MeaningState.READY
        assert await service.find_due(room_.runtime) == []
        # And back again: what has a vector of that length is not asked for again.
        late = await meaning.said(room_, *LATE)
        model.length = None
        model.asked.clear()
        await service.embed_all(room_.runtime, room.org.id)
        asked = [each for texts in model.asked for each in texts]
        assert asked[0] == "\n".join(line.partition(": ")[2] for line in LATE)
        assert len(asked) == len(set(asked))
        assert await _state(room_) is MeaningState.READY
        assert late.id in _ids(await meaning.vectors(room))


async def test_a_backlog_lets_others_have_their_turn_and_is_gone_on_with(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_SECONDS", 0.0)
    await meaning.said(room, *_long())
    async with db.transaction(room.runtime.sessions) as session:
        other = await builders.organisation(session)
    theirs = await meaning.said(room, *LATE, org_id=other.id)

    async with judged(room) as (room_, model):
        await service.embed_all(room_.runtime, room.org.id)
        assert len(model.asked) == 1

        await service.embed_all(room_.runtime, other.id)
        assert theirs.id in _ids(await meaning.vectors(room))
        while await service.find_due(room_.runtime):
            before = len(model.asked)
            await service.embed_all(room_.runtime, room.org.id)
            assert len(model.asked) <= before + 1

    assert await _state(room) is MeaningState.READY


def _ids(vectors: Sequence[tuple[object, str, int]]) -> set[object]:
    return {call_id for call_id, _, _ in vectors}


def _long() -> list[str]:
    """Say so much that one request is not enough for it."""
    return [f"user: {number} {'we are late again and again ' * 12}" for number in range(60)]
