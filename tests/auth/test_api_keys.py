"""API keys: what programs identify themselves with."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, select, update

from backend.auth.models import ApiKey, Role
from backend.platform import clock, db
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

ME = "/api/v1/auth/me"


async def made(customer: Customer, **changes: Any) -> dict[str, Any]:
    body = {"name": "CRM import", "role": "manager", **changes}
    key: dict[str, Any] = await customer.post("/api-keys", body)
    return key


def holding(key: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {key['key']}"}


async def test_a_key_identifies_a_program_with_the_role_it_was_given(customer: Customer) -> None:
    key = await made(customer)

    me = (await customer.client.get(ME, headers=holding(key))).json()

    assert (me["kind"], me["id"], me["name"]) == ("api_key", key["id"], "CRM import")
    assert (me["role"], me["email"]) == ("manager", None)
    assert me["organisation"]["slug"] == customer.org.slug
    refused = await customer.client.get("/api/v1/users", headers=holding(key))
    problem_of(refused, 403, "role-missing")


async def test_a_key_is_shown_once_and_kept_as_a_hash(customer: Customer) -> None:
    key = await made(customer)

    (listed,) = (await customer.get("/api-keys"))["items"]

    assert key["key"].startswith(listed["prefix"])
    assert len(listed["prefix"]) == 12
    assert "key" not in listed
    assert listed["created_by"] == str(customer.user.id)
    async with db.transaction(customer.sessions) as session:
        row = (await session.exec(select(ApiKey).where(ApiKey.org_id == customer.org.id))).one()
    assert key["key"] not in repr(row.model_dump())


async def test_its_last_use_is_noted(customer: Customer) -> None:
    key = await made(customer)
    assert key["last_used_at"] is None

    await customer.client.get(ME, headers=holding(key))

    (listed,) = (await customer.get("/api-keys"))["items"]
    assert listed["last_used_at"] is not None


async def test_a_revoked_key_is_refused(customer: Customer) -> None:
    key = await made(customer)

    for _ in range(2):
        revoked = await customer.client.delete(f"/api/v1/api-keys/{key['id']}")
        assert revoked.status_code == 204

    response = await customer.client.get(ME, headers=holding(key))
    problem_of(response, 401, "credentials-refused")


async def test_a_key_ends_when_it_was_said_to(customer: Customer) -> None:
    later = clock.now() + timedelta(hours=1)
    key = await made(customer, expires_at=later.isoformat())
    assert (await customer.client.get(ME, headers=holding(key))).status_code == 200

    async with db.transaction(customer.sessions) as session:
        ending = update(ApiKey).where(col(ApiKey.org_id) == customer.org.id)
        await session.exec(ending.values(expires_at=clock.now()))

    response = await customer.client.get(ME, headers=holding(key))
    problem_of(response, 401, "credentials-refused")


async def test_a_key_that_would_have_ended_already_is_not_made(customer: Customer) -> None:
    body = {"name": "CRM import", "role": "manager"}
    for ends in (clock.now() - timedelta(days=1), clock.now()):
        response = await customer.client.post(
            "/api/v1/api-keys", json=body | {"expires_at": ends.isoformat()}
        )

        assert pointers(problem_of(response, 422, "invalid-request")) == ["/expires_at"]
    assert (await customer.get("/api-keys"))["items"] == []


@pytest.mark.parametrize("path", ["logout", "logout-everywhere", "refresh"])
async def test_a_key_has_no_session_to_end(customer: Customer, path: str) -> None:
    key = await made(customer)

    response = await customer.client.post(f"/api/v1/auth/{path}", headers=holding(key))

    problem_of(response, 403, "person-needed")


async def test_a_key_follows_the_feed_until_it_is_revoked(customer: Customer) -> None:
    key = await made(customer, role=Role.REVIEWER.value)
    ended = False

    async with (
        httpx.AsyncClient(base_url=customer.settings.own_url, timeout=20) as program,
        program.stream("GET", "/api/v1/events", headers=holding(key)) as feed,
    ):
        assert feed.status_code == 200
        await customer.client.delete(f"/api/v1/api-keys/{key['id']}")
        async for _ in feed.aiter_raw():
            pass
        ended = True

    assert ended
