"""Evaluating again leaves what people said, and lists find what is asked for."""

from typing import Any

from backend.calls.models import Call
from tests.quality.policies import LINES, agent_of, evaluated, place, publish
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.waiting import until


async def _again(customer: Customer, call: Call, revision: int, **asked: Any) -> dict[str, Any]:
    await customer.post(f"/calls/{call.id}/evaluation/evaluate", asked)

    async def probe() -> dict[str, Any] | None:
        found: dict[str, Any] = await customer.get(f"/calls/{call.id}/evaluation")
        return found if found["revision"] == revision else None

    return await until(probe, f"revision {revision} to be current")


async def test_a_persons_verdicts_stay_unless_they_are_to_give_way(customer: Customer) -> None:
    agent = await agent_of(customer)
    call = await place(customer, agent)
    await evaluated(customer, call, await publish(customer))
    word = {"goodbye": {"verdict": "yes", "note": "It is in the recording."}}
    await customer.patch(f"/calls/{call.id}/evaluation", {"results": word})

    kept = await _again(customer, call, 3)
    replaced = await _again(customer, call, 4, replace_review=True)

    assert (kept["score"], kept["results"][1]["proven_by"]) == (100.0, "person")
    assert kept["results"][1]["note"] == "It is in the recording."
    assert (replaced["score"], replaced["results"][1]["proven_by"]) == (80.0, "second_reading")


async def test_a_call_without_words_or_policy_cannot_be_evaluated(customer: Customer) -> None:
    agent = await agent_of(customer)
    silent = await place(customer, agent, transcript=[])
    spoken = await place(customer, agent)

    for call in (silent, spoken):
        response = await customer.client.post(f"/api/v1/calls/{call.id}/evaluation/evaluate")
        problem_of(response, 409, "nothing-to-evaluate")
    missing = await customer.client.get(f"/api/v1/calls/{spoken.id}/evaluation")
    problem_of(missing, 404, "evaluation-not-found")


async def test_a_draft_alone_evaluates_no_call(customer: Customer) -> None:
    call = await place(customer, await agent_of(customer))
    draft = await customer.post("/policies", {"name": "Draft"})

    response = await customer.client.post(
        f"/api/v1/calls/{call.id}/evaluation/evaluate", json={"policy_id": draft["id"]}
    )

    problem_of(response, 409, "policy-not-published")


async def test_lists_find_what_is_asked_for(customer: Customer) -> None:
    agent, other = await agent_of(customer), await agent_of(customer)
    policy = await publish(customer)
    good = await place(customer, agent, *LINES, "agent: Thank you, goodbye.")
    bad = await place(customer, other, "agent: Where are you?", "user: In Indio.", "agent: So.")
    await evaluated(customer, good, policy)
    await evaluated(customer, bad, policy)

    async def found(**wanted: Any) -> list[str]:
        items = (await customer.get("/evaluations", **wanted))["items"]
        return [item["call_id"] for item in items]

    assert await found() == [str(bad.id), str(good.id)]
    assert await found(order="oldest") == [str(good.id), str(bad.id)]
    assert await found(below="80") == [str(bad.id)]
    assert await found(passed="true") == [str(good.id)]
    assert await found(agent_id=str(agent.id)) == [str(good.id)]
    assert await found(violation="goodbye") == [str(bad.id)]
    assert await found(violation="critical") == [str(bad.id)]
    assert await found(status="disputed") == []
    body = {"user_id": str(customer.user.id)}
    await customer.client.put(f"/api/v1/calls/{bad.id}/assignee", json=body)
    assert await found(assigned_to="me") == [str(bad.id)]
    assert await found(assigned_to="nobody") == [str(good.id)]
    first = await customer.get("/evaluations", limit="1", policy_id=policy["id"])
    assert await found(cursor=first["next_cursor"]) == [str(good.id)]
