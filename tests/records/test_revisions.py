"""A call's revisions: which is current, what differs, who vouches for it, what waits for people."""

from typing import Any

import pytest
from sqlalchemy import text

from backend.auth.models import Role
from backend.calls.models import Call
from backend.platform import db
from backend.records import queries, service
from backend.records.models import Origin, Record, RecordStatus
from tests.records.test_corrections import DATA, SCHEMA
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.service import Service

LINES = ("agent: Are you late?", "user: I am on time, in Indio.")


async def _recorded(customer: Customer, **record: Any) -> Call:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id, record_schema=SCHEMA)
        call = await builders.call(session, agent, lines=LINES)
        await builders.record(session, call, **{"data": DATA} | record)
    return call


async def test_what_is_approved_stays_as_it_is_with_who_and_why(customer: Customer) -> None:
    proof = {"quote": "on time", "turns": [1], "start_ms": 0, "found": True}
    evidence = {"outcome": {**proof, "proven_by": "rules"}}
    call = await _recorded(customer, status=RecordStatus.NEEDS_REVIEW, evidence=evidence)

    approved = await customer.post(f"/calls/{call.id}/record/approve", {"note": "I heard it."})

    assert (approved["status"], approved["origin"]) == ("corrected", "approval")
    assert (approved["data"], approved["evidence"]) == (DATA, evidence)
    assert (approved["corrected_by"], approved["note"]) == (str(customer.user.id), "I heard it.")
    assert await customer.get(f"/calls/{call.id}/record") == approved


async def test_what_does_not_fit_its_schema_cannot_be_approved(customer: Customer) -> None:
    call = await _recorded(customer, status=RecordStatus.NEEDS_REVIEW, data={})

    response = await customer.client.post(f"/api/v1/calls/{call.id}/record/approve")

    problem_of(response, 422, "correction-invalid")


async def test_a_corrected_value_loses_the_quote_that_proved_another(customer: Customer) -> None:
    shown = {"quote": "on time", "turns": [1], "start_ms": 0, "found": True, "proven_by": "person"}
    call = await _recorded(customer, evidence={"outcome": shown, "stops[0].city": shown})

    corrected = await customer.patch(f"/calls/{call.id}/record", {"data": {"outcome": "late"}})

    assert corrected["evidence"].keys() == {"stops[0].city"}


async def test_two_revisions_are_compared_value_by_value(customer: Customer) -> None:
    call = await _recorded(customer)
    change = {"outcome": "late", "stops": [{"city": "Indio"}, {"city": "Barstow"}]}
    await customer.patch(f"/calls/{call.id}/record", {"data": change})

    by_default = await customer.get(f"/calls/{call.id}/record/diff")
    first = await customer.get(f"/calls/{call.id}/record/diff", after=1)

    assert (by_default["before"]["revision"], by_default["after"]["revision"]) == (1, 2)
    assert by_default["differences"] == [
        {"field": "outcome", "kind": "changed", "before": "on time", "after": "late"},
        {"field": "stops[1].city", "kind": "added", "before": None, "after": "Barstow"},
    ]
    assert first["before"] is None
    assert {difference["kind"] for difference in first["differences"]} == {"added"}


async def test_a_revision_that_is_not_there_is_not_found(customer: Customer) -> None:
    call = await _recorded(customer)
    for path in ("revisions/2", "diff?before=2", "diff?after=9", "revisions/2/audit"):
        response = await customer.client.get(f"/api/v1/calls/{call.id}/record/{path}")
        problem_of(response, 404, "record-not-found")


async def test_of_two_reviewers_the_second_is_told_that_the_first_was_there(
    customer: Customer,
) -> None:
    call = await _recorded(customer)
    path = f"/api/v1/calls/{call.id}/record"
    await customer.patch(f"/calls/{call.id}/record", {"data": {"outcome": "late"}, "revision": 1})

    correcting = await customer.client.patch(path, json={"data": {}, "revision": 1})
    approving = await customer.client.post(f"{path}/approve", json={"revision": 1})

    for response in (correcting, approving):
        assert problem_of(response, 409, "revision-not-current")["revision"] == 2


async def test_extraction_goes_past_a_person_only_when_told_to(customer: Customer) -> None:
    call = await _recorded(customer)
    await customer.post(f"/calls/{call.id}/record/approve")
    path = f"/api/v1/calls/{call.id}/record/extract"

    refused = await customer.client.post(path)
    accepted = await customer.client.post(path, json={"replace_correction": True})

    problem_of(refused, 409, "record-corrected-by-hand")
    assert (accepted.status_code, accepted.json()["revision"]) == (202, 3)


async def test_the_queue_for_reviewers_has_current_records_newest_first_in_pages(
    customer: Customer, stranger: Customer
) -> None:
    problems = [{"field": "outcome", "code": "quote_not_found", "message": "Not said."}]
    await _recorded(stranger, status=RecordStatus.NEEDS_REVIEW)
    await _recorded(customer, status=RecordStatus.VALID)
    waiting = [
        await _recorded(customer, status=RecordStatus.NEEDS_REVIEW, problems=problems)
        for _ in range(3)
    ]
    done = await _recorded(customer, status=RecordStatus.NEEDS_REVIEW)
    await customer.patch(f"/calls/{done.id}/record", {"data": {}})

    first = await customer.get("/records", status="needs_review", limit=2)
    second = await customer.get("/records", status="needs_review", cursor=first["next_cursor"])

    listed = [item["call_id"] for item in first["items"] + second["items"]]
    assert listed == [str(call.id) for call in reversed(waiting)]
    assert second["next_cursor"] is None
    assert first["items"][0]["to_number"] == "+14155550100"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"problem": "not_asked"}, 1),
        ({"origin": "approval"}, 1),
        ({"final": True}, 0),
        ({"created_before": "2026-01-01T00:00:00Z"}, 0),
        ({"created_after": "2026-01-01T00:00:00Z"}, 2),
    ],
)
async def test_the_queue_is_narrowed(customer: Customer, query: dict[str, Any], count: int) -> None:
    unasked = [{"field": "outcome", "code": "not_asked", "message": "Nobody asked."}]
    await _recorded(customer, problems=unasked)
    approved = await _recorded(customer)
    await customer.post(f"/calls/{approved.id}/record/approve")

    assert len((await customer.get("/records", **query))["items"]) == count
    agent_id = str(approved.agent_id)
    assert len((await customer.get("/records", agent_id=agent_id))["items"]) == 1


async def test_what_the_model_was_asked_is_for_administrators_only(
    service: Service, sandbox: Sandbox
) -> None:
    agent = await service.published_agent(record_schema=SCHEMA)
    call = await service.call(agent)
    record = await service.record_of(call["id"])

    path = f"/calls/{call['id']}/record/revisions/{record['revision']}/audit"
    exchange, _second_reading = (await service.get(path))["exchanges"]

    assert exchange["model"] == record["model"]
    assert "<transcript>" in exchange["messages"][1]["content"]
    assert exchange["answers"][0]["choices"]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REVIEWER])
async def test_others_are_refused_the_audit(customer: Customer, role: Role) -> None:
    call = await _recorded(customer)
    colleague = await customer.colleague(role)
    path = f"/api/v1/calls/{call.id}/record/revisions/1/audit"

    problem_of(await colleague.client.get(path), 403, "role-missing")
    problem_of(await customer.client.get(path), 404, "audit-not-found")


async def test_another_organisations_records_are_not_there(
    customer: Customer, stranger: Customer
) -> None:
    call = await _recorded(customer)
    for path in ("revisions", "revisions/1", "revisions/1/audit", "diff"):
        response = await stranger.client.get(f"/api/v1/calls/{call.id}/record/{path}")
        problem_of(response, 404, "call-not-found")
    response = await stranger.client.post(f"/api/v1/calls/{call.id}/record/approve")
    problem_of(response, 404, "call-not-found")


async def _made(room: Room) -> tuple[Call, Record]:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, record_schema=SCHEMA)
        call = await builders.call(session, agent, lines=LINES)
        await service.open_revision(session, call.org_id, call.id)
    assert await room.run_jobs() == []
    async with db.transaction(room.runtime.sessions) as session:
        return call, await service.get_current(session, call.org_id, call.id)


async def test_a_failed_revision_after_a_correction_does_not_open_the_way_past_it(
    room: Room, sandbox: Sandbox
) -> None:
    call, _ = await _made(room)
    async with db.transaction(room.runtime.sessions) as session:
        vouched_for: dict[str, Any] = {
            "status": RecordStatus.CORRECTED,
            "origin": Origin.CORRECTION,
        }
        await builders.record(session, call, revision=2, data=DATA, **vouched_for)
        await builders.record(session, call, revision=3, status=RecordStatus.FAILED)
    await room.change(call, transcript=builders.turns(*LINES, "user: Bye."))

    async with db.transaction(room.runtime.sessions) as session:
        await service.open_revision(session, call.org_id, call.id)
    await room.run_jobs()

    async with db.transaction(room.runtime.sessions) as session:
        revisions = await queries.list_revisions(session, call.org_id, call.id)
        current = await service.get_current(session, call.org_id, call.id)
    assert (len(revisions), current.revision) == (3, 2)


async def test_what_a_model_made_of_a_call_goes_with_the_call(room: Room) -> None:
    call, record = await _made(room)
    async with db.transaction(room.runtime.sessions) as session:
        assert await queries.find_audit(session, call.org_id, record.id) is not None

    async with db.transaction(room.runtime.sessions) as session:
        connection = await session.connection()
        await connection.execute(text("delete from calls where id = :id"), {"id": call.id})

    async with db.transaction(room.runtime.sessions) as session:
        assert await queries.find_audit(session, call.org_id, record.id) is None
        assert await queries.find_record(session, call.org_id, record.id) is None


async def test_the_queue_is_found_by_whom_the_calls_are_assigned_to(customer: Customer) -> None:
    mine, nobodys = await _recorded(customer), await _recorded(customer)
    body = {"user_id": str(customer.user.id)}
    await customer.client.put(f"/api/v1/calls/{mine.id}/assignee", json=body)

    async def found(assignee: str) -> list[str]:
        items = (await customer.get("/records", assigned_to=assignee))["items"]
        count = (await customer.get("/records/count", assigned_to=assignee))["count"]
        assert count == len(items)
        return [item["call_id"] for item in items]

    assert await found("me") == [str(mine.id)]
    assert await found("nobody") == [str(nobodys.id)]
