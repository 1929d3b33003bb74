"""People setting records right: who may, what fits, and what is said when it does not."""

from typing import Any
from uuid import UUID

import pytest

from backend.auth.models import Role
from backend.calls.models import Call
from backend.platform import db, ids
from backend.records.models import Record, RecordStatus
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


HANG_UP: dict[str, Any] = {
    "status": RecordStatus.NEEDS_REVIEW,
    "data": {"stops": [{}]},
    "not_said": {
        field: {"reason": "not_asked", "turns": [], "start_ms": None}
        for field in ("status", "stops[0].city")
    },
    "problems": [{"field": "status", "code": "not_asked", "message": "Nobody asked for it."}],
}
STRICT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["driving", "waiting"]},
        "phone": {"type": "string", "format": "phone"},
        "stops": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
    },
    "required": ["status"],
}


async def _hang_up(customer: Customer, **record: Any) -> str:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id, record_schema=STRICT)
        call = await builders.call(session, agent, lines=("user: Wrong number.",))
        await builders.record(session, call, **HANG_UP | record)
    return f"/calls/{call.id}/record"


async def test_what_could_not_be_found_out_stays_open_when_a_person_approves(
    customer: Customer,
) -> None:
    record = await _hang_up(customer)

    approved = await customer.post(f"{record}/approve", {"note": "They hung up."})

    assert (approved["status"], approved["problems"]) == ("corrected", [])
    assert (approved["data"], approved["not_said"]) == (HANG_UP["data"], HANG_UP["not_said"])


async def test_of_a_hang_up_one_value_is_corrected_while_the_others_stay_open(
    customer: Customer,
) -> None:
    record = await _hang_up(customer)

    corrected = await customer.patch(record, {"data": {"phone": "+1 415 555 0100"}})

    assert corrected["data"] == {"phone": "+14155550100", "stops": [{}]}
    assert corrected["not_said"] == HANG_UP["not_said"]


@pytest.mark.parametrize(
    ("record", "change", "places"),
    [
        ({}, {"status": "parked"}, ["/data/status"]),
        ({}, {"status": None}, ["/data/status"]),
        ({}, {"phone": "none"}, ["/data/phone"]),
        ({}, {"stops": [{}, {}]}, ["/data/stops/1/city"]),
        ({"not_said": {}}, {}, ["/data/status", "/data/stops/0/city"]),
    ],
)
async def test_only_what_the_record_says_was_not_said_may_stay_open(
    customer: Customer, record: dict[str, Any], change: dict[str, Any], places: list[str]
) -> None:
    path = await _hang_up(customer, **record)

    response = await customer.client.patch(f"/api/v1{path}", json={"data": change})

    assert pointers(problem_of(response, 422, "correction-invalid")) == places


async def test_an_approval_is_taken_back_as_it_was_before(customer: Customer) -> None:
    problems = [{"field": "outcome", "code": "quote_not_found", "message": "Not said."}]
    call = await _recorded_call(customer, status=RecordStatus.NEEDS_REVIEW, problems=problems)
    approved = await customer.post(f"/calls/{call.id}/record/approve", {})

    reopened = await customer.post(
        f"/calls/{call.id}/record/reopen", {"revision": approved["revision"], "note": "Too fast."}
    )

    assert (reopened["status"], reopened["corrected_by"]) == ("needs_review", None)
    assert [problem["code"] for problem in reopened["problems"]] == ["flagged", "quote_not_found"]
    assert reopened["problems"][0]["message"] == "Too fast."
    again = await customer.post(f"/calls/{call.id}/record/approve", {})
    assert again["status"] == "corrected"


async def test_what_became_final_with_a_person_is_final_when_it_is_reopened(
    customer: Customer,
) -> None:
    call = await _recorded_call(customer, status=RecordStatus.NEEDS_REVIEW, final=False)
    approved = await customer.post(f"/calls/{call.id}/record/approve", {})
    async with db.transaction(customer.sessions) as session:
        # The call was analyzed meanwhile.
        record = await session.get_one(Record, UUID(approved["id"]))
        record.final = True

    reopened = await customer.post(f"/calls/{call.id}/record/reopen", {})

    assert (approved["final"], reopened["final"]) == (False, True)


async def test_a_valid_record_is_flagged_for_another_look_once(customer: Customer) -> None:
    call = await _recorded_call(customer)

    flagged = await customer.post(f"/calls/{call.id}/record/reopen", {"note": "Wrong driver."})
    twice = await customer.post(f"/calls/{call.id}/record/reopen", {"note": "Wrong driver."})

    assert (flagged["status"], flagged["data"]) == ("needs_review", DATA)
    assert twice["revision"] == flagged["revision"]


async def test_what_is_not_made_yet_cannot_be_reopened(customer: Customer) -> None:
    call = await _recorded_call(customer, status=RecordStatus.PENDING)

    response = await customer.client.post(f"/api/v1/calls/{call.id}/record/reopen")

    assert problem_of(response, 409, "record-not-reviewable")


async def test_an_older_revision_cannot_be_reopened(customer: Customer) -> None:
    call = await _recorded_call(customer)
    await customer.patch(f"/calls/{call.id}/record", {"data": {"outcome": "late"}})

    response = await customer.client.post(
        f"/api/v1/calls/{call.id}/record/reopen", json={"revision": 1}
    )

    assert problem_of(response, 409, "revision-not-current")
