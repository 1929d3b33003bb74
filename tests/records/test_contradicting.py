"""The second opinion: a model that is asked to contradict what no rule can judge."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.responses import Response

from backend.platform import db
from backend.records import jobs, service
from backend.records.contradicting import (
    Contradiction,
    Contradictions,
    build_question,
    read_contradictions,
)
from backend.records.events import RecordRequested
from backend.records.evidence import judge
from backend.records.models import Record, RecordStatus
from tests.providers.openai_wire import Wire, called, refused, speaking_openai
from tests.records.calls import CHECK_IN
from tests.support import builders
from tests.support.room import open_room
from tests.support.sandbox import Sandbox
from tests.support.service import test_settings

SCHEMA = {
    "type": "object",
    "properties": {
        "status": {
            "type": "string",
            "enum": ["delayed", "on_time"],
            "description": "How the trip is going",
        },
        "place": {"type": "string"},
    },
}
LINES = tuple(f"{turn.role}: {turn.text}" for turn in CHECK_IN)
ANSWER = {
    "status": {"quote": "I'm running two hours late", "turns": [1], "value": "delayed"},
    "place": {"quote": "near Flagstaff", "turns": [1], "value": "Flagstaff"},
}


def test_only_what_no_rule_can_judge_is_asked_about_with_the_turns_around() -> None:
    judged = judge(ANSWER, CHECK_IN, SCHEMA)

    question = build_question(judged.doubts, CHECK_IN)

    assert [doubt.field for doubt in judged.doubts] == ["status"]
    assert 'Value: "delayed"' in question.user
    assert "Meaning: How the trip is going" in question.user
    assert "[0] agent" in question.user
    assert "[2] agent" in question.user
    assert "[3] user" not in question.user


def test_cases_that_are_none_are_left_out() -> None:
    judged = judge(ANSWER, CHECK_IN, SCHEMA)
    found = Contradictions(contradictions=[Contradiction(case=n, reason="No.") for n in (1, 7)])

    assert [problem.field for problem in read_contradictions(found, judged.doubts)] == ["status"]


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Wire]:
    async with speaking_openai() as server:
        yield server


def _contradicting(*cases: int) -> Response:
    listed = [{"case": case, "reason": "He was asked, and did not say."} for case in cases]
    response = called({"contradictions": listed})
    response.body = bytes(response.body).replace(b'"Record"', b'"Contradictions"')
    response.headers["content-length"] = str(len(response.body))
    return response


async def _record(
    dsn: str, sandbox: Sandbox, wire: Wire, check_model: str, *answers: Response
) -> Record:
    wire.reset()
    wire.will_answer(called(ANSWER), *answers)
    settings = test_settings(
        dsn,
        sandbox,
        openai={"base_url": wire.url},
        llm={"check_model": check_model, "max_attempts": 1, "prices": {"openai/cheap": (10, 20)}},
    )
    async with open_room(settings) as room:
        async with db.transaction(room.runtime.sessions) as session:
            agent = await builders.published_agent(session, room.org.id, record_schema=SCHEMA)
            call = await builders.call(session, agent, lines=LINES)
            opened = await service.open_revision(session, call.org_id, call.id)
        assert opened is not None
        made: dict[str, Any] = {"org_id": call.org_id, "call_id": call.id, "record_id": opened.id}
        await jobs.make_record(room.runtime, RecordRequested(**made))
        async with db.transaction(room.runtime.sessions) as session:
            return await service.get_current(session, call.org_id, call.id)


async def test_what_the_second_reading_contradicts_goes_to_a_person(
    dsn: str, sandbox: Sandbox, server: Wire
) -> None:
    record = await _record(dsn, sandbox, server, "openai/cheap", _contradicting(1))

    [problem] = record.problems
    assert record.status is RecordStatus.NEEDS_REVIEW
    assert (problem["field"], problem["code"]) == ("status", "contradicted")
    assert "He was asked" in problem["message"]
    assert [request["model"] for request in server.requests] == ["sandbox-stand-in", "cheap"]
    assert (record.attempts, record.input_tokens, record.model) == (
        2,
        200,
        "openai/sandbox-stand-in",
    )


async def test_what_it_does_not_contradict_is_valid(
    dsn: str, sandbox: Sandbox, server: Wire
) -> None:
    record = await _record(dsn, sandbox, server, "same", _contradicting())

    assert record.status is RecordStatus.VALID
    assert [request["model"] for request in server.requests] == ["sandbox-stand-in"] * 2


async def test_without_a_second_reading_a_person_has_a_look(
    dsn: str, sandbox: Sandbox, server: Wire
) -> None:
    record = await _record(dsn, sandbox, server, "same", refused(500, "server_error"))

    assert record.status is RecordStatus.NEEDS_REVIEW
    assert [problem["code"] for problem in record.problems] == ["not_checked"]


async def test_it_can_be_switched_off(dsn: str, sandbox: Sandbox, server: Wire) -> None:
    record = await _record(dsn, sandbox, server, "off")

    assert record.status is RecordStatus.VALID
    assert len(server.requests) == 1


async def test_the_stand_in_of_the_sandbox_contradicts_nothing(dsn: str, sandbox: Sandbox) -> None:
    settings = test_settings(dsn, sandbox, llm={"check_model": "same"})
    async with open_room(settings) as room:
        question = build_question(judge(ANSWER, CHECK_IN, SCHEMA).doubts, CHECK_IN)
        answer = await room.runtime.llm.answer(
            system=question.system, user=question.user, answer_model=Contradictions
        )

    assert answer.value.contradictions == []
