"""The second reading: a model that is asked about every value the rules do not object to."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from backend.grounding.fields import read_schema
from backend.grounding.transcript import Transcript
from backend.platform import db
from backend.records import jobs, service
from backend.records.events import RecordRequested
from backend.records.evidence import judge
from backend.records.models import Record, RecordStatus
from backend.records.second_reading import CaseReading, SecondReading, build_question, settle
from tests.providers.openai_wire import Wire, called, refused, speaking_openai
from tests.records.calls import CHECK_IN, call
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


QUESTION = read_schema(SCHEMA)


def test_it_is_asked_about_every_value_with_the_whole_call_and_schema() -> None:
    judged = judge(ANSWER, CHECK_IN, SCHEMA)

    question = build_question(judged.open, CHECK_IN, QUESTION, variables={"load": "A-12"})

    assert [value.field for value in judged.open] == ["status", "place"]
    assert 'Value: "delayed"' in question.user
    assert "status (string, one of delayed, on_time): How the trip is going" in question.user
    assert '{"load": "A-12"}' in question.user
    assert all(f"[{turn.turn}] {turn.role}" in question.user for turn in CHECK_IN)


def test_of_a_long_call_it_sees_the_quotes_and_what_is_said_of_the_field_later() -> None:
    filler = [f"user: {'so well then you know ' * 40}" for _ in range(100)]
    turns = call("agent: Where are you?", "user: Near Flagstaff.", *filler, "user: My place: Reno.")
    answer = {"place": {"quote": "Near Flagstaff", "turns": [1], "value": "Flagstaff"}}

    question = build_question(judge(answer, turns, SCHEMA).open, turns, QUESTION)

    assert "Near Flagstaff" in question.user
    assert "My place: Reno" in question.user
    assert len(question.user) < 70_000


def _settled(*readings: CaseReading, answer: Any = None) -> tuple[list[str], dict[str, str]]:
    judged = judge(answer or ANSWER, CHECK_IN, SCHEMA)
    transcript = Transcript(CHECK_IN)
    problems, proven = settle(SecondReading(readings=[*readings]), judged.open, transcript)
    return [problem.code for problem in problems], {f: by.value for f, by in proven.items()}


def _reading(case: int, verdict: Any, turn: int | None) -> CaseReading:
    return CaseReading(case=case, verdict=verdict, turn=turn, reason="So it says.")


def test_a_value_is_proven_by_a_support_that_names_its_turn() -> None:
    codes, proven = _settled(_reading(1, "supported", 1), _reading(2, "supported", 1))

    assert (codes, proven) == ([], dict.fromkeys(("status", "place"), "second_reading"))


@pytest.mark.parametrize("turn", [None, 99])
def test_a_support_without_a_turn_of_the_call_decides_nothing(turn: int | None) -> None:
    codes, _ = _settled(_reading(1, "supported", turn), _reading(2, "supported", 1))

    assert codes == ["not_decided"]


def test_what_is_left_out_or_not_decided_goes_to_a_person() -> None:
    codes, proven = _settled(_reading(1, "not_decided", None), _reading(7, "supported", 1))

    assert (codes, proven) == (["not_decided", "not_decided"], {})


def test_a_contradiction_of_a_number_has_to_name_a_turn_with_one() -> None:
    turns = call(
        "agent: How many pallets are on the trailer?", "user: Sixteen pallets.", "agent: Thank you."
    )
    schema = {"type": "object", "properties": {"pallets": {"type": "integer"}}}
    answer = {"pallets": {"quote": "Sixteen pallets", "turns": [1], "value": 16}}
    judged = judge(answer, turns, schema)

    def settled(turn: int) -> list[str]:
        reading = SecondReading(readings=[_reading(1, "contradicted", turn)])
        return [p.code for p in settle(reading, judged.open, Transcript(turns))[0]]

    assert settled(1) == ["contradicted"]
    assert settled(2) == []


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Wire]:
    async with speaking_openai() as server:
        yield server


def _reading_twice(*verdicts: str) -> Response:
    listed = [_reading(n, verdict, 1).model_dump() for n, verdict in enumerate(verdicts, 1)]
    response = called({"readings": listed})
    response.body = bytes(response.body).replace(b'"Record"', b'"SecondReading"')
    response.headers["content-length"] = str(len(response.body))
    return response


async def _record(
    dsn: str,
    sandbox: Sandbox,
    wire: Wire,
    check_model: str,
    *answers: Response,
    proof: str = "second_reading",
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
            agent = await builders.published_agent(
                session, room.org.id, record_schema=SCHEMA, proof=proof
            )
            called_by = await builders.call(session, agent, lines=LINES)
            opened = await service.open_revision(session, called_by.org_id, called_by.id)
        assert opened is not None
        made: dict[str, Any] = {
            "org_id": opened.org_id,
            "call_id": opened.call_id,
            "record_id": opened.id,
        }
        await jobs.make_record(room.runtime, RecordRequested(**made))
        async with db.transaction(room.runtime.sessions) as session:
            return await service.get_current(session, opened.org_id, opened.call_id)


async def test_what_the_second_reading_contradicts_goes_to_a_person(
    dsn: str, sandbox: Sandbox, server: Wire
) -> None:
    reading = _reading_twice("contradicted", "supported")

    record = await _record(dsn, sandbox, server, "openai/cheap", reading)

    [problem] = record.problems
    assert record.status is RecordStatus.NEEDS_REVIEW
    assert (problem["field"], problem["code"]) == ("status", "contradicted")
    assert "by turn 1: So it says." in problem["message"]
    assert record.evidence["place"]["proven_by"] == "second_reading"
    assert record.evidence["status"]["proven_by"] is None
    assert [request["model"] for request in server.requests] == ["sandbox-stand-in", "cheap"]
    assert (record.attempts, record.input_tokens, record.model) == (
        2,
        200,
        "openai/sandbox-stand-in",
    )


async def test_what_it_supports_is_valid_and_costs_one_request(
    dsn: str, sandbox: Sandbox, server: Wire
) -> None:
    record = await _record(dsn, sandbox, server, "same", _reading_twice("supported", "supported"))

    assert record.status is RecordStatus.VALID
    assert [request["model"] for request in server.requests] == ["sandbox-stand-in"] * 2


async def test_without_a_second_reading_a_person_has_a_look(
    dsn: str, sandbox: Sandbox, server: Wire
) -> None:
    record = await _record(dsn, sandbox, server, "same", refused(500, "server_error"))

    assert record.status is RecordStatus.NEEDS_REVIEW
    assert [problem["code"] for problem in record.problems] == ["not_checked"]


async def test_switched_off_nothing_is_valid_that_demands_it(
    dsn: str, sandbox: Sandbox, server: Wire
) -> None:
    record = await _record(dsn, sandbox, server, "off")

    assert [problem["code"] for problem in record.problems] == ["not_checked"]
    assert len(server.requests) == 1


async def test_an_agent_that_takes_rules_for_proof_sends_the_rest_to_a_person(
    dsn: str, sandbox: Sandbox, server: Wire
) -> None:
    record = await _record(dsn, sandbox, server, "same", proof="rules")

    assert {(p["field"], p["code"]) for p in record.problems} == {
        ("status", "not_proven"),
        ("place", "not_proven"),
    }
    assert record.evidence["place"]["proven_by"] is None
    assert len(server.requests) == 1


async def test_an_agent_may_have_a_person_see_every_record(
    dsn: str, sandbox: Sandbox, server: Wire
) -> None:
    record = await _record(dsn, sandbox, server, "same", proof="person")

    assert [problem["code"] for problem in record.problems] == ["person_decides"]
    assert len(server.requests) == 1


async def test_the_stand_in_of_the_sandbox_is_as_good_a_reader_as_it_is_told(
    dsn: str, sandbox: Sandbox
) -> None:
    settings = test_settings(dsn, sandbox)
    judged = judge(ANSWER, CHECK_IN, SCHEMA)
    question = build_question(judged.open, CHECK_IN, QUESTION)

    async with open_room(settings) as room:

        async def verdicts(**reader: Any) -> list[str]:
            async with httpx.AsyncClient(base_url=sandbox.url) as client:
                (await client.put("/sandbox/llm/second-reader", json=reader)).raise_for_status()
            answer = await room.runtime.llm.answer(
                system=question.system, user=question.user, answer_model=SecondReading
            )
            return [reading.verdict for reading in answer.value.readings]

        assert await verdicts() == ["supported", "supported"]
        lies = [{"field": "status", "value": "delayed"}]
        assert await verdicts(lies=lies) == ["contradicted", "supported"]
        assert await verdicts(lies=lies, right_percent=0) == ["supported", "contradicted"]
        await verdicts()
