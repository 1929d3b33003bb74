"""Calls that are searched by what they mean, without anything running around them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from backend.calls.events import CallEnded
from backend.calls.models import Call
from backend.insights import jobs, queries, searching
from backend.insights.models import Answer, SearchMode, Wanted
from backend.platform import db
from backend.providers.embedding.embedding import Embedding
from tests.support import builders
from tests.support.room import Room

LATE = ("agent: What holds you up?", "user: We are behind, a puncture near Reno.")
DOCK = ("agent: Where are you?", "user: Waiting for the receiver; he opens at nine.")
ANGRY = ("agent: How may I help?", "user: I am furious, and want to quit the contract.")


async def said(room: Room, *lines: str, config: dict[str, Any] | None = None, **of: Any) -> Call:
    """Make a call in which this was said, and cut it; `run_jobs` embeds it."""
    async with db.transaction(room.runtime.sessions) as session:
        org_id = of.pop("org_id", room.org.id)
        agent = await builders.published_agent(session, org_id, **(config or {}))
        call = await builders.call(session, agent, lines=lines, language="en-US", **of)
    await cut(room, call)
    return call


async def cut(room: Room, call: Call) -> None:
    await jobs.cut_call(room.runtime, CallEnded(org_id=call.org_id, call_id=call.id))


async def ask(room: Room, q: str, mode: SearchMode = SearchMode.HYBRID, **wanted: Any) -> Answer:
    defaults: dict[str, Any] = {"org_id": room.org.id, "words": queries.words_in(q), "limit": 20}
    return await searching.search(room.runtime, Wanted(**(defaults | wanted)), q, mode)


async def calls(room: Room, q: str, mode: SearchMode = SearchMode.HYBRID, **of: Any) -> list[UUID]:
    return [each.call_id for each in (await ask(room, q, mode, **of)).found]


async def vectors(room: Room) -> list[tuple[UUID, str, int]]:
    """List whose vectors there are, by which model and of which length."""
    async with db.transaction(room.runtime.sessions) as session:
        rows = await (await session.connection()).execute(
            text(
                "select call_id, name, vector_dims(vector) from passage_vectors "
                "join embedders on embedders.id = embedder_id order by call_id, name"
            )
        )
        return [(row[0], row[1], row[2]) for row in rows]


@asynccontextmanager
async def by(room: Room, embedder: str) -> AsyncIterator[Room]:
    """Give the room as it is after EMBEDDER was changed and the service restarted."""
    settings = room.runtime.settings.model_copy(update={"embedder": embedder})
    embedding = Embedding(settings, room.runtime.embedding)
    try:
        yield replace(room, runtime=replace(room.runtime, settings=settings, embedding=embedding))
    finally:
        await embedding.close()


def _anything(_: Sequence[str]) -> None:
    pass


class Judged(Embedding):
    """The sandbox's model, with a say in what it is asked, and in how long its vectors are."""

    def __init__(self, room: Room, judge: Callable[[Sequence[str]], None]) -> None:
        super().__init__(room.runtime.settings, room.runtime.embedding)
        self._judge = judge
        self.asked: list[list[str]] = []
        self.length: int | None = None

    async def embed(
        self, identity: str, texts: Sequence[str], *, is_question: bool = False
    ) -> list[list[float]]:
        self.asked.append(list(texts))
        self._judge(texts)
        vectors = await super().embed(identity, texts, is_question=is_question)
        return [vector[: self.length] for vector in vectors]


@asynccontextmanager
async def judged(
    room: Room, judge: Callable[[Sequence[str]], None] = _anything
) -> AsyncIterator[tuple[Room, Judged]]:
    model = Judged(room, judge)
    try:
        yield replace(room, runtime=replace(room.runtime, embedding=model)), model
    finally:
        await model.close()
