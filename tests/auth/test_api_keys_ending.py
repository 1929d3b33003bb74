"""How long an API key lasts: no longer than who made it, and what it makes no longer than it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backend.auth.models import Role
from backend.platform import clock
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

ME, KEYS = "/api/v1/auth/me", "/api/v1/api-keys"


def holding(key: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {key['key']}"}


async def made(
    customer: Customer, *, by: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    body = {"name": "CRM import", "role": "admin", **changes}
    headers = holding(by) if by else {}
    key: dict[str, Any] = await customer.post("/api-keys", body, **headers)
    return key


async def works(customer: Customer, key: dict[str, Any]) -> bool:
    return (await customer.client.get(ME, headers=holding(key))).status_code == 200


async def test_a_key_ends_with_the_user_who_made_it_and_activating_brings_it_not_back(
    customer: Customer,
) -> None:
    colleague = await customer.colleague(Role.ADMIN)
    key, mine = await made(colleague), await made(customer)

    await customer.patch(f"/users/{colleague.user.id}", {"is_active": False})

    assert not await works(customer, key)
    assert await works(customer, mine)
    await customer.patch(f"/users/{colleague.user.id}", {"is_active": True})
    assert not await works(customer, key)
    (entry, *_) = (await customer.get("/audit", action="update_user"))["items"][1:]
    assert entry["details"]["keys_revoke"] == [key["id"]]


async def test_whoever_deactivates_a_user_may_take_the_keys_over(customer: Customer) -> None:
    colleague = await customer.colleague(Role.ADMIN)
    key = await made(colleague)

    await customer.patch(
        f"/users/{colleague.user.id}", {"is_active": False, "api_keys": "take_over"}
    )

    assert await works(customer, key)
    (listed,) = (await customer.get("/api-keys"))["items"]
    assert listed["created_by"] == str(customer.user.id)


async def test_who_becomes_less_loses_the_keys_that_may_do_more(customer: Customer) -> None:
    colleague = await customer.colleague(Role.ADMIN)
    more, same = await made(colleague, role="admin"), await made(colleague, role="manager")

    await customer.patch(f"/users/{colleague.user.id}", {"role": "manager"})

    assert not await works(customer, more)
    assert await works(customer, same)


async def test_nobody_takes_over_from_themselves(customer: Customer) -> None:
    colleague = await customer.colleague(Role.ADMIN)
    key = await made(colleague)

    await colleague.patch(
        f"/users/{colleague.user.id}", {"role": "reviewer", "api_keys": "take_over"}
    )

    assert not await works(customer, key)


async def test_a_key_made_while_its_maker_is_deactivated_does_not_outlive_it(
    customer: Customer,
) -> None:
    colleague = await customer.colleague(Role.ADMIN)
    body = {"name": "CRM import", "role": "admin"}

    *answers, _ = await asyncio.gather(
        *(colleague.client.post(KEYS, json=body) for _ in range(8)),
        customer.patch(f"/users/{colleague.user.id}", {"is_active": False}),
    )

    keys = [answer.json() for answer in answers if answer.status_code == 201]
    assert not any([await works(customer, key) for key in keys])


@pytest.mark.parametrize("later", [None, timedelta(days=2)])
async def test_a_key_that_ends_makes_none_that_lasts_longer(
    customer: Customer, later: timedelta | None
) -> None:
    ends = clock.now() + timedelta(days=1)
    key = await made(customer, expires_at=ends.isoformat())
    body = {"name": "Another", "role": "admin"}
    wanted = {"expires_at": (clock.now() + later).isoformat()} if later else {}

    response = await customer.client.post(KEYS, json=body | wanted, headers=holding(key))

    assert pointers(problem_of(response, 422, "api-key-refused")) == ["/expires_at"]
    shorter = await made(customer, by=key, expires_at=(ends - timedelta(hours=1)).isoformat())
    assert await works(customer, shorter)


async def test_a_key_ends_with_the_one_it_was_made_with(customer: Customer) -> None:
    first = await made(customer)
    second = await made(customer, by=first)
    third = await made(customer, by=second)
    assert (third["made_with"], third["created_by"]) == (second["id"], str(customer.user.id))

    await customer.client.delete(f"{KEYS}/{first['id']}")

    assert [await works(customer, key) for key in (first, second, third)] == [False] * 3


async def test_a_key_gives_nobody_an_account_or_a_right(customer: Customer) -> None:
    key = await made(customer)
    colleague = await customer.colleague(Role.REVIEWER)
    theirs = f"/api/v1/users/{colleague.user.id}"
    dana = {"email": f"dana@{customer.org.slug}.example.com", "name": "Dana", "role": "reviewer"}

    for method, path, body in (
        ("POST", "/api/v1/users", dana),
        ("POST", f"{theirs}/password-link", None),
        ("PATCH", theirs, {"role": "admin"}),
        ("PATCH", theirs, {"api_keys": "take_over"}),
    ):
        response = await customer.client.request(method, path, json=body, headers=holding(key))
        problem_of(response, 403, "person-needed")

    away = await customer.client.patch(theirs, json={"is_active": False}, headers=holding(key))
    assert away.json()["status"] == "deactivated"
    back = await customer.client.patch(theirs, json={"is_active": True}, headers=holding(key))
    problem_of(back, 403, "person-needed")
