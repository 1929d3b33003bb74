"""Logging in, who am I, and logging out."""

import asyncio
import threading
from typing import Any

import httpx
import pytest
from pwdlib import PasswordHash

from backend.auth import passwords
from backend.auth.deps import SESSION_COOKIE
from backend.auth.models import Role
from backend.platform import db
from tests.support.customers import Customer
from tests.support.logs import captured_log
from tests.support.problems import pointers, problem_of
from tests.support.sandbox import Sandbox
from tests.support.service import EMAIL, PASSWORD, Service, running_service, test_settings
from tests.support.waiting import until

LOGIN = "/api/v1/auth/login"
ME = "/api/v1/auth/me"


def credentials(customer: Customer, **changes: str) -> dict[str, str]:
    return {"email": customer.user.email, "password": PASSWORD, **changes}


def anonymous(service: Service) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=service.settings.own_url)


async def test_the_right_password_gives_a_token_and_says_who_one_is(customer: Customer) -> None:
    async with anonymous(customer) as client:
        response = await client.post(LOGIN, json=credentials(customer))
        client.cookies.clear()
        login = response.json()
        bearer = {"Authorization": f"Bearer {login['access_token']}"}
        me = await client.get(ME, headers=bearer)

    assert response.status_code == 200
    assert login["token_type"] == "bearer"
    assert login["expires_in"] == 15 * 60
    assert me.json() == login["user"]
    assert login["user"]["email"] == customer.user.email
    assert login["user"]["role"] == "admin"
    assert login["user"]["organisation"]["slug"] == customer.org.slug
    assert "password" not in response.text


async def test_a_browser_is_logged_in_by_a_cookie_its_scripts_cannot_read(
    customer: Customer,
) -> None:
    async with anonymous(customer) as client:
        response = await client.post(LOGIN, json=credentials(customer))
        cookie = response.headers["set-cookie"]

        assert (await client.get(ME)).status_code == 200
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie


async def test_an_address_is_the_same_in_upper_case(customer: Customer) -> None:
    shouted = credentials(customer, email=customer.user.email.upper())

    response = await customer.client.post(LOGIN, json=shouted)

    assert response.json()["user"]["email"] == customer.user.email


async def test_a_wrong_password_and_an_unknown_account_look_the_same(customer: Customer) -> None:
    wrong = await customer.client.post(LOGIN, json=credentials(customer, password="wrong"))
    unknown = await customer.client.post(
        LOGIN, json=credentials(customer, email="nobody@example.com")
    )

    known = problem_of(wrong, 401, "credentials-refused") | {"request_id": None}
    assert known == unknown.json() | {"request_id": None}
    assert "set-cookie" not in wrong.headers


class _CountingHasher:
    """Hashes as always, and keeps what it was asked to compare with."""

    def __init__(self, hasher: PasswordHash) -> None:
        self._hasher = hasher
        self.compared: list[str] = []

    def verify(self, password: str, stored_hash: str) -> bool:
        self.compared.append(stored_hash)
        return self._hasher.verify(password, stored_hash)


async def test_every_refused_login_compares_once_whoever_it_is(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    inactive = await customer.colleague(Role.REVIEWER)
    await customer.patch(f"/users/{inactive.user.id}", {"is_active": False})
    address = f"invited@{customer.org.slug}.example.com"
    await customer.post("/users", {"email": address, "name": "Dana", "role": "reviewer"})
    hasher = _CountingHasher(passwords._hasher)
    monkeypatch.setattr(passwords, "_hasher", hasher)

    for email in (customer.user.email, inactive.user.email, address, "nobody@example.com"):
        response = await customer.client.post(LOGIN, json={"email": email, "password": "wrong"})
        problem_of(response, 401, "credentials-refused")

    assert len(hasher.compared) == 4
    assert all(compared.startswith("$argon2id$") for compared in hasher.compared)


async def test_looking_at_a_password_holds_no_database_connection(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(_CountingHasher):
        def verify(self, password: str, stored_hash: str) -> bool:
            begun.set()
            go_on.wait(60)
            return super().verify(password, stored_hash)

    monkeypatch.setattr(passwords, "_hasher", Slow(passwords._hasher))
    held = "select count(*) from pg_stat_activity where datname = current_database() "
    held += "and state like 'idle in transaction%'"

    async def none_is_held() -> bool:
        row = await db.fetch_row(customer.sessions, held)
        return row is not None and row["count"] == 0

    login = asyncio.create_task(customer.client.post(LOGIN, json=credentials(customer)))
    await asyncio.to_thread(begun.wait, 10)
    # What else is done in this database holds one for a moment.
    await until(none_is_held, "no connection to be held")
    go_on.set()

    assert (await login).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": "somebody@example.com"}, "/password"),
        ({"password": "secret"}, "/email"),
        ({"email": "somebody", "password": "secret"}, "/email"),
        ({"email": "somebody@example.com", "password": ""}, "/password"),
        ({"email": "somebody@example.com", "password": "x" * 1025}, "/password"),
        ({"email": "somebody@example.com", "password": ["secret"]}, "/password"),
        ({"email": "somebody@example.com", "password": "secret", "code": 1}, "/code"),
        (["somebody@example.com", "secret"], ""),
    ],
)
async def test_a_body_of_the_wrong_shape_is_refused_with_its_place(
    customer: Customer, body: Any, pointer: str
) -> None:
    response = await customer.client.post(LOGIN, json=body)

    assert pointers(problem_of(response, 422, "invalid-request")) == [pointer]
    assert "secret" not in response.text


async def test_a_body_that_is_no_json_is_refused(customer: Customer) -> None:
    response = await customer.client.post(
        LOGIN, content=b'{"email": ', headers={"Content-Type": "application/json"}
    )

    problem_of(response, 400, "malformed-json")


async def test_a_password_that_is_not_text_for_the_database_is_only_wrong(
    customer: Customer,
) -> None:
    response = await customer.client.post(LOGIN, json=credentials(customer, password="a\0b"))

    problem_of(response, 401, "credentials-refused")


async def test_logging_out_ends_the_token_and_not_only_the_cookie(customer: Customer) -> None:
    response = await customer.client.post("/api/v1/auth/logout")

    assert response.status_code == 204
    assert f'{SESSION_COOKIE}=""' in response.headers["set-cookie"]
    problem_of(await customer.client.get(ME), 401, "credentials-refused")


async def test_logging_out_ends_no_other_session_of_the_same_user(customer: Customer) -> None:
    async with anonymous(customer) as elsewhere:
        await elsewhere.post(LOGIN, json=credentials(customer))
        await customer.client.post("/api/v1/auth/logout")

        assert (await elsewhere.get(ME)).status_code == 200


async def test_neither_password_nor_token_is_ever_logged(customer: Customer) -> None:
    with captured_log() as log:
        login = await customer.client.post(LOGIN, json=credentials(customer))
        await customer.client.post(LOGIN, json=credentials(customer, password="hunter2-wrong"))
        await customer.client.post(LOGIN, json=credentials(customer, email="hunter2-wrong"))
        token = login.json()["access_token"]
        await customer.client.get(ME, headers={"Authorization": f"Bearer {token}x"})
        await customer.client.post("/api/v1/auth/logout")

    assert PASSWORD not in log.text
    assert "hunter2" not in log.text
    assert token not in log.text


async def test_over_https_the_cookie_is_of_this_host_alone(dsn: str, sandbox: Sandbox) -> None:
    settings = test_settings(dsn, sandbox, public_url="https://ringback.example.com")
    async with running_service(settings, worker=False) as api:
        login = {"email": EMAIL, "password": PASSWORD}
        response = await api.client.post(LOGIN, json=login)
        given = response.headers["set-cookie"]
        value = given.partition(";")[0].partition("=")[2]
        del api.client.headers["Authorization"]
        api.client.cookies.clear()

        ours = await api.client.get(ME, headers={"Cookie": f"__Host-{SESSION_COOKIE}={value}"})
        planted = await api.client.get(ME, headers={"Cookie": f"{SESSION_COOKIE}={value}"})

    assert given.startswith(f"__Host-{SESSION_COOKIE}=")
    assert {"Secure", "Path=/"} <= set(given.split("; "))
    assert "Domain" not in given
    assert ours.status_code == 200
    problem_of(planted, 401, "no-credentials")
