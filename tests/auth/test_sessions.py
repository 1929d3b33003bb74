"""How long a login lasts, what keeps it, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import jwt
import pytest
from sqlmodel import col, select, update

from backend.auth import tokens
from backend.auth.deps import SESSION_COOKIE
from backend.auth.models import Role, UserSession
from backend.platform import clock, db
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.service import PASSWORD, SECRET

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


async def ask_with(customer: Customer, cookie: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=customer.settings.own_url) as client:
        return await client.get(ME, headers={"Cookie": f"{SESSION_COOKIE}={cookie}"})


async def rotate(customer: Customer, client: httpx.AsyncClient) -> None:
    """Use the cookie after so long that it is replaced, and let the time for stragglers pass."""
    before = client.cookies[SESSION_COOKIE]
    await change_sessions(customer, rotated_at=clock.now() - timedelta(minutes=16))
    assert (await client.get(ME)).status_code == 200
    assert client.cookies[SESSION_COOKIE] != before
    assert (await client.get(ME)).status_code == 200
    ago = clock.now() - timedelta(minutes=2)
    await change_sessions(customer, rotated_at=ago, seen_at=ago)


@pytest.mark.parametrize("rotations", [1, 3])
async def test_a_replaced_cookie_that_comes_back_later_ends_the_session(
    customer: Customer, rotations: int
) -> None:
    async with browser(customer) as client:
        token = (await client.post("/api/v1/auth/refresh")).json()["access_token"]
        stolen = client.cookies[SESSION_COOKIE]
        for _ in range(rotations):
            await rotate(customer, client)

        problem_of(await ask_with(customer, stolen), 401, "credentials-refused")

        problem_of(await client.get(ME), 401, "credentials-refused")
        client.cookies.clear()
        bearer = {"Authorization": f"Bearer {token}"}
        problem_of(await client.get(ME, headers=bearer), 401, "credentials-refused")


async def test_one_replaced_twice_is_late_however_soon_it_comes(customer: Customer) -> None:
    async with browser(customer) as client:
        stolen = client.cookies[SESSION_COOKIE]
        await rotate(customer, client)
        await rotate(customer, client)
        await change_sessions(customer, rotated_at=clock.now(), seen_at=clock.now())

        problem_of(await ask_with(customer, stolen), 401, "credentials-refused")
        problem_of(await client.get(ME), 401, "credentials-refused")


async def test_nobody_ends_a_session_with_a_cookie_they_made_up(customer: Customer) -> None:
    async with browser(customer) as client:
        good = client.cookies[SESSION_COOKIE]
        await rotate(customer, client)
        session_id, rotation = tokens.rotation_in(good, (SECRET,))
        of_another_key = tokens.session_cookie(session_id, rotation, ("another secret" * 3,))
        header, claims, signature = good.split(".")
        unsigned = jwt.encode({"sid": str(session_id), "rotation": rotation}, "", algorithm="none")

        for made_up in (
            of_another_key,
            unsigned,
            f"{header}.{claims}.{signature[::-1]}",
            f"{header}.{claims}.",
            str(session_id),
            "uPjSnkgzBHYVrR1C0mCzvfOeYCFYMZx4BkzYcW4W7xI",
        ):
            problem_of(await ask_with(customer, made_up), 401, "credentials-refused")

        assert (await client.get(ME)).status_code == 200


async def test_a_cookie_is_no_access_token_and_an_access_token_no_cookie(
    customer: Customer,
) -> None:
    async with browser(customer) as client:
        cookie = client.cookies[SESSION_COOKIE]
    token = customer.client.headers["Authorization"].removeprefix("Bearer ")

    as_token = await customer.client.get(ME, headers={"Authorization": f"Bearer {cookie}"})

    problem_of(as_token, 401, "credentials-refused")
    problem_of(await ask_with(customer, token), 401, "credentials-refused")


async def test_who_never_got_the_new_cookie_goes_on_with_the_old_and_gets_it_again(
    customer: Customer,
) -> None:
    async with browser(customer) as client:
        old = client.cookies[SESSION_COOKIE]
        await change_sessions(customer, rotated_at=clock.now() - timedelta(minutes=16))
        lost = (await ask_with(customer, old)).cookies[SESSION_COOKIE]
        await change_sessions(customer, rotated_at=clock.now() - timedelta(hours=2))

        late = await ask_with(customer, old)

        assert late.status_code == 200
        assert late.cookies[SESSION_COOKIE] == lost != old
        assert (await ask_with(customer, lost)).status_code == 200


async def test_a_replaced_cookie_is_late_as_soon_as_its_replacement_was_used(
    customer: Customer,
) -> None:
    async with browser(customer) as client:
        old = client.cookies[SESSION_COOKIE]
        await rotate(customer, client)

        problem_of(await ask_with(customer, old), 401, "credentials-refused")
        problem_of(await client.get(ME), 401, "credentials-refused")


async def test_requests_at_once_share_a_rotation(customer: Customer) -> None:
    async with browser(customer) as client:
        cookie = client.cookies[SESSION_COOKIE]
        await change_sessions(customer, rotated_at=clock.now() - timedelta(minutes=16))

        answers = await asyncio.gather(*(ask_with(customer, cookie) for _ in range(8)))

    assert [answer.status_code for answer in answers] == [200] * 8
    cookies = {answer.cookies.get(SESSION_COOKIE) for answer in answers} - {None}
    assert len(cookies) == 1


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
        ends = {row.expires_at for row in (await session.exec(mine)).all() if row.rotation}
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
