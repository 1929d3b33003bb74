"""Somebody has the judge measured now, and sees how far it is."""

import asyncio
from typing import Any

from tests.quality.policies import GREETS, agent_of, evaluated, place, publish
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.waiting import until


async def approved(customer: Customer, calls: int) -> dict[str, Any]:
    """Have a policy score calls that somebody then approves."""
    agent = await agent_of(customer)
    policy = await publish(customer, criteria=[GREETS])
    placed = [await place(customer, agent) for _ in range(calls)]
    for call in placed:
        await evaluated(customer, call, policy)
        await customer.post(f"/calls/{call.id}/evaluation/approve")
    return policy


async def test_a_run_that_somebody_asks_for_is_seen_until_it_is_measured(
    customer: Customer,
) -> None:
    policy = await approved(customer, 5)
    path = f"/policies/{policy['id']}/golden-runs"

    made = await customer.post(path)

    async def measured() -> dict[str, Any] | None:
        (run,) = (await customer.get(path))["items"]
        return run if run["done_at"] else None

    run = await until(measured, "the run to be measured")
    assert made["id"] == run["id"]
    assert (made["total"], made["created_by"]) == (5, str(customer.user.id))
    assert (run["total"], run["done"], run["failed"]) == (5, 5, 0)
    assert run["agreement"] == [{"key": "greeting", "percent": 100.0, "n": 5}]


async def test_one_run_is_made_at_a_time(customer: Customer) -> None:
    policy = await approved(customer, 5)
    path = f"/api/v1/policies/{policy['id']}/golden-runs"

    answers = await asyncio.gather(*(customer.client.post(path) for _ in range(3)))

    made, *refused = sorted(answers, key=lambda each: each.status_code)
    assert made.status_code == 201
    for each in refused:
        problem_of(each, 409, "golden-run-under-way")


async def test_what_cannot_be_run_is_refused(customer: Customer) -> None:
    policy = await approved(customer, 4)
    draft = await customer.post("/policies", {"name": "Draft", "criteria": [GREETS]})

    async def is_refused(asked: dict[str, Any], code: str) -> None:
        path = f"/api/v1/policies/{asked['id']}/golden-runs"
        problem_of(await customer.client.post(path), 409, code)

    await is_refused(policy, "too-few-reviewed")
    await is_refused(draft, "policy-not-published")
    await customer.client.delete(f"/api/v1/policies/{policy['id']}")
    await is_refused(policy, "policy-archived")
