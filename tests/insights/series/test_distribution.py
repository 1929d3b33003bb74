"""Distributions through the API, and the calls behind each of their parts."""

import csv
import io
from typing import Any

import pytest

from backend.calls.models import CallStatus
from backend.records.models import RecordStatus
from tests.insights.series.test_routes import SUNDAY, WEEK, _agent, _call
from tests.support.customers import Customer
from tests.support.problems import problem_of


async def _distribution(customer: Customer, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = await customer.get("/insights/distribution", **(WEEK | query))
    return found


async def test_lengths_are_in_bins_that_lead_to_their_calls(customer: Customer) -> None:
    agent = await _agent(customer)
    for seconds in (31, 32, 33, 48, 61):
        await _call(customer, agent, SUNDAY, duration_ms=1000 * seconds)
    await _call(customer, agent, SUNDAY, status=CallStatus.FAILED)

    found = await _distribution(customer, metric="duration_ms")

    assert (found["n"], found["median"]) == (5, 33_000)
    assert found["quartiles"] == {"low": 32_000, "high": 48_000}
    assert sum(each["n"] for each in found["parts"]) == 5
    for each in found["parts"]:
        behind = (await customer.get("/calls", **each["calls"]))["items"]
        assert len(behind) == each["n"], each


async def test_values_of_a_field_are_counted_and_lead_to_their_calls(
    customer: Customer, stranger: Customer
) -> None:
    agent = await _agent(customer)
    for outcome, late in (("done", True), ("done", False), ("refused", True), (None, None)):
        data = {"outcome": outcome, "late": late, "boxes": 3}
        await _call(customer, agent, SUNDAY, record={"status": RecordStatus.VALID, "data": data})

    outcomes = await _distribution(customer, field="outcome")
    assert {each["label"]: each["n"] for each in outcomes["parts"]} == {
        "done": 2,
        "refused": 1,
        "": 1,
    }
    assert outcomes["parts"][0]["percent"] == 50
    lateness = await _distribution(customer, field="late")
    assert {each["label"]: each["n"] for each in lateness["parts"]} == {"yes": 2, "no": 1}
    for each in (*outcomes["parts"], *lateness["parts"]):
        if each["calls"] is not None:
            behind = (await customer.get("/calls", **each["calls"]))["items"]
            assert len(behind) == each["n"], each
    boxes = await _distribution(customer, field="boxes")
    assert [(each["label"], each["n"]) for each in boxes["parts"]] == [("3 to 4", 4)]
    for query in ({"field": "outcome"}, {"metric": "duration_ms"}):
        theirs = await _distribution(stranger, agent_id=str(agent.id), **query)
        assert (theirs["n"], theirs["parts"]) == (0, [])

    answer = await customer.client.get(
        "/api/v1/insights/distribution/export", params=WEEK | {"field": "outcome"}
    )
    rows = [*csv.DictReader(io.StringIO(answer.text))]
    assert (rows[0]["label"], rows[0]["n"]) == ("done", "2")


async def test_fields_are_named_with_what_can_be_made_of_them(
    customer: Customer, stranger: Customer
) -> None:
    agent = await _agent(customer)
    fields = await customer.get("/insights/fields", agent_id=str(agent.id))
    assert [(each["name"], each["kind"], each["choices"]) for each in fields] == [
        ("boxes", "number", []),
        ("late", "yes_no", []),
        ("outcome", "choice", ["done", "refused"]),
    ]
    assert await stranger.get("/insights/fields") == []


@pytest.mark.parametrize("query", [{}, {"metric": "calls", "field": "late"}, {"field": "a b"}])
async def test_either_a_metric_or_a_field_is_asked_for(
    customer: Customer, query: dict[str, str]
) -> None:
    answer = await customer.client.get("/api/v1/insights/distribution", params=query)
    problem_of(answer, 422, "invalid-request")
