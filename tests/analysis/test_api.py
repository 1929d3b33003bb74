"""The paths of analyses: what they refuse, who may ask, and what they show."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from backend.agents.models import Agent
from backend.auth.models import Role
from backend.platform import clock, db
from tests.analysis.calls import LINES, MODEL, SCHEMA, SETTLED, priced_settings
from tests.support import builders
from tests.support.customers import Customer, new_customer
from tests.support.problems import problem_of
from tests.support.sandbox import Sandbox
from tests.support.service import running_service
from tests.support.waiting import until

SETTINGS = "/api/v1/analysis/settings"


@pytest.fixture
async def payer(dsn: str, sandbox: Sandbox) -> AsyncIterator[Customer]:
    """An organisation of a service that knows what its model costs."""
    async with (
        running_service(priced_settings(dsn, sandbox)) as running,
        new_customer(running) as customer,
    ):
        yield customer


async def a_call(customer: Customer, **config: Any) -> str:
    async with db.transaction(customer.sessions) as session:
        agent: Agent = await builders.published_agent(session, customer.org.id, **config)
        call = await builders.call(session, agent, lines=LINES, seen=SETTLED, check_at=None)
    return str(call.id)


async def analyzed(customer: Customer, call_id: str) -> dict[str, Any]:
    async def probe() -> dict[str, Any] | None:
        found: dict[str, Any] = await customer.get(f"/calls/{call_id}/analysis")
        return found if found["status"] != "pending" else None

    return await until(probe, "the call to be analyzed")


async def test_it_is_off_with_the_preset_until_an_administrator_says_otherwise(
    customer: Customer,
) -> None:
    held = await customer.get("/analysis/settings")
    preset = await customer.get("/analysis/preset")

    assert (held["enabled"], held["schema_version"], held["is_preset"]) == (False, 0, True)
    assert held["record_schema"] == preset["record_schema"]
    assert {"customer_sentiment", "pain_points", "objections", "next_steps", "entities"} <= set(
        preset["record_schema"]["properties"]
    )
    assert held["spent_today_cents"] == 0
    assert held["left_today_cents"] == held["daily_budget_cents"] == 500


async def test_without_the_models_price_it_cannot_be_switched_on(customer: Customer) -> None:
    response = await customer.client.patch(SETTINGS, json={"enabled": True})

    problem = problem_of(response, 422, "analysis-settings-invalid")
    [error] = problem["errors"]
    assert error["pointer"] == "/enabled"
    assert MODEL in error["message"]
    assert "LLM_PRICES" in error["message"]
    held = await customer.get("/analysis/settings")
    assert (held["enabled"], held["unpriced_models"]) == (False, [MODEL])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"record_schema": {"type": "array"}}, "/record_schema/type"),
        ({"record_schema": {"type": "object", "properties": {}}}, "/record_schema/properties"),
        ({"agent_ids": [str(UUID(int=7))]}, "/agent_ids/0"),
        ({"daily_budget_cents": 0}, "/daily_budget_cents"),
        ({"share_percent": 101}, "/share_percent"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"proof": "person"}, "/proof"),
        ({"model": "grok"}, "/model"),
        ({"agent_ids": []}, "/agent_ids"),
        ({"budget": 3}, "/budget"),
    ],
)
async def test_settings_that_mean_nothing_are_refused_with_their_place(
    customer: Customer, change: dict[str, Any], pointer: str
) -> None:
    response = await customer.client.patch(SETTINGS, json=change)

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert (await customer.get("/analysis/settings"))["schema_version"] == 0


async def test_a_model_whose_provider_has_no_key_is_refused(customer: Customer) -> None:
    response = await customer.client.patch(SETTINGS, json={"model": "anthropic/claude-haiku-4-5"})

    problem_of(response, 422, "llm-not-usable")


async def test_what_is_asked_has_versions_and_the_rest_has_none(customer: Customer) -> None:
    versions = [
        (await customer.patch("/analysis/settings", change))["schema_version"]
        for change in (
            {"share_percent": 50},
            {"record_schema": SCHEMA},
            {"record_schema": SCHEMA},
            {"instructions": "Be brief."},
            {"daily_budget_cents": 20},
        )
    ]
    assert versions == [1, 2, 2, 3, 3]


async def test_only_administrators_change_it_and_only_managers_spend(customer: Customer) -> None:
    call_id = await a_call(customer)
    manager = await customer.colleague(Role.MANAGER)
    reviewer = await customer.colleague(Role.REVIEWER)

    refused = await manager.client.patch(SETTINGS, json={"enabled": False})
    asked = await reviewer.client.post(f"/api/v1/calls/{call_id}/analysis")
    made_up = await reviewer.client.post("/api/v1/analysis/left-out/analyze")

    assert [refused.status_code, asked.status_code, made_up.status_code] == [403] * 3
    assert (await reviewer.client.get(SETTINGS)).status_code == 200


async def test_a_call_is_analyzed_when_somebody_asks_and_shows_its_quotes(
    payer: Customer,
) -> None:
    call_id = await a_call(payer)
    off = await payer.client.post(f"/api/v1/calls/{call_id}/analysis")
    await payer.patch("/analysis/settings", {"enabled": True, "record_schema": SCHEMA})

    await payer.post(f"/calls/{call_id}/analysis")
    found = await analyzed(payer, call_id)

    problem_of(off, 409, "analysis-switched-off")
    assert found["status"] == "valid"
    assert found["record_schema"] == SCHEMA
    assert found["evidence"]["delay_reason"]["turns"] == [1]
    assert found["cost_cents"] > 0
    [day] = (await payer.get("/analysis/days"))["items"]
    assert day["spent_cents"] == pytest.approx(found["cost_cents"])
    audit = await payer.get(f"/calls/{call_id}/analysis/audit")
    assert "accident" in str(audit["exchanges"])
    held = await payer.get("/analysis/settings")
    assert held["spent_today_cents"] == day["spent_cents"]


async def test_a_call_without_words_is_refused(payer: Customer) -> None:
    await payer.patch("/analysis/settings", {"enabled": True})
    async with db.transaction(payer.sessions) as session:
        agent = await builders.published_agent(session, payer.org.id)
        call = await builders.call(session, agent, seen=SETTLED, check_at=None)

    response = await payer.client.post(f"/api/v1/calls/{call.id}/analysis")

    problem_of(response, 409, "nothing-to-analyze")


async def test_a_call_that_nobody_analyzed_has_no_analysis(customer: Customer) -> None:
    call_id = await a_call(customer)

    response = await customer.client.get(f"/api/v1/calls/{call_id}/analysis")

    problem_of(response, 404, "analysis-not-found")
    assert await customer.get(f"/calls/{call_id}/analysis/revisions") == []


async def test_names_that_an_analysis_learns_are_masked_for_reviewers(payer: Customer) -> None:
    names = {"type": "object", "properties": {"witness_name": {"type": ["string", "null"]}}}
    await payer.patch("/analysis/settings", {"enabled": True, "record_schema": names})
    async with db.transaction(payer.sessions) as session:
        agent = await builders.published_agent(session, payer.org.id, redact=["name"])
        lines = ("agent: What is the name of the witness?", "user: The witness was Rosalind Varga.")
        call = await builders.call(session, agent, lines=lines, seen=SETTLED, check_at=None)
    reviewer = await payer.colleague(Role.REVIEWER)

    await payer.post(f"/calls/{call.id}/analysis")
    found = await analyzed(payer, str(call.id))
    seen = await reviewer.get(f"/calls/{call.id}/analysis")
    words = await reviewer.get(f"/calls/{call.id}")

    assert "Rosalind Varga" in found["data"]["witness_name"]
    assert "Rosalind" not in str(seen)
    assert "Rosalind" not in str(words["transcript"])


async def test_whom_a_former_analysis_named_stays_masked_for_reviewers(payer: Customer) -> None:
    names = {"type": "object", "properties": {"witness_name": {"type": ["string", "null"]}}}
    await payer.patch("/analysis/settings", {"enabled": True, "record_schema": names})
    async with db.transaction(payer.sessions) as session:
        agent = await builders.published_agent(session, payer.org.id, redact=["name"])
        lines = ("agent: What is the name of the witness?", "user: The witness was Rosalind Varga.")
        columns: dict[str, Any] = {
            "lines": lines,
            "seen": SETTLED,
            "check_at": None,
            "ended_at": clock.now(),
        }
        call = await builders.call(session, agent, **columns)
    reviewer = await payer.colleague(Role.REVIEWER)
    await payer.post(f"/calls/{call.id}/analysis")
    assert "Rosalind" in (await analyzed(payer, str(call.id)))["data"]["witness_name"]

    await payer.patch("/analysis/settings", {"record_schema": SCHEMA})
    await payer.post(f"/calls/{call.id}/analysis")
    assert "witness_name" not in (await later(payer, str(call.id), 2))["data"]

    revisions = await reviewer.get(f"/calls/{call.id}/analysis/revisions")
    words = await reviewer.get(f"/calls/{call.id}")
    assert "Rosalind" not in str(revisions)
    assert "Rosalind" not in str(words["transcript"])
    found = [len((await each.get("/calls", q="Rosalind"))["items"]) for each in (payer, reviewer)]
    assert found == [1, 0]


async def later(customer: Customer, call_id: str, revision: int) -> dict[str, Any]:
    async def probe() -> dict[str, Any] | None:
        found: dict[str, Any] = await customer.get(f"/calls/{call_id}/analysis")
        return found if found["revision"] == revision else None

    return await until(probe, "the later analysis to count")


async def test_another_organizations_analyses_are_not_there(
    payer: Customer, sandbox: Sandbox
) -> None:
    await payer.patch("/analysis/settings", {"enabled": True, "record_schema": SCHEMA})
    call_id = await a_call(payer)
    await payer.post(f"/calls/{call_id}/analysis")
    await analyzed(payer, call_id)

    async with new_customer(payer) as stranger:
        response = await stranger.client.get(f"/api/v1/calls/{call_id}/analysis")
        asked = await stranger.client.post(f"/api/v1/calls/{call_id}/analysis")
        assert [response.status_code, asked.status_code] == [404, 404]
        assert (await stranger.get("/analyses"))["items"] == []
        assert (await stranger.get("/analysis/days"))["items"] == []
    assert len((await payer.get("/analyses", status="valid"))["items"]) == 1
