"""Dialogues that are calls, embedded, and looked for by what is true of them."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from _stage import HERE, stage
from pydantic import SecretStr

from backend.agents.models import Agent
from backend.auth.models import Organisation
from backend.calls.events import CallEnded
from backend.calls.models import Call, CallSource, CallStatus, Turn
from backend.insights import jobs, queries, searching
from backend.insights.meaning import service as meaning
from backend.insights.models import SearchMode, Wanted
from backend.platform import db
from backend.platform.settings import DatabaseSettings, Settings
from backend.providers.runtime import Runtime, open_runtime
from backend.wiring import build

WITHIN = 5
KINDS = ("values", "fields")
# What somebody would ask who remembers what a dialogue was about, and none of its words.
PARAPHRASES = HERE / "paraphrases.jsonl"


def find_remembered(file: Path, embedder: str) -> dict[str, Any]:
    """Count for each kind of question and each mode how often the right call is among the first.

    `values` are a dialogue's true values alone, in the spelling that is listed last; `fields` have
    the names of their fields before them, and `paraphrases` say in other words what it was about.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    dialogues = [json.loads(line) for line in lines if line.strip()]
    with stage() as running:
        url = SecretStr(running.environment["DATABASE_URL"])
        settings = Settings(
            _env_file=None,
            secret_key=SecretStr(running.environment["SECRET_KEY"]),
            database=DatabaseSettings(url=url),
            embedder=embedder,
        )
        asked = {kind: _questions(kind, dialogues) for kind in (*KINDS, "paraphrases")}
        questions = {kind: len(each) for kind, each in asked.items()}
        found, passages = asyncio.run(_find(settings, dialogues, asked))
    return {
        "dialogues": len(dialogues),
        "passages": passages,
        "embedder": embedder,
        "questions": questions,
        f"in_the_first_{WITHIN}_of_100": found,
    }


def _questions(kind: str, dialogues: Sequence[Any]) -> list[tuple[str, str]]:
    """Give questions with the dialogue each is about."""
    if kind != "paraphrases":
        with_fields = kind == "fields"
        return [
            (question(each["truth"], with_fields=with_fields), each["id"]) for each in dialogues
        ]
    there = {each["id"] for each in dialogues}
    told = map(json.loads, PARAPHRASES.read_text(encoding="utf-8").splitlines())
    return [(each["question"], each["id"]) for each in told if each["id"] in there]


async def _find(
    settings: Settings,
    dialogues: Sequence[Any],
    asked: Mapping[str, Sequence[tuple[str, str]]],
) -> tuple[dict[str, Any], int]:
    engine = db.create_engine(settings.database)
    sessions = db.create_sessions(engine, build(settings))
    async with open_runtime(settings, sessions, refuses=False) as runtime:
        # What is found is measured, and not the patience of passages.
        runtime.embedding.local.hurry()
        org_id, call_ids = await _store(runtime, dialogues)
        for call_id in call_ids:
            await jobs.cut_call(runtime, CallEnded(org_id=org_id, call_id=call_id))
        while await meaning.find_due(runtime):
            await meaning.embed_all(runtime, org_id)
        looked, progress = await meaning.look(runtime, org_id)
        assert progress.embedded == len(dialogues), looked
        ids = [each["id"] for each in dialogues]
        calls = dict(zip(ids, call_ids, strict=True))
        found = {
            kind: {
                str(mode): await _share(
                    runtime, org_id, [(each, calls[of]) for each, of in questions], mode
                )
                for mode in SearchMode
            }
            for kind, questions in asked.items()
            if questions
        }
        row = await db.fetch_row(sessions, "select count(*) from passage_vectors")
    await engine.dispose()
    return found, row[0] if row else 0


async def _store(runtime: Runtime, dialogues: Sequence[Any]) -> tuple[UUID, list[UUID]]:
    """Have each dialogue as a call that is over."""
    async with db.transaction(runtime.sessions) as session:
        org = Organisation(slug="measured", name="Measured")
        session.add(org)
        await session.flush()
        agent = Agent(org_id=org.id, config={"name": "Bookings", "prompt": "Be kind."})
        session.add(agent)
        await session.flush()
        calls = [
            Call(
                org_id=org.id,
                agent_id=agent.id,
                agent_version=1,
                source=CallSource.INBOUND,
                status=CallStatus.ENDED,
                language="en-US",
                transcript=[Turn(**turn).model_dump() for turn in dialogue["turns"]],
            )
            for dialogue in dialogues
        ]
        session.add_all(calls)
        return org.id, [call.id for call in calls]


async def _share(
    runtime: Runtime, org_id: UUID, questions: Sequence[tuple[str, UUID]], mode: SearchMode
) -> float:
    hits = 0
    for asked, call_id in questions:
        wanted = Wanted(org_id=org_id, words=queries.words_in(asked), limit=WITHIN)
        answer = await searching.search(runtime, wanted, asked, mode)
        assert answer.mode is mode, answer.instead
        hits += call_id in {each.call_id for each in answer.found}
    return round(100 * hits / len(questions), 1)


def question(truth: dict[str, list[Any]], *, with_fields: bool) -> str:
    """Write down what somebody would remember of a call."""
    said = {
        field.replace("_", " "): str(accepted[-1])
        for field, accepted in truth.items()
        if accepted and not isinstance(accepted[-1], bool)
    }
    parts = [f"{field} {value}" if with_fields else value for field, value in said.items()]
    return ", ".join(parts)[:400]
