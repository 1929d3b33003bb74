"""Assigning calls: to whom, who finds them then, and what is told of it."""

from typing import Any

import httpx
import pytest

from backend.auth.models import Role
from backend.platform import ids
from tests.support.customers import Customer
from tests.support.inbox import event_names
from tests.support.problems import problem_of


@pytest.fixture
async def agent(customer: Customer) -> dict[str, Any]:
    return await customer.published_agent()


async def _place(customer: Customer, agent: dict[str, Any]) -> str:
    return str((await customer.call(agent, scheduled_at="2100-01-01T00:00:00Z"))["id"])


async def _assign(customer: Customer, call_id: str, user_id: object) -> httpx.Response:
    body = {"user_id": None if user_id is None else str(user_id)}
    return await customer.client.put(f"/api/v1/calls/{call_id}/assignee", json=body)


async def _found(customer: Customer, assignee: object) -> list[str]:
    page = await customer.get("/calls", assigned_to=str(assignee))
    return [call["id"] for call in page["items"]]


async def test_an_assigned_call_is_found_by_whose_it_is(
    customer: Customer, agent: dict[str, Any]
) -> None:
    reviewer = await customer.colleague(Role.REVIEWER)
    theirs, nobodys = await _place(customer, agent), await _place(customer, agent)

    assigned = await _assign(customer, theirs, reviewer.user.id)

    assert assigned.json() == {"call_id": theirs, "user_id": str(reviewer.user.id)}
    assert (await customer.get(f"/calls/{theirs}"))["assigned_to"] == str(reviewer.user.id)
    assert await _found(reviewer, "me") == [theirs]
    assert await _found(customer, reviewer.user.id) == [theirs]
    assert await _found(customer, "me") == []
    assert await _found(customer, "nobody") == [nobodys]


async def test_assigning_twice_is_told_once_and_taking_back_is_told(
    customer: Customer, agent: dict[str, Any]
) -> None:
    call_id = await _place(customer, agent)

    for user_id in (customer.user.id, customer.user.id, None):
        assert (await _assign(customer, call_id, user_id)).status_code == 200

    names = await event_names(customer, call_id)
    assert names == ["call.scheduled", "call.assigned", "call.assigned"]
    assert (await customer.get(f"/calls/{call_id}"))["assigned_to"] is None


async def test_a_call_is_assigned_only_to_active_users_of_its_organisation(
    customer: Customer, stranger: Customer, agent: dict[str, Any]
) -> None:
    call_id = await _place(customer, agent)
    gone = await customer.colleague(Role.REVIEWER)
    await customer.patch(f"/users/{gone.user.id}", {"is_active": False})

    for user_id in (stranger.user.id, gone.user.id, ids.new_id()):
        problem_of(await _assign(customer, call_id, user_id), 422, "assignee-unknown")
    problem_of(await _assign(stranger, call_id, stranger.user.id), 404, "call-not-found")

    assert (await customer.get(f"/calls/{call_id}"))["assigned_to"] is None
    known = {
        each["id"]: each["is_active"] for each in await customer.get("/organisation/colleagues")
    }
    assert known == {str(customer.user.id): True, str(gone.user.id): False}
