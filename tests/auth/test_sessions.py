"""How long a login lasts, what keeps it, and how it ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from sqlmodel import col, select, update

from backend.auth.deps import SESSION_COOKIE
from backend.auth.models import Role, UserSession
from backend.platform import clock, db
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.service import PASSWORD

LOGIN, ME = "/api/v1/auth/login", "/api/v1/auth/me"
OUT, EVERYWHERE = "/api/v1/auth/logout", "/api/v1/auth/logout-everywhere"


@asynccontextmanager
async def browser(customer: Customer) -> AsyncIterator[httpx.AsyncClient]:
    """Log in with a cookie, as a browser does."""
    async with httpx.AsyncClient(base_url=customer.settings.own_url) as client:
        body = {"email": customer.user.email, "password": PASSWORD}
        assert (await client.post(LOGIN, json=body)).status_code == 200
        yield client


async def change_sessions(customer: Customer, **columns: object) -> None:
    async with db.transaction(customer.sessions) as session:
        mine = update(UserSession).where(col(UserSession.user_id) == customer.user.id)
        await session.exec(mine.values(**columns))


async def test_a_cookie_is_replaced_after_a_while_and_the_old_one_lives_for_moments(
    customer: Customer,
) -> None:
    async with browser(customer) as client:
        first = client.cookies[SESSION_COOKIE]
        assert "set-cookie" not in (await client.get(ME)).headers
        await change_sessions(customer, rotated_at=clock.now() - timedelta(minutes=16))

        replaced = await client.get(ME)

        second = client.cookies[SESSION_COOKIE]
        assert replaced.status_code == 200
        assert second != first
        assert "HttpOnly" in replaced.headers["set-cookie"]
        assert (await client.get(ME)).status_code == 200
        client.cookies.clear()
        late = await client.get(ME, headers={"Cookie": f"{SESSION_COOKIE}={first}"})
        assert late.status_code == 200


async def test_a_replaced_cookie_that_comes_back_later_ends_the_session(
    customer: Customer,
) -> None:
    async with browser(customer) as client:
        first = client.cookies[SESSION_COOKIE]
        await change_sessions(customer, rotated_at=clock.now() - timedelta(minutes=16))
        await client.get(ME)
        await change_sessions(customer, rotated_at=clock.now() - timedelta(minutes=2))

        async with httpx.AsyncClient(base_url=customer.settings.own_url) as thief:
            thief.cookies.set(SESSION_COOKIE, first)
            problem_of(await thief.get(ME), 401, "credentials-refused")

        problem_of(await client.get(ME), 401, "credentials-refused")


async def test_a_cookie_is_replaced_also_when_the_request_fails(customer: Customer) -> None:
    async with browser(customer) as client:
        await change_sessions(customer, rotated_at=clock.now() - timedelta(minutes=16))

        missing = await client.get("/api/v1/calls/00000000-0000-0000-0000-000000000007")

        assert missing.status_code == 404
        assert SESSION_COOKIE in missing.headers["set-cookie"]


async def test_use_keeps_a_session_but_not_for_ever(customer: Customer) -> None:
    async with browser(customer) as client:
        began = clock.now() - timedelta(days=6, hours=23)
        await change_sessions(customer, created_at=began, rotated_at=began)

        await client.get(ME)

    async with db.transaction(customer.sessions) as session:
        mine = select(UserSession).where(UserSession.user_id == customer.user.id)
        ends = {row.expires_at for row in (await session.exec(mine)).all() if row.previous_sha256}
    assert ends == {began + timedelta(days=7)}


async def test_logging_out_ends_the_cookie_and_the_token_of_the_session(
    customer: Customer,
) -> None:
    async with browser(customer) as client:
        refreshed = (await client.post("/api/v1/auth/refresh")).json()
        bearer = {"Authorization": f"Bearer {refreshed['access_token']}"}
        cookie = {"Cookie": f"{SESSION_COOKIE}={client.cookies[SESSION_COOKIE]}"}

        assert (await client.post(OUT)).status_code == 204

        client.cookies.clear()
        problem_of(await client.get(ME, headers=bearer), 401, "credentials-refused")
        problem_of(await client.get(ME, headers=cookie), 401, "credentials-refused")


async def test_logging_out_everywhere_ends_all_sessions_of_this_user_only(
    customer: Customer,
) -> None:
    colleague = await customer.colleague(Role.REVIEWER)
    async with browser(customer) as client:
        assert (await client.post(EVERYWHERE)).status_code == 204

    problem_of(await customer.client.get(ME), 401, "credentials-refused")
    assert (await colleague.client.get(ME)).status_code == 200


async def test_an_administrator_can_log_somebody_out(customer: Customer) -> None:
    colleague = await customer.colleague(Role.REVIEWER)

    await customer.post(f"/users/{colleague.user.id}/logout")

    problem_of(await colleague.client.get(ME), 401, "credentials-refused")
    assert (await customer.client.get(ME)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://other.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_another_site_changes_nothing_with_the_cookie(
    customer: Customer, headers: dict[str, str]
) -> None:
    async with browser(customer) as client:
        problem_of(await client.post(OUT, headers=headers), 403, "cross-site-refused")

        assert (await client.get(ME)).status_code == 200


async def test_another_site_cannot_log_somebody_in(customer: Customer) -> None:
    body = {"email": customer.user.email, "password": PASSWORD}

    response = await customer.client.post(
        LOGIN, json=body, headers={"Sec-Fetch-Site": "cross-site", "Authorization": ""}
    )

    problem_of(response, 403, "cross-site-refused")


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_the_own_site_and_the_address_bar_may(customer: Customer, site: str) -> None:
    async with browser(customer) as client:
        response = await client.post(OUT, headers={"Sec-Fetch-Site": site})

    assert response.status_code == 204


async def test_an_older_browser_may_from_its_own_origin(customer: Customer) -> None:
    async with browser(customer) as client:
        response = await client.post(OUT, headers={"Origin": customer.settings.own_url})

    assert response.status_code == 204


async def test_a_token_is_no_cookie_so_other_sites_cannot_send_it(customer: Customer) -> None:
    response = await customer.client.post(OUT, headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status_code == 204
