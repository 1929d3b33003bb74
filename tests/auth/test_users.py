"""Inviting people, and what becomes of their accounts."""

import asyncio
from typing import Any

import httpx
import pytest

from backend.auth.models import Role
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.service import PASSWORD

NEW_PASSWORD = "a new and longer password"
LOGIN, ME = "/api/v1/auth/login", "/api/v1/auth/me"
BY_LINK, CHANGE = "/api/v1/auth/password/link", "/api/v1/auth/password"


def address_at(customer: Customer, name: str) -> str:
    return f"{name}@{customer.org.slug}.example.com"


async def invited(customer: Customer, role: str = "reviewer") -> dict[str, Any]:
    body = {"email": address_at(customer, "dana"), "name": "Dana", "role": role}
    user: dict[str, Any] = await customer.post("/users", body)
    return user


def token_in(link: dict[str, Any]) -> str:
    token: str = link["url"].partition("#token=")[2]
    return token


async def follow(customer: Customer, link: dict[str, Any], password: str) -> httpx.Response:
    return await customer.client.post(BY_LINK, json={"token": token_in(link), "password": password})


async def log_in(customer: Customer, email: str, password: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=customer.settings.own_url) as client:
        return await client.post(LOGIN, json={"email": email, "password": password})


async def test_an_invited_person_sets_a_password_and_logs_in(customer: Customer) -> None:
    user = await invited(customer)
    link = user["invitation"]

    followed = await follow(customer, link, NEW_PASSWORD)

    assert user["status"] == "invited"
    assert link["url"].startswith(f"{customer.settings.own_url}/set-password#token=")
    assert followed.status_code == 204
    login = await log_in(customer, user["email"], NEW_PASSWORD)
    assert login.json()["user"]["role"] == "reviewer"
    assert login.json()["user"]["organisation"]["slug"] == customer.org.slug
    shown = await customer.get(f"/users/{user['id']}")
    assert shown["status"] == "active"
    assert shown["last_login_at"] is not None


async def test_before_that_nobody_logs_in(customer: Customer) -> None:
    user = await invited(customer)

    problem_of(await log_in(customer, user["email"], PASSWORD), 401, "credentials-refused")


async def test_a_link_works_once_also_when_used_twice_at_once(customer: Customer) -> None:
    link = (await invited(customer))["invitation"]

    answers = await asyncio.gather(*(follow(customer, link, NEW_PASSWORD) for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [204, 422, 422]


async def test_a_new_link_ends_the_one_before_and_a_wrong_one_is_refused(
    customer: Customer,
) -> None:
    user = await invited(customer)
    newer = await customer.post(f"/users/{user['id']}/password-link")

    older = await follow(customer, user["invitation"], NEW_PASSWORD)
    wrong = await customer.client.post(BY_LINK, json={"token": "x", "password": NEW_PASSWORD})

    problem_of(older, 422, "password-link-refused")
    problem_of(wrong, 422, "password-link-refused")
    assert (await follow(customer, newer, NEW_PASSWORD)).status_code == 204


async def test_a_reset_ends_the_sessions_and_the_old_password(customer: Customer) -> None:
    colleague = await customer.colleague(Role.MANAGER)
    link = await customer.post(f"/users/{colleague.user.id}/password-link")

    await follow(customer, link, NEW_PASSWORD)

    problem_of(await colleague.client.get(ME), 401, "credentials-refused")
    email = colleague.user.email
    problem_of(await log_in(customer, email, PASSWORD), 401, "credentials-refused")
    assert (await log_in(customer, email, NEW_PASSWORD)).status_code == 200


async def test_changing_ones_password_ends_the_other_sessions_only(customer: Customer) -> None:
    elsewhere = (await log_in(customer, customer.user.email, PASSWORD)).json()["access_token"]

    changed = await customer.client.post(
        CHANGE, json={"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    )

    assert changed.status_code == 204
    assert (await customer.client.get(ME)).status_code == 200
    other = await customer.client.get(ME, headers={"Authorization": f"Bearer {elsewhere}"})
    problem_of(other, 401, "credentials-refused")
    assert (await log_in(customer, customer.user.email, NEW_PASSWORD)).status_code == 200


async def test_the_current_password_must_be_right(customer: Customer) -> None:
    response = await customer.client.post(
        CHANGE, json={"current_password": "wrong", "new_password": NEW_PASSWORD}
    )

    assert pointers(problem_of(response, 422, "password-refused")) == ["/current_password"]
    assert (await log_in(customer, customer.user.email, PASSWORD)).status_code == 200


async def test_a_deactivated_user_is_out_at_once_and_can_come_back(customer: Customer) -> None:
    colleague = await customer.colleague(Role.MANAGER)
    path = f"/users/{colleague.user.id}"

    await customer.patch(path, {"is_active": False})

    problem_of(await colleague.client.get(ME), 401, "credentials-refused")
    email = colleague.user.email
    problem_of(await log_in(customer, email, PASSWORD), 401, "credentials-refused")
    no_link = await customer.client.post(f"/api/v1{path}/password-link")
    problem_of(no_link, 409, "user-deactivated")
    assert (await customer.patch(path, {"is_active": True}))["status"] == "active"
    assert (await log_in(customer, email, PASSWORD)).status_code == 200
    problem_of(await colleague.client.get(ME), 401, "credentials-refused")


async def test_a_changed_role_counts_from_the_next_request(customer: Customer) -> None:
    colleague = await customer.colleague(Role.REVIEWER)

    await customer.patch(f"/users/{colleague.user.id}", {"role": "admin", "name": "Robin"})

    assert (await colleague.get("/auth/me"))["name"] == "Robin"
    assert (await colleague.client.get("/api/v1/users")).status_code == 200


async def test_the_last_administrator_stays_also_when_two_demote_each_other(
    customer: Customer,
) -> None:
    other = await customer.colleague(Role.ADMIN)
    demote = {"role": "reviewer"}

    answers = await asyncio.gather(
        customer.client.patch(f"/api/v1/users/{other.user.id}", json=demote),
        other.client.patch(f"/api/v1/users/{customer.user.id}", json=demote),
    )

    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(refused) == 1
    problem_of(refused[0], 409, "last-administrator")


async def test_an_address_has_one_account_in_all_organisations(
    customer: Customer, stranger: Customer
) -> None:
    body = {"email": stranger.user.email, "name": "Dana", "role": "reviewer"}

    problem_of(await customer.client.post("/api/v1/users", json=body), 409, "email-taken")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "Dana", "role": "reviewer"}, "/email"),
        ({"email": "dana", "name": "Dana", "role": "reviewer"}, "/email"),
        ({"email": "dana@example.com", "name": " ", "role": "reviewer"}, "/name"),
        ({"email": "dana@example.com", "name": "a\0b", "role": "reviewer"}, "/name"),
        ({"email": "dana@example.com", "name": "Dana", "role": "owner"}, "/role"),
    ],
)
async def test_what_is_no_user_is_refused_with_its_place(
    customer: Customer, body: dict[str, str], pointer: str
) -> None:
    response = await customer.client.post("/api/v1/users", json=body)

    assert pointers(problem_of(response, 422, "invalid-request")) == [pointer]


async def test_users_are_listed_in_pages_of_their_own_organisation(
    customer: Customer, stranger: Customer
) -> None:
    user = await invited(customer)

    first = await customer.get("/users", limit=1)
    second = await customer.get("/users", limit=1, cursor=first["next_cursor"])

    assert [item["id"] for item in first["items"]] == [user["id"]]
    assert [item["id"] for item in second["items"]] == [str(customer.user.id)]
    assert second["next_cursor"] is None
