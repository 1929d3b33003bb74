"""A policy's draft is tried on past calls, and says what would move, before it is published."""

from typing import Any
from uuid import UUID

from sqlmodel import col, delete

from backend.auth.models import Role
from backend.platform import db, ids
from backend.quality.models import CriterionVerdict
from backend.quality.policies.config import Criterion
from backend.quality.reliability import Measured, note_reliability
from tests.quality.policies import GREETS, SAYS_GOODBYE, agent_of, evaluated, place, publish
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.waiting import until


async def _done(customer: Customer, policy: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    made = await customer.post("/backtests", {"policy_id": policy["id"], **wanted})
    path = f"/policies/{policy['id']}/backtests/{made['id']}"

    async def probe() -> dict[str, Any] | None:
        found: dict[str, Any] = await customer.get(path)
        return found if found["done"] + found["failed"] == found["total"] else None

    return await until(probe, "the back-test to be done")


async def test_a_draft_tells_what_would_move_and_changes_nothing(customer: Customer) -> None:
    agent = await agent_of(customer)
    policy = await publish(customer)
    call = await place(customer, agent)
    before = await evaluated(customer, call, policy)
    strict = [GREETS, SAYS_GOODBYE | {"auto_fail": True}]
    await customer.patch(f"/policies/{policy['id']}", {"criteria": strict})

    made = await _done(customer, policy)

    assert (made["total"], made["done"], made["failed"]) == (1, 1, 0)
    assert (made["mean_before"], made["mean_after"]) == (80.0, 0.0)
    assert (made["would_pass"], made["would_fail"]) == (0, 1)
    assert made["moved"] == {"disclosure": 1}
    (trial,) = await customer.get(f"/policies/{policy['id']}/backtests/{made['id']}/trials")
    assert (trial["score_before"], trial["score_after"]) == (80.0, 0.0)
    assert trial["call"]["agent_id"] == str(agent.id)
    assert trial["moved"] == [{"key": "disclosure", "before": "yes", "after": None}]
    assert await customer.get(f"/calls/{call.id}/evaluation") == before
    (listed,) = (await customer.get(f"/policies/{policy['id']}/backtests"))["items"]
    assert listed == made


async def test_what_scores_leave_out_a_back_test_leaves_out_too(customer: Customer) -> None:
    policy = await publish(customer)
    async with db.transaction(customer.sessions) as session:
        found = Measured(0.2, 9, is_reliable=False)
        goodbye = Criterion.model_validate(SAYS_GOODBYE)
        await note_reliability(session, customer.org.id, UUID(policy["id"]), goodbye, found)
    await evaluated(customer, await place(customer, await agent_of(customer)), policy)

    made = await _done(customer, policy)

    assert (made["mean_before"], made["mean_after"]) == (100.0, 100.0)


async def test_what_a_back_test_found_stays_when_verdicts_are_gone(customer: Customer) -> None:
    policy = await publish(customer)
    await evaluated(customer, await place(customer, await agent_of(customer)), policy)
    await customer.patch(f"/policies/{policy['id']}", {"criteria": [GREETS, SAYS_GOODBYE]})
    made = await _done(customer, policy)
    path = f"/policies/{policy['id']}/backtests"
    trials = await customer.get(f"{path}/{made['id']}/trials")

    async with db.transaction(customer.sessions) as session:
        own = col(CriterionVerdict.org_id) == customer.org.id
        await session.exec(delete(CriterionVerdict).where(own))

    assert (await customer.get(path))["items"] == [made]
    assert await customer.get(f"{path}/{made['id']}/trials") == trials


async def test_without_calls_there_is_nothing_to_try(customer: Customer) -> None:
    policy = await publish(customer)

    response = await customer.client.post("/api/v1/backtests", json={"policy_id": policy["id"]})

    problem_of(response, 409, "nothing-to-evaluate")


async def test_a_back_test_is_for_managers_of_the_policys_own_organization(
    customer: Customer, stranger: Customer
) -> None:
    policy = await publish(stranger)
    reviewer = await customer.colleague(Role.REVIEWER)
    body = {"policy_id": policy["id"]}

    theirs = await customer.client.post("/api/v1/backtests", json=body)
    not_allowed = await reviewer.client.post("/api/v1/backtests", json=body)
    unknown = await stranger.client.get(f"/api/v1/policies/{policy['id']}/backtests/{ids.new_id()}")

    problem_of(theirs, 404, "policy-not-found")
    assert not_allowed.status_code == 403
    problem_of(unknown, 404, "policy-backtest-not-found")
