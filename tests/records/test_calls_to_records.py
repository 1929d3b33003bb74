"""From a call that has ended to its record, and what people do with records."""

import asyncio
from typing import Any

import pytest

from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.sandbox import Sandbox
from tests.support.waiting import until

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "current_location": {"type": ["string", "null"], "description": "Where the driver is now"},
        "pod_reminder_acknowledged": {
            "type": ["boolean", "null"],
            "description": "Whether the driver agreed to get the proof of delivery signed",
        },
    },
}
CHECK_IN = {"sandbox_scenario": "driver_check_in"}


async def _finished(customer: Customer, **config: Any) -> dict[str, Any]:
    """Place a call, and wait until its record is made and final."""
    agent = await customer.published_agent(**{"record_schema": SCHEMA} | config)
    call = await customer.call(agent, metadata=CHECK_IN)

    async def probe() -> dict[str, Any] | None:
        found: dict[str, Any] = await customer.get(f"/calls/{call['id']}")
        record = found["record"]
        return found if record and record["status"] != "pending" and record["final"] else None

    return await until(probe, "the final record")


async def _events(customer: Customer, call: dict[str, Any]) -> list[str]:
    timeline = await customer.get(f"/calls/{call['id']}/timeline")
    return [entry["name"] for entry in timeline if entry["kind"] == "event"]


async def _fault(sandbox: Sandbox, kind: str, **rule: Any) -> None:
    await sandbox.control("POST", "/llm/faults", {"kind": kind, **rule})


async def _requests(sandbox: Sandbox) -> int:
    count: int = (await sandbox.control("GET", "/llm/requests"))["count"]
    return count


async def test_every_value_of_a_valid_record_has_a_quote_in_the_transcript(
    customer: Customer, sandbox: Sandbox
) -> None:
    call = await _finished(customer)

    record = call["record"]
    assert record["status"] == "valid"
    assert list(record["data"]) == list(SCHEMA["properties"])
    for field, value in record["data"].items():
        assert value is not None
        evidence = record["evidence"][field]
        assert evidence["found"] is True
        said = " ".join(call["transcript"][turn]["text"] for turn in evidence["turns"])
        assert evidence["quote"] in said
    assert (record["revision"], record["schema_version"], record["problems"]) == (1, 1, [])
    assert record["input_tokens"] > 0
    names = await _events(customer, call)
    assert names.count("record.extracted") == 1
    # The analysis came after the end, and did not change what was said.
    assert await _requests(sandbox) == 2  # one to make it, one to read it again


async def test_an_optional_value_that_nobody_asked_for_is_said_to_be_so(
    customer: Customer,
) -> None:
    shoe_size = {"type": ["integer", "null"], "description": "The driver's shoe size."}
    properties = {**SCHEMA["properties"], "shoe_size": shoe_size}

    call = await _finished(customer, record_schema={**SCHEMA, "properties": properties})

    record = call["record"]
    assert record["status"] == "valid"
    gap: dict[str, Any] = {"reason": "not_asked", "turns": [], "start_ms": None}
    assert record["not_said"] == {"shoe_size": gap}
    corrected = await customer.patch(f"/calls/{call['id']}/record", {"data": {"shoe_size": 44}})
    assert corrected["not_said"] == {}


async def test_an_invented_quote_keeps_a_record_from_being_valid(
    customer: Customer, sandbox: Sandbox
) -> None:
    await _fault(sandbox, "invented_quote")

    call = await _finished(customer)

    record = call["record"]
    assert record["status"] == "needs_review"
    assert {problem["code"] for problem in record["problems"]} == {"quote_not_found"}
    assert not any(evidence["found"] for evidence in record["evidence"].values())
    names = await _events(customer, call)
    assert "record.needs_review" in names
    assert "record.extracted" not in names


async def test_a_quote_made_up_once_is_mended_by_asking_again(
    customer: Customer, sandbox: Sandbox
) -> None:
    await _fault(sandbox, "invented_quote", count=1)

    record = (await _finished(customer))["record"]

    assert record["status"] == "valid"
    assert record["attempts"] == 3  # and one that reads it a second time


@pytest.mark.parametrize("kind", ["server_error", "rate_limited", "connection_reset"])
async def test_a_failure_of_the_model_that_passes_is_waited_out(
    customer: Customer, sandbox: Sandbox, kind: str
) -> None:
    await _fault(sandbox, kind, count=1, params={"retry_after": 1})

    record = (await _finished(customer))["record"]

    assert record["status"] == "valid"


@pytest.mark.parametrize("kind", ["refusal", "invalid_json", "empty"])
async def test_an_answer_that_is_none_fails_the_record_in_words_and_can_be_repeated(
    customer: Customer, sandbox: Sandbox, kind: str
) -> None:
    await _fault(sandbox, kind)

    call = await _finished(customer)

    assert call["status"] == "ended"
    assert call["record"]["status"] == "failed"
    assert call["record"]["failure"]
    assert "record.failed" in await _events(customer, call)
    await sandbox.control("DELETE", "/llm/faults")
    pending = await customer.post(f"/calls/{call['id']}/record/extract")
    assert (pending["status"], pending["revision"]) == ("pending", 2)
    record = await customer.record_of(call["id"])
    assert (record["status"], record["revision"]) == ("valid", 2)


async def test_an_agent_without_a_schema_makes_no_record(customer: Customer) -> None:
    agent = await customer.published_agent()
    call = await customer.call(agent, metadata=CHECK_IN)
    await customer.call_in(call["id"], "ended")

    response = await customer.client.get(f"/api/v1/calls/{call['id']}/record")
    problem_of(response, 404, "record-not-found")
    again = await customer.client.post(f"/api/v1/calls/{call['id']}/record/extract")
    problem_of(again, 409, "nothing-to-extract")
    assert (await customer.get(f"/calls/{call['id']}"))["record"] is None


async def test_a_correction_is_a_revision_that_fits_the_schema(customer: Customer) -> None:
    call = await _finished(customer)
    path = f"/calls/{call['id']}/record"

    wrong = await customer.client.patch(
        f"/api/v1{path}", json={"data": {"pod_reminder_acknowledged": "maybe", "colour": "red"}}
    )
    corrected = await customer.patch(
        path, {"data": {"current_location": "Barstow"}, "note": "He called back."}
    )

    problem = problem_of(wrong, 422, "correction-invalid")
    assert set(pointers(problem)) == {"/data/pod_reminder_acknowledged", "/data/colour"}
    assert corrected["status"] == "corrected"
    assert corrected["revision"] == 2
    assert corrected["data"] == call["record"]["data"] | {"current_location": "Barstow"}
    assert (corrected["note"], corrected["corrected_by"]) == (
        "He called back.",
        str(customer.user.id),
    )
    revisions = await customer.get(f"{path}/revisions")
    assert [revision["status"] for revision in revisions] == ["valid", "corrected"]
    assert "record.corrected" in await _events(customer, call)


async def test_two_corrections_at_once_are_two_revisions(customer: Customer) -> None:
    call = await _finished(customer)
    path = f"/calls/{call['id']}/record"

    await asyncio.gather(
        *(
            customer.patch(path, {"data": {"current_location": city}})
            for city in ("Barstow", "Needles")
        )
    )

    revisions = await customer.get(f"{path}/revisions")
    assert [revision["revision"] for revision in revisions] == [1, 2, 3]


async def test_another_organisations_record_is_not_there(
    customer: Customer, stranger: Customer
) -> None:
    call = await _finished(customer)
    path = f"/api/v1/calls/{call['id']}"

    for response in (
        await stranger.client.get(path),
        await stranger.client.get(f"{path}/record"),
        await stranger.client.get(f"{path}/record/revisions"),
        await stranger.client.post(f"{path}/record/extract"),
        await stranger.client.patch(f"{path}/record", json={"data": {}}),
        await stranger.client.get(f"{path}/timeline"),
        await stranger.client.get(f"{path}/recording"),
    ):
        problem_of(response, 404, "call-not-found")
