"""People setting records right: who may, what fits, and what is said when it does not."""

from typing import Any

import pytest

from backend.auth.models import Role
from backend.calls.models import Call
from backend.platform import db, ids
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

SCHEMA = {
    "type": "object",
    "properties": {
        "outcome": {"type": ["string", "null"], "enum": ["on time", "late", None]},
        "stops": {
            "type": "array",
            "items": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    },
    "required": ["outcome"],
}
DATA: dict[str, Any] = {"outcome": "on time", "stops": [{"city": "Indio"}]}


async def _recorded_call(customer: Customer, **record: Any) -> Call:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id, record_schema=SCHEMA)
        call = await builders.call(session, agent, lines=("user: I am on time, in Indio.",))
        await builders.record(session, call, **{"data": DATA} | record)
    return call


async def test_a_reviewer_may_correct(customer: Customer) -> None:
    call = await _recorded_call(customer)
    reviewer = await customer.colleague(Role.REVIEWER)

    corrected = await reviewer.patch(f"/calls/{call.id}/record", {"data": {"outcome": "late"}})

    assert corrected["data"] == DATA | {"outcome": "late"}
    assert corrected["corrected_by"] == str(reviewer.user.id)


async def test_a_record_in_review_is_accepted_by_correcting_nothing(customer: Customer) -> None:
    problems = [{"field": "outcome", "code": "quote_not_found", "message": "Not said."}]
    call = await _recorded_call(customer, status=RecordStatus.NEEDS_REVIEW, problems=problems)

    accepted = await customer.patch(f"/calls/{call.id}/record", {"data": {}, "note": "I heard it."})

    assert (accepted["status"], accepted["data"], accepted["problems"]) == ("corrected", DATA, [])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"outcome": "early"}, "/data/outcome"),
        ({"outcome": 7}, "/data/outcome"),
        ({"stops": [{"city": "Indio"}, {"city": None}]}, "/data/stops/1/city"),
        ({"stops": "Indio"}, "/data/stops"),
        ({"colour": "red"}, "/data/colour"),
    ],
)
async def test_what_does_not_fit_the_schema_is_refused_where_it_stands(
    customer: Customer, change: dict[str, Any], place: str
) -> None:
    call = await _recorded_call(customer)
    path = f"/api/v1/calls/{call.id}/record"

    response = await customer.client.patch(path, json={"data": change})

    assert pointers(problem_of(response, 422, "correction-invalid")) == [place]
    assert len(await customer.get(f"/calls/{call.id}/record/revisions")) == 1


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "/data"),
        ({"data": []}, "/data"),
        ({"data": {}, "status": "valid"}, "/status"),
        ({"data": {}, "note": "x" * 2001}, "/note"),
        ({"data": {"outcome": "a\0b"}}, "/data"),
        ({"data": {}, "note": "a\0b"}, "/note"),
    ],
)
async def test_a_correction_of_the_wrong_shape_is_refused(
    customer: Customer, body: dict[str, Any], place: str
) -> None:
    call = await _recorded_call(customer)

    response = await customer.client.patch(f"/api/v1/calls/{call.id}/record", json=body)

    assert pointers(problem_of(response, 422, "invalid-request")) == [place]


async def test_where_there_is_no_record_there_is_nothing_to_correct(customer: Customer) -> None:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id, record_schema=SCHEMA)
        call = await builders.call(session, agent)

    for call_id, code in ((call.id, "record-not-found"), (ids.new_id(), "call-not-found")):
        path = f"/api/v1/calls/{call_id}/record"
        problem_of(await customer.client.get(path), 404, code)
        problem_of(await customer.client.patch(path, json={"data": {}}), 404, code)


async def test_until_another_revision_is_made_the_one_before_stays_current(
    customer: Customer,
) -> None:
    call = await _recorded_call(customer)
    async with db.transaction(customer.sessions) as session:
        await builders.record(session, call, revision=2, status=RecordStatus.PENDING)

    assert (await customer.get(f"/calls/{call.id}"))["record"]["revision"] == 1
    assert (await customer.get(f"/calls/{call.id}/record"))["revision"] == 1
    revisions = await customer.get(f"/calls/{call.id}/record/revisions")
    assert [revision["status"] for revision in revisions] == ["valid", "pending"]


async def test_a_record_made_before_gaps_were_noted_is_served_and_corrected(
    customer: Customer,
) -> None:
    call = await _recorded_call(customer, data={"outcome": None, "stops": []}, not_said=None)

    served = await customer.get(f"/calls/{call.id}/record")
    corrected = await customer.patch(f"/calls/{call.id}/record", {"data": {"outcome": "late"}})

    assert (served["not_said"], corrected["not_said"]) == ({}, {})


async def test_a_value_that_a_person_enters_is_no_longer_missing(customer: Customer) -> None:
    gap: dict[str, Any] = {"reason": "not_asked", "turns": [], "start_ms": None}
    gaps = {"outcome": gap, "stops": gap}
    call = await _recorded_call(customer, data={"outcome": None, "stops": []}, not_said=gaps)

    corrected = await customer.patch(
        f"/calls/{call.id}/record", {"data": {"stops": [{"city": "Reno"}]}}
    )

    assert corrected["not_said"] == {"outcome": gap}
