"""Scores in sum: by agent, version, criterion, category and week, worst calls and coaching."""

from typing import Any
from uuid import UUID

from backend.calls import service as calls
from backend.platform import db, ids
from backend.quality.events import EvaluationCompleted
from backend.quality.reports import jobs
from tests.quality.policies import agent_of, place, publish
from tests.support.customers import Customer
from tests.support.room import Room
from tests.support.waiting import until


async def scored(customer: Customer, calls: int) -> tuple[str, list[str]]:
    """Have calls scored by a policy, and return when all of them are counted."""
    policy = await publish(customer)
    agent = await agent_of(customer)
    placed = [str((await place(customer, agent)).id) for _ in range(calls)]
    for call in placed:
        await customer.post(f"/calls/{call}/evaluation/evaluate", {"policy_id": policy["id"]})

    async def probe() -> bool | None:
        found = await customer.get("/quality/report", by="week")
        return True if found["overall"]["n"] == calls else None

    await until(probe, "all calls to be counted")
    return str(agent.id), placed


async def test_scores_are_summed_up_by_whatever_is_asked_for(customer: Customer) -> None:
    agent, _ = await scored(customer, 3)

    found: dict[str, Any] = {
        by: await customer.get("/quality/report", by=by)
        for by in ("agent", "version", "criterion", "category", "week")
    }

    overall = found["week"]["overall"]
    assert (overall["n"], overall["mean"], overall["passed_percent"]) == (3, 80.0, 100.0)
    assert overall["interval"] == {"low": 80.0, "high": 80.0}
    [week] = found["week"]["items"]
    assert week["n"] == 3
    [own] = found["agent"]["items"]
    assert (own["agent_id"], own["mean"]) == (agent, 80.0)
    names = {each["name"]: each["mean"] for each in found["criterion"]["items"]}
    assert names == {"Greets": 100.0, "Says goodbye": 0.0, "Says that it is an AI": 100.0}
    categories = {each["name"]: each["mean"] for each in found["category"]["items"]}
    assert categories == {"Opening": 100.0, "Closing": 0.0, "Compliance": 100.0}
    elsewhere = await customer.get("/quality/report", by="agent", since="2100-01-01")
    assert (elsewhere["overall"]["n"], elsewhere["items"]) == (0, [])


async def test_scoring_a_call_again_counts_it_once(customer: Customer) -> None:
    _, [call] = await scored(customer, 1)
    await customer.post(f"/calls/{call}/evaluation/evaluate")

    async def probe() -> bool | None:
        found = await customer.get(f"/calls/{call}/evaluation")
        return True if found["revision"] == 2 and found["status"] == "valid" else None

    await until(probe, "the call to be scored again")
    found = await customer.get("/quality/report", by="week")
    assert (found["overall"]["n"], found["overall"]["mean"]) == (1, 80.0)


async def test_worst_calls_and_a_coaching_sheet_lead_to_the_calls(customer: Customer) -> None:
    agent, calls = await scored(customer, 2)

    worst = await customer.get("/quality/report/worst")
    sheet = await customer.get(f"/quality/report/coaching/{agent}")

    assert {each["call_id"] for each in worst} == set(calls)
    [weak] = sheet["to_work_on"]
    assert (weak["name"], weak["mean"], len(weak["quotes"])) == ("Says goodbye", 0.0, 2)
    assert {each["call_id"] for each in weak["quotes"]} == set(calls)
    assert {each["call"]["agent_id"] for each in worst} == {agent}
    assert all(each["quote"] for point in sheet["done_well"] for each in point["quotes"])
    assert sheet["done_well"][0]["name"] in {"Greets", "Says that it is an AI"}


async def test_a_report_is_downloaded_as_csv(customer: Customer) -> None:
    await scored(customer, 1)
    response = await customer.client.get("/api/v1/quality/report/export")
    lines = response.text.splitlines()
    assert response.headers["content-type"].startswith("text/csv")
    assert lines[0].startswith("by,name,agent_id")
    assert any(line.startswith("criterion,Greets,,,,1,100.00") for line in lines)


async def test_a_call_that_is_deleted_counts_for_nothing(customer: Customer) -> None:
    _, [gone, _] = await scored(customer, 2)

    async with db.transaction(customer.sessions) as session:
        await session.delete(await calls.lock_call(session, customer.org.id, UUID(gone)))

    for by in ("agent", "category", "criterion", "week"):
        found = await customer.get("/quality/report", by=by)
        assert (found["overall"]["n"], found["overall"]["mean"]) == (1, 80.0)
        assert {each["n"] for each in found["items"]} == {1}
    assert len(await customer.get("/quality/report/worst")) == 1


async def test_what_is_counted_after_its_call_is_gone_is_passed_over(room: Room) -> None:
    event = EvaluationCompleted(
        org_id=room.org.id, call_id=ids.new_id(), data={"policy_id": str(ids.new_id())}
    )
    await jobs.count_evaluation(room.runtime, event)
