"""Drift through the API, by calls that were made to differ."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.agents.models import Agent
from backend.calls.models import AnsweredBy
from backend.platform import clock, db
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import problem_of

SCHEMA = {
    "type": "object",
    "properties": {
        "boxes": {"type": ["number", "null"]},
        "outcome": {"type": ["string", "null"], "enum": ["done", "refused", None]},
        "note": {"type": ["string", "null"]},
    },
}


async def _agent(customer: Customer) -> Agent:
    async with db.transaction(customer.sessions) as session:
        return await builders.published_agent(session, customer.org.id, record_schema=SCHEMA)


async def _calls(
    customer: Customer, agent: Agent, count: int, *, days_ago: float, well: int, version: int = 1
) -> None:
    """Make calls, the first `well` of which go well."""
    at = clock.now() - timedelta(days=days_ago)
    async with db.transaction(customer.sessions) as session:
        for n in range(count):
            is_well = n < well
            answered = AnsweredBy.HUMAN if is_well else AnsweredBy.VOICEMAIL
            call = await builders.call(
                session,
                agent,
                created_at=at + timedelta(minutes=n),
                answered_by=answered,
                duration_ms=60_000 + 1000 * n,
                agent_version=version,
            )
            data = {"boxes": n % 7, "outcome": "done" if is_well else "refused", "note": "x"}
            await builders.record(session, call, status=RecordStatus.VALID, data=data)


async def _drift(customer: Customer, **query: Any) -> dict[str, dict[str, Any]]:
    items = (await customer.get("/insights/drift", **query))["items"]
    return {each["metric"]: each for each in items}


async def test_what_changed_is_told_and_what_did_not_is_not(
    customer: Customer, stranger: Customer
) -> None:
    agent = await _agent(customer)
    await _calls(customer, agent, 40, days_ago=2, well=8)
    await _calls(customer, agent, 60, days_ago=20, well=45)

    found = await _drift(customer)

    answered = found["answered_by_people_percent"]
    assert (answered["verdict"], answered["test"]) == ("drift", "fisher_exact")
    assert (answered["window"]["value"], answered["baseline"]["value"]) == (20, 75)
    assert (answered["n"], answered["baseline_n"]) == (40, 60)
    assert answered["effect_size"] < -1
    assert answered["p_value"] < answered["adjusted_p_value"] <= 0.05
    outcome = found["field:outcome"]
    assert (outcome["verdict"], outcome["test"]) == ("drift", "fisher_exact")
    assert outcome["window"]["shares"] == {"refused": 80, "done": 20}
    assert (found["field:boxes"]["verdict"], found["field:boxes"]["test"]) == (
        *("no_drift", "mann_whitney"),
    )
    assert found["valid_percent"]["verdict"] == "no_drift"
    assert found["score"]["verdict"] == "too_few"
    assert (found["calls"]["n"], found["calls"]["baseline_n"]) == (7, 28)
    assert "filled:note" in found
    assert "field:note" not in found

    one = await _drift(customer, metric="field:outcome", agent_id=str(agent.id))
    assert one["field:outcome"]["adjusted_p_value"] == one["field:outcome"]["p_value"]
    theirs = await _drift(stranger, agent_id=str(agent.id))
    assert {
        each["n"] + each["baseline_n"] for each in theirs.values() if not each["is_by_day"]
    } == {0}
    assert "field:boxes" not in theirs


async def test_a_version_is_compared_with_another(customer: Customer) -> None:
    agent = await _agent(customer)
    await _calls(customer, agent, 30, days_ago=50, well=30, version=1)
    await _calls(customer, agent, 30, days_ago=1, well=0, version=2)

    found = await _drift(customer, agent_id=str(agent.id), agent_version=2, baseline_version=1)

    answered = found["answered_by_people_percent"]
    assert (answered["verdict"], answered["n"], answered["baseline_n"]) == ("drift", 30, 30)
    assert "calls" not in found


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2026-11-09T00:00:00Z", "until": "2026-11-08T00:00:00Z"},
        {"baseline_since": "2020-11-09T00:00:00Z"},
        {"baseline_version": 1},
        {"agent_id": str(UUID(int=7)), "agent_version": 2, "baseline_version": 1}
        | {"until": "0002-01-02T00:00:00Z"},
        {"metric": "happiness"},
        {"agent_version": 0},
    ],
)
async def test_what_cannot_be_compared_is_refused(
    customer: Customer, wrong: dict[str, Any]
) -> None:
    answer = await customer.client.get("/api/v1/insights/drift", params=wrong)
    problem_of(answer, 422, "invalid-request")
