"""Searching through the API."""

from typing import Any

import pytest

from backend.platform import ids
from tests.support.customers import Customer
from tests.support.inbox import settled, the_call
from tests.support.problems import pointers, problem_of
from tests.support.retell_side import RetellSide
from tests.support.waiting import until


async def _search(customer: Customer, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await customer.get("/search", **query))["items"]
    return items


async def test_a_call_that_ended_is_found_by_what_was_said_and_by_its_own_organisation_alone(
    customer: Customer, stranger: Customer
) -> None:
    agent = await customer.published_agent()
    retell = RetellSide(agent["retell_agent_id"])
    await settled(customer, retell.started(), retell.ended(), retell.analyzed())
    call = await the_call(customer)

    (found,) = await until(lambda: _search(customer, q="hours late"), "the call to be found")

    assert (found["call_id"], found["turns"], found["start_ms"]) == (call["id"], [0, 1, 2], 0)
    assert found["text"].endswith("I'm two hours late.")
    assert [line["role"] for line in found["lines"]] == ["agent", "user", "user"]
    assert found["lines"][2]["pieces"] == [
        {"text": "I'm two ", "is_hit": False},
        {"text": "hours", "is_hit": True},
        {"text": " ", "is_hit": False},
        {"text": "late", "is_hit": True},
        {"text": ".", "is_hit": False},
    ]
    assert found["call"]["agent_id"] == agent["id"]
    assert found["call"]["from_number"] == "+14155550100"
    assert await _search(stranger, q="hours late") == []


@pytest.mark.parametrize(
    ("query", "wrong"),
    [({}, "query:q"), ({"q": ""}, "query:q"), ({"q": "x", "limit": 51}, "query:limit")],
)
async def test_what_cannot_be_asked_is_named(
    customer: Customer, query: dict[str, Any], wrong: str
) -> None:
    answer = await customer.client.get("/api/v1/search", params=query)
    assert pointers(problem_of(answer, 422, "invalid-request")) == [wrong]


@pytest.mark.parametrize(
    ("path", "of"),
    [("/search", {"q": "late"}), ("/search/similar", {"call_id": ids.new_id(), "turn": 0})],
)
async def test_a_time_that_nothing_can_be_reckoned_from_is_refused(
    customer: Customer, path: str, of: dict[str, Any]
) -> None:
    query = of | {"created_after": "0001-01-01T00:30:00Z"}
    answer = await customer.client.get(f"/api/v1{path}", params=query)
    assert pointers(problem_of(answer, 422, "invalid-request")) == ["query:created_after"]
