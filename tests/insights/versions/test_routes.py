"""How versions compare, through the API."""

from typing import Any

from backend.agents.models import Agent
from backend.insights.drift.judging import Pair, judge
from backend.insights.drift.schemas import FindingRead
from backend.insights.metrics.sampling import Sample
from backend.insights.versions.models import ComparisonEnd, VersionComparison
from backend.platform import db
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import problem_of


async def _agent(customer: Customer) -> Agent:
    async with db.transaction(customer.sessions) as session:
        return await builders.published_agent(session, customer.org.id, name="Driver check-in")


async def _comparison(customer: Customer, agent: Agent, version: int, **columns: Any) -> None:
    async with db.transaction(customer.sessions) as session:
        session.add(
            VersionComparison(org_id=customer.org.id, agent_id=agent.id, version=version, **columns)
        )


def _findings(*shares: tuple[int, int]) -> list[dict[str, Any]]:
    pairs = [
        Pair(f"filled:f{n}", _sample(one), _sample(other)) for n, (one, other) in enumerate(shares)
    ]
    return [FindingRead.of(each).model_dump(mode="json") for each in judge(pairs)]


def _sample(yes: int) -> Sample:
    sample = Sample(shares=100)
    sample.numbers.update({100.0: yes, 0.0: 100 - yes})
    return sample


async def test_versions_are_listed_with_what_was_found(
    customer: Customer, stranger: Customer
) -> None:
    agent, other = await _agent(customer), await _agent(customer)
    await _comparison(customer, agent, 2, calls=12)
    found = {"baseline_version": 2, "calls": 120, "baseline_calls": 300, "looks": 2}
    differs = found | {"findings": _findings((20, 80), (50, 50)), "other_traffic": ["hours"]}
    await _comparison(customer, agent, 3, **differs)
    same = found | {"findings": _findings((50, 50)), "looks": 5}
    await _comparison(customer, other, 7, **same, ended_because=ComparisonEnd.COMPLETE)

    items = (await customer.get("/insights/versions"))["items"]
    assert [(each["version"], each["verdict"], each["next_look_at"]) for each in items] == [
        *((7, "no_drift", None), (3, "drift", 200), (2, "too_few", 50)),
    ]
    assert (items[1]["agent_name"], items[1]["other_traffic"]) == ("Driver check-in", ["hours"])
    assert [each["verdict"] for each in items[1]["items"]] == ["drift", "no_drift"]
    assert items[1]["items"][0]["window"]["interval"]["high"] < 30

    of_one = await customer.get("/insights/versions", agent_id=str(agent.id), limit=1)
    assert [each["version"] for each in of_one["items"]] == [3]
    rest = await customer.get(
        "/insights/versions", agent_id=str(agent.id), cursor=of_one["next_cursor"]
    )
    assert [each["version"] for each in rest["items"]] == [2]
    assert (await customer.get(f"/insights/versions/{agent.id}/3"))["calls"] == 120

    assert (await stranger.get("/insights/versions"))["items"] == []
    theirs = await stranger.client.get(f"/api/v1/insights/versions/{agent.id}/3")
    problem_of(theirs, 404, "comparison-not-found")
    first = await customer.client.get(f"/api/v1/insights/versions/{agent.id}/1")
    problem_of(first, 404, "comparison-not-found")
