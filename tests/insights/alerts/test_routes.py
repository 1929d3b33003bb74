"""Alerts through the API."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from backend.auth.models import Role
from backend.insights.alerts import service
from backend.insights.metrics.definitions import METRICS
from backend.insights.metrics.names import Metric
from backend.platform import clock, db
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

WANTED: dict[str, Any] = {"name": "Nobody answers", "metric": "answered_by_people_percent"} | {
    "comparison": "below",
    "threshold": 30,
}


async def test_an_alert_is_made_changed_and_deleted(customer: Customer, stranger: Customer) -> None:
    made = await customer.post("/alerts", WANTED)

    assert (made["state"], made["enabled"], made["samples"]) == ("quiet", True, 0)
    assert (made["window_minutes"], made["min_samples"], made["hold_minutes"]) == (60, 20, 5)
    path = f"/api/v1/alerts/{made['id']}"
    changed = (await customer.client.patch(path, json={"threshold": 40})).json()
    assert (changed["threshold"], changed["name"]) == (40, "Nobody answers")
    assert [each["id"] for each in (await customer.get("/alerts"))["items"]] == [made["id"]]
    assert (await customer.get(f"/alerts/{made['id']}"))["threshold"] == 40

    assert (await stranger.get("/alerts"))["items"] == []
    for method in ("GET", "PATCH", "DELETE"):
        answer = await stranger.client.request(method, path, json={} if method == "PATCH" else None)
        problem_of(answer, 404, "alert-not-found")

    assert (await customer.client.delete(path)).status_code == 204
    problem_of(await customer.client.get(path), 404, "alert-not-found")


async def test_another_organisations_agent_cannot_be_watched(
    customer: Customer, stranger: Customer
) -> None:
    agent = await stranger.published_agent()
    body = WANTED | {"agent_id": agent["id"]}
    problem_of(await customer.client.post("/api/v1/alerts", json=body), 404, "agent-not-found")


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"metric": "happiness"}, "/metric"),
        ({"metric": "field:"}, "/metric"),
        ({"name": "  "}, "/name"),
        ({"window_minutes": 1}, "/window_minutes"),
        ({"comparison": "equals"}, "/comparison"),
        ({"threshold": 1e300}, "/threshold"),
    ],
)
async def test_what_cannot_be_watched_is_named(
    customer: Customer, wrong: dict[str, Any], place: str
) -> None:
    answer = await customer.client.post("/api/v1/alerts", json=WANTED | wrong)
    found = pointers(problem_of(answer, 422, "invalid-request"))
    assert found
    assert all(pointer.startswith(place) for pointer in found)


async def test_reviewers_see_alerts_and_do_not_change_them(customer: Customer) -> None:
    made = await customer.post("/alerts", WANTED)
    reviewer = await customer.colleague(Role.REVIEWER)

    assert (await reviewer.get("/alerts"))["items"][0]["id"] == made["id"]
    answer = await reviewer.client.patch(f"/api/v1/alerts/{made['id']}", json={})
    assert answer.status_code == 403


async def test_another_question_is_watched_anew(customer: Customer) -> None:
    made = await customer.post("/alerts", WANTED | {"metric": "calls", "hold_minutes": 0})
    assert made["value"] == 0

    renamed = await customer.client.patch(f"/api/v1/alerts/{made['id']}", json={"name": "Few"})
    assert renamed.json()["name"] == "Few"
    off = await customer.client.patch(f"/api/v1/alerts/{made['id']}", json={"enabled": False})
    assert (off.json()["enabled"], off.json()["state"]) == (False, "quiet")


async def test_one_alert_too_many_is_refused(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST", 1)
    await customer.post("/alerts", WANTED)

    refused = await customer.client.post("/api/v1/alerts", json=WANTED)

    problem_of(refused, 409, "too-many-alerts")


def test_every_number_that_is_documented_can_be_read() -> None:
    named, _ = get_args(Metric)
    assert set(get_args(named)) == set(METRICS)


@pytest.mark.parametrize("is_of_one_agent", [True, False])
async def test_reviewers_are_not_told_by_an_alert_what_is_masked(
    customer: Customer, *, is_of_one_agent: bool
) -> None:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id, redact=["card"])
        call = await builders.call(session, agent, created_at=clock.now() - timedelta(minutes=5))
        await builders.record(session, call, status=RecordStatus.VALID, data={"boxes": 4111})
    of_agent = {"agent_id": str(agent.id)} if is_of_one_agent else {}
    about = {"threshold": 5, "comparison": "above", "min_samples": 1} | of_agent
    boxes = await customer.post("/alerts", WANTED | about | {"metric": "field:boxes"})
    filled = await customer.post("/alerts", WANTED | about | {"metric": "filled:boxes"})
    reviewer = await customer.colleague(Role.REVIEWER)

    assert (boxes["value"], filled["value"]) == (4111, 100)
    assert (await customer.get(f"/alerts/{boxes['id']}"))["value"] == 4111
    shown = await reviewer.get(f"/alerts/{boxes['id']}")
    assert (shown["value"], shown["baseline"], shown["samples"]) == (None, None, 1)
    assert (shown["is_hidden"], boxes["is_hidden"]) == (True, False)
    listed = {each["id"]: each["value"] for each in (await reviewer.get("/alerts"))["items"]}
    assert listed == {boxes["id"]: None, filled["id"]: 100}


async def test_agents_that_mask_nothing_hide_nothing(customer: Customer) -> None:
    async with db.transaction(customer.sessions) as session:
        await builders.published_agent(session, customer.org.id, redact=["card"])
        agent = await builders.published_agent(session, customer.org.id)
        call = await builders.call(session, agent, created_at=clock.now() - timedelta(minutes=5))
        await builders.record(session, call, status=RecordStatus.VALID, data={"boxes": 7})
    about = {"metric": "field:boxes", "agent_id": str(agent.id), "min_samples": 1}
    made = await customer.post("/alerts", WANTED | about)
    reviewer = await customer.colleague(Role.REVIEWER)

    assert (await reviewer.get(f"/alerts/{made['id']}"))["value"] == 7
