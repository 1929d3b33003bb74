"""Who did what: entered with the change, shown to administrators, never altered."""

from typing import Any

import asyncpg
import pytest

from backend.auth.models import Role
from tests.support.customers import Customer
from tests.support.problems import problem_of


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
