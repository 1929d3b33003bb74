"""Whose words a record is made of, and when no more of them are to come."""

from typing import Any

import pytest

from tests.records.test_calls_to_records import SCHEMA
from tests.support.customers import Customer
from tests.support.inbox import settled, the_call
from tests.support.problems import problem_of
from tests.support.retell_side import STARTED_MS, RetellSide, utterances
from tests.support.waiting import until

LONG_AGO = "2026-01-01T00:00:00Z"
UNKNOWN_GREETING: dict[str, Any] = {
    "transcript_object": utterances("user: It's Mike near Barstow.", "agent: Call us back.")
}
GREETINGS = [
    ("user: You've reached Mike. Leave a message after the tone.", "agent: Call us back."),
    ("user: Record your name and reason for calling.", "agent: This is dispatch, near Barstow."),
    ("user: For sales, press 1.", "agent: Operator."),
]


@pytest.fixture
async def side(customer: Customer) -> RetellSide:
    agent = await customer.published_agent(record_schema=SCHEMA)
    return RetellSide(agent["retell_agent_id"])


async def revised(customer: Customer, **wanted: Any) -> dict[str, Any]:
    """Wait until the call's record stands so."""

    async def probe() -> dict[str, Any] | None:
        record: dict[str, Any] | None = (await the_call(customer))["record"]
        return record if record and wanted.items() <= record.items() else None

    return await until(probe, f"the record to be {wanted}")


@pytest.mark.parametrize("lines", GREETINGS)
async def test_of_a_machines_words_no_record_is_made(
    customer: Customer, side: RetellSide, lines: tuple[str, ...]
) -> None:
    said: dict[str, Any] = {"transcript_object": utterances(*lines)}

    await settled(customer, side.ended("agent_hangup", **said), side.analyzed(**said))

    call = await the_call(customer)
    assert (call["record"], call["answered_by_source"]) == (None, "transcript")
    assert (await customer.get("/calls/numbers", created_after=LONG_AGO))["answered_by_people"] == 0
    missing = await customer.client.get(f"/api/v1/calls/{call['id']}/record")
    problem_of(missing, 404, "record-not-found")


async def test_a_record_made_before_the_machine_was_known_for_one_is_taken_back(
    customer: Customer, side: RetellSide
) -> None:
    await settled(customer, side.ended("agent_hangup", **UNKNOWN_GREETING))
    await until(lambda: made(customer), "a record")

    flag = {"call_analysis": {"in_voicemail": True}}
    await settled(customer, side.analyzed("agent_hangup", **UNKNOWN_GREETING, **flag))

    record = await revised(customer, status="failed", final=True)
    assert "machine" in record["failure"]
    assert (record["data"], record["evidence"], record["problems"]) == ({}, {}, [])


async def made(customer: Customer) -> bool:
    record = (await the_call(customer))["record"]
    return record is not None and record["status"] not in {"pending", "failed"}


async def test_whoever_knows_that_it_was_a_person_has_the_record_made_all_the_same(
    customer: Customer, side: RetellSide
) -> None:
    flag = {"call_analysis": {"in_voicemail": True}}
    await settled(customer, side.analyzed("agent_hangup", **UNKNOWN_GREETING, **flag))
    call = await the_call(customer)
    assert call["record"] is None

    await customer.post(f"/calls/{call['id']}/record/extract")

    await until(lambda: made(customer), "the record")


async def test_a_record_is_not_final_while_a_transferred_leg_goes_on(
    customer: Customer, side: RetellSide
) -> None:
    await settled(customer, side.started(), side.ended("call_transfer"))
    await settled(customer, side.analyzed("call_transfer"))
    await until(lambda: made(customer), "the record")
    before = (await the_call(customer))["record"]

    over = {"transfer_end_timestamp": STARTED_MS + 95_000, "disconnection_reason": "call_transfer"}
    await settled(customer, side.webhook("transfer_ended", **over))

    assert before["final"] is False
    after = await revised(customer, final=True)
    assert after["revision"] == before["revision"]


async def test_a_transfer_that_never_went_through_keeps_nobody_waiting(
    customer: Customer, side: RetellSide
) -> None:
    await settled(customer, side.webhook("transfer_cancelled"))
    await settled(customer, side.ended("user_hangup"), side.analyzed("user_hangup"))

    await revised(customer, final=True)
