"""Asking for erasures: who may, what is refused, and what the audit log says."""

import json

import pytest

from backend.auth.models import Role
from tests.retention.test_late_news import NUMBER, RETELLS, erased, is_done
from tests.support.customers import Customer
from tests.support.inbox import settled
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"phone_number": NUMBER, "call_id": "01a2253d-d880-7660-9be6-52def7819606"},
        {"phone_number": "415 555 0100"},
        {"phone_number": "\u0000\u0000\u0000\u0000"},
        {"call_id": "no id"},
    ],
)
async def test_what_names_nobody_is_refused(customer: Customer, body: dict[str, str]) -> None:
    response = await customer.client.post("/api/v1/erasures", json=body)

    assert response.status_code == 422


async def test_a_call_that_is_not_there_is_not_found(customer: Customer) -> None:
    body = {"call_id": "01a2253d-d880-7660-9be6-52def7819606"}

    response = await customer.client.post("/api/v1/erasures", json=body)

    problem_of(response, 404, "call-not-found")


async def test_a_number_is_read_as_people_write_it(customer: Customer) -> None:
    plain = await erased(customer, phone_number=NUMBER)
    written = await erased(customer, phone_number="+1 (415) 555-0172")

    assert written["subject"] == plain["subject"]
    assert NUMBER not in json.dumps([plain, written])


async def test_only_administrators_erase(customer: Customer) -> None:
    for role in (Role.MANAGER, Role.REVIEWER):
        colleague = await customer.colleague(role)
        response = await colleague.client.post("/api/v1/erasures", json={"phone_number": NUMBER})
        problem_of(response, 403, "role-missing")


async def test_the_audit_log_says_who_erased_and_not_whom(customer: Customer) -> None:
    done = await erased(customer, phone_number=NUMBER)

    entries = (await customer.get("/audit"))["items"]
    (entry,) = [each for each in entries if each["action"] == "create_erasure"]
    assert entry["object_id"] == done["id"]
    assert entry["actor_id"] == str(customer.user.id)
    assert NUMBER not in json.dumps(entries)


async def test_receipts_are_verified_and_changed_ones_are_not(customer: Customer) -> None:
    done = await erased(customer, phone_number=NUMBER)
    changed = json.loads(json.dumps(done["receipt"]))
    changed["payload"]["organisation"] = "somebody-else"

    genuine = await customer.post("/erasures/verify", done["receipt"])
    forged = await customer.post("/erasures/verify", changed)

    assert genuine == {"valid": True, "complaint": None}
    assert forged["valid"] is False
    (key,) = await customer.get("/erasures/keys")
    assert key["key_id"] == done["receipt"]["key_id"]


async def test_what_is_done_is_not_tried_again(customer: Customer) -> None:
    done = await erased(customer, phone_number=NUMBER)

    response = await customer.client.post(f"/api/v1/erasures/{done['id']}/retry")

    problem_of(response, 409, "erasure-not-failed")
    listed = await customer.get("/erasures")
    assert [each["id"] for each in listed["items"]] == [done["id"]]


async def test_a_deleted_call_is_gone_with_the_answer_and_its_copies_after_it(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"], members=RETELLS)
    await settled(customer, side.started(), side.ended(), side.analyzed())
    (call,) = (await customer.get("/calls"))["items"]
    path = f"/api/v1/calls/{call['id']}"

    answer = await customer.client.delete(path)

    assert answer.status_code == 202, answer.text
    assert (await customer.get("/calls"))["items"] == []
    problem_of(await customer.client.delete(path), 404, "call-not-found")

    done = await is_done(customer, answer.json()["id"])
    assert done["found"]["tables"]["calls"] == 1
    assert done["found"]["tables"]["webhooks"] == 3
    assert call["id"] not in json.dumps(done)


async def test_a_call_of_another_organisation_is_not_deleted(
    customer: Customer, stranger: Customer
) -> None:
    agent = await stranger.published_agent()
    side = RetellSide(agent["retell_agent_id"], members=RETELLS)
    await settled(stranger, side.started(), side.ended())
    (call,) = (await stranger.get("/calls"))["items"]

    answer = await customer.client.delete(f"/api/v1/calls/{call['id']}")

    problem_of(answer, 404, "call-not-found")
    assert len((await stranger.get("/calls"))["items"]) == 1
