"""Who did what: entered with the change, shown to administrators, never altered."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend.agents.models import Agent, ProofPolicy
from backend.analysis.models import AnalysisSchema, AnalysisSettings
from backend.auth import cross_site
from backend.auth.models import Role
from backend.platform import db
from tests.auth.test_permissions import Operation, guarded
from tests.quality.policies import publish
from tests.records.test_corrections import SCHEMA
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.retell_account import RetellAccount
from tests.support.sandbox import Sandbox
from tests.support.service import PASSWORD

DESTINATION = {
    "name": "CRM",
    "kind": "webhook",
    "config": {"url": "https://crm.example.com/hooks"},
    "events": ["call.ended"],
}


async def entries(customer: Customer, **wanted: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await customer.get("/audit", **wanted))["items"]
    return items


async def test_a_change_is_entered_with_who_what_when_and_from_where(customer: Customer) -> None:
    colleague = await customer.colleague(Role.REVIEWER)

    response = await customer.client.patch(
        f"/api/v1/users/{colleague.user.id}", json={"role": "manager"}
    )

    (entry,) = await entries(customer, action="update_user")
    assert entry["actor_kind"] == "user"
    assert entry["actor_id"] == str(customer.user.id)
    assert entry["actor_name"] == customer.user.email
    assert entry["object_id"] == str(colleague.user.id)
    assert entry["details"] == {"role": "manager"}
    assert entry["address"] == "127.0.0.1"
    assert entry["request_id"] == response.headers["x-request-id"]


async def test_entries_are_found_by_when_it_was_done(customer: Customer) -> None:
    agent = await customer.post("/agents", {"name": "Check-in", "prompt": "Be kind."})
    (entry,) = await entries(customer, action="create_agent")
    at = datetime.fromisoformat(entry["at"])
    second = timedelta(seconds=1)

    async def found(**span: datetime) -> list[str | None]:
        named = {name: instant.isoformat() for name, instant in span.items()}
        done = await entries(customer, action="create_agent", **named)
        return [each["object_id"] for each in done]

    assert await found(created_after=at - second, created_before=at + second) == [agent["id"]]
    assert await found(created_after=at + second) == []
    assert await found(created_before=at - second) == []


async def test_actions_are_found_by_how_they_begin(customer: Customer) -> None:
    agent = await customer.post("/agents", {"name": "Check-in", "prompt": "Be kind."})
    await customer.patch(f"/agents/{agent['id']}", {"name": "Check call"})

    assert [each["action"] for each in await entries(customer, action="update")] == ["update_agent"]
    assert await entries(customer, action="agent") == []


async def test_what_a_key_does_is_entered_under_its_name(customer: Customer) -> None:
    key = await customer.post("/api-keys", {"name": "CRM import", "role": "manager"})

    agent = await customer.client.post(
        "/api/v1/agents",
        json={"name": "Check-in", "prompt": "Be kind."},
        headers={"Authorization": f"Bearer {key['key']}"},
    )

    assert agent.status_code == 201
    (entry,) = await entries(customer, actor_id=key["id"])
    assert (entry["actor_kind"], entry["actor_name"]) == ("api_key", "CRM import")
    assert entry["action"] == "create_agent"


SUPPRESSED = {"to_number": "+14155550175"}


def changing_without_an_id() -> set[Operation]:
    """What changes or makes something that its path does not name; other paths do.

    Recordings are left out: they take files.
    """
    return {
        (method, path)
        for method, path in guarded()
        if method not in cross_site.SAFE_METHODS and "{" not in path and "/recordings" not in path
    }


async def every_change(customer: Customer, sandbox: Sandbox) -> dict[Operation, Any]:
    """Give each of them what it needs to go well."""
    agent = await customer.published_agent(record_schema=SCHEMA)
    agent_id = {"agent_id": agent["id"]}
    async with db.transaction(customer.sessions) as session:
        found = await session.get_one(Agent, UUID(agent["id"]))
        call = await builders.call(session, found, lines=("user: I am late.",))
        await builders.record(session, call, data={})
        session.add(AnalysisSchema(org_id=customer.org.id, version=1, record_schema=SCHEMA))
        switched_on = AnalysisSettings(
            org_id=customer.org.id,
            enabled=True,
            schema_version=1,
            daily_budget_cents=500,
            proof=ProofPolicy.RULES,
        )
        session.add(switched_on)
    policy = await publish(customer)
    rated = {"calls": [str(call.id)], "raters": [str(customer.user.id)]}
    account = RetellAccount(sandbox)
    llm = await account.ask("POST", "/create-retell-llm", {"general_prompt": "Be kind."})
    engine = {"type": "retell-llm", "llm_id": llm["llm_id"]}
    theirs = {"voice_id": "openai-Onyx", "response_engine": engine}
    at_retell = (await account.ask("POST", "/create-agent", theirs))["agent_id"]
    name, email = {"name": "Dana"}, f"dana@{customer.org.slug}.example.com"
    passwords = {"current_password": PASSWORD, "new_password": PASSWORD + " two"}
    return {
        ("POST", "/api/v1/agents"): name | {"prompt": "Be kind."},
        ("POST", "/api/v1/analysis/left-out/analyze"): None,
        ("PATCH", "/api/v1/analysis/settings"): {"enabled": False, "share_percent": 50},
        ("POST", "/api/v1/agents/import"): {"retell_agent_id": at_retell},
        ("POST", "/api/v1/alerts"): name
        | {"metric": "calls", "comparison": "below", "threshold": 1},
        ("POST", "/api/v1/api-keys"): name | {"role": "manager"},
        ("POST", "/api/v1/backtests"): agent_id,
        ("POST", "/api/v1/calibrations"): rated | {"policy_id": policy["id"]},
        ("POST", "/api/v1/campaigns"): agent_id | name,
        ("POST", "/api/v1/campaigns/pause"): None,
        ("POST", "/api/v1/calls"): agent_id | {"to_number": "+14155550100"},
        ("POST", "/api/v1/calls/web"): agent_id,
        ("POST", "/api/v1/compliance/check"): SUPPRESSED,
        # Asked before no call of this test: its calls are for service.
        ("POST", "/api/v1/compliance/hooks"): name | {"url": "https://lookup.example.com/dial"},
        ("POST", "/api/v1/consents"): SUPPRESSED | {"purpose": "service", "source": "form"},
        ("POST", "/api/v1/destinations"): DESTINATION,
        ("POST", "/api/v1/dialling/resume"): None,
        ("POST", "/api/v1/erasures"): {"phone_number": "+14155550173"},
        ("POST", "/api/v1/erasures/preview"): {"phone_number": "+14155550173"},
        ("POST", "/api/v1/disclosures"): {"phone_number": "+14155550174"},
        ("POST", "/api/v1/erasures/verify"): {"payload": {}, "key_id": "", "signature": ""},
        ("POST", "/api/v1/holds"): {"phone_number": "+14155550174", "reason": "A claim."},
        ("POST", "/api/v1/inbound-rules"): {"caller": "+14155550100"},
        ("POST", "/api/v1/models/check"): {"model": "openai/sandbox-stand-in"},
        ("PATCH", "/api/v1/organisation"): name,
        ("POST", "/api/v1/organisation/retell-check"): None,
        ("POST", "/api/v1/policies"): name,
        ("PUT", "/api/v1/retention"): {"transcripts": 90},
        ("PUT", "/api/v1/compliance/rules"): {"rules": []},
        ("POST", "/api/v1/suppressions"): SUPPRESSED,
        ("POST", "/api/v1/suppressions/import"): "to_number\n+14155550176\n",
        ("POST", "/api/v1/users"): name | {"email": email, "role": "reviewer"},
        ("POST", "/api/v1/webhooks/test-address"): None,
        ("POST", "/api/v1/webhooks/verify"): {"body": "{}", "signature": "v=1,d=2"},
        ("POST", "/api/v1/auth/password"): passwords,
        ("POST", "/api/v1/auth/refresh"): None,
        ("POST", "/api/v1/auth/logout"): None,
        ("POST", "/api/v1/auth/logout-everywhere"): None,
    }


async def test_every_change_is_entered_with_what_it_is_about(
    customer: Customer, sandbox: Sandbox
) -> None:
    colleague = await customer.colleague(Role.ADMIN)
    wanted = await every_change(customer, sandbox)
    assert set(wanted) == changing_without_an_id()

    for (method, path), body in wanted.items():
        if "/logout" in path:
            colleague = await customer.colleague(Role.ADMIN)
        sent: dict[str, Any] = {"content": body} if isinstance(body, str) else {"json": body}
        response = await colleague.client.request(method, path, **sent)
        assert response.is_success, f"{method} {path}: {response.text}"
        (entry,) = [
            entry
            for entry in await entries(customer)
            if entry["request_id"] == response.headers["x-request-id"]
        ]
        made = response.json() if response.content else {}
        made = made.get("call", made)
        assert entry["object_id"] is not None, f"{method} {path}"
        if response.status_code in {201, 202}:
            assert entry["object_id"] == made["id"], f"{method} {path}"
    assert all(entry["object_id"] for entry in await entries(customer, limit=200))


async def test_what_was_refused_or_only_looked_at_is_not_entered(customer: Customer) -> None:
    before = await entries(customer)

    await customer.client.patch(f"/api/v1/users/{customer.user.id}", json={"role": "reviewer"})
    await customer.get("/users")

    assert await entries(customer) == before


async def test_logins_are_entered(customer: Customer) -> None:
    await customer.colleague(Role.REVIEWER)

    assert len(await entries(customer, action="log_in")) == 2


async def test_no_secret_is_entered(customer: Customer) -> None:
    key = await customer.post("/api-keys", {"name": "CRM import", "role": "manager"})
    user = {"email": f"dana@{customer.org.slug}.example.com", "name": "Dana", "role": "reviewer"}
    link = (await customer.post("/users", user))["invitation"]["url"]

    text = repr(await entries(customer))

    assert key["key"] not in text
    assert link.partition("#token=")[2] not in text


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REVIEWER])
async def test_only_administrators_read_it(customer: Customer, role: Role) -> None:
    colleague = await customer.colleague(role)

    problem_of(await colleague.client.get("/api/v1/audit"), 403, "role-missing")


async def test_another_organisation_reads_its_own(customer: Customer, stranger: Customer) -> None:
    await customer.post("/api-keys", {"name": "CRM import", "role": "manager"})

    assert {entry["action"] for entry in await entries(stranger)} == {"log_in"}


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entries set action = 'x'",
        "delete from audit_entries",
        "truncate audit_entries",
    ],
)
async def test_the_database_refuses_to_change_entries(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        with pytest.raises(asyncpg.RestrictViolationError, match="only ever added"):
            await connection.execute(statement)
    finally:
        await connection.close()
