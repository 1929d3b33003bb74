"""Tokens that are not good, and doors that must be closed to them."""

from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from sqlmodel import update

from backend.auth.deps import SESSION_COOKIE
from backend.auth.models import UserSession
from backend.platform import clock, db, ids
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.service import SECRET

ME = "/api/v1/auth/me"


def token_of(customer: Customer) -> str:
    return customer.client.headers["Authorization"].removeprefix("Bearer ")


def claims_of(customer: Customer) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token_of(customer), options={"verify_signature": False})
    return claims


def signed(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, secret, algorithm=algorithm)


async def ask_with(customer: Customer, token: str) -> httpx.Response:
    return await customer.client.get(ME, headers={"Authorization": f"Bearer {token}"})


async def test_a_token_that_has_expired_is_refused(customer: Customer) -> None:
    past = clock.now() - timedelta(seconds=61)

    response = await ask_with(customer, signed(claims_of(customer) | {"exp": past}))

    problem_of(response, 401, "credentials-refused")
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("ahead", [timedelta(seconds=50), timedelta(seconds=-50)])
async def test_a_token_of_a_host_whose_clock_differs_is_as_good(
    customer: Customer, ahead: timedelta
) -> None:
    length = timedelta(minutes=1)
    made = clock.now() + ahead - length * (ahead < timedelta(0))
    claims = claims_of(customer) | {"iat": made, "exp": made + length}

    assert (await ask_with(customer, signed(claims))).status_code == 200


async def test_a_session_that_has_ended_in_the_database_refuses_its_token(
    customer: Customer,
) -> None:
    async with db.transaction(customer.sessions) as session:
        ended = update(UserSession).where(UserSession.user_id == customer.user.id)  # type: ignore[arg-type]  # SQLModel types the column as its value
        await session.exec(ended.values(expires_at=clock.now()))

    problem_of(await customer.client.get(ME), 401, "credentials-refused")


async def test_a_token_of_another_session_than_any_is_refused(customer: Customer) -> None:
    response = await ask_with(customer, signed(claims_of(customer) | {"sid": str(ids.new_id())}))

    problem_of(response, 401, "credentials-refused")


@pytest.mark.parametrize("position", [0, 1, 2], ids=["header", "claims", "signature"])
async def test_a_token_with_one_letter_altered_is_refused(
    customer: Customer, position: int
) -> None:
    parts = token_of(customer).split(".")
    letter = parts[position][5]
    parts[position] = parts[position].replace(letter, "A" if letter != "A" else "B", 1)

    problem_of(await ask_with(customer, ".".join(parts)), 401, "credentials-refused")


async def test_a_token_signed_with_another_key_is_refused(customer: Customer) -> None:
    forged = signed(claims_of(customer), "some other secret that is long enough")

    problem_of(await ask_with(customer, forged), 401, "credentials-refused")


async def test_a_token_without_signature_is_refused(customer: Customer) -> None:
    forged = jwt.encode(claims_of(customer), "", algorithm="none")

    problem_of(await ask_with(customer, forged), 401, "credentials-refused")


async def test_a_token_of_another_algorithm_is_refused_even_with_the_right_key(
    customer: Customer,
) -> None:
    long_secret_is_fine_for_384 = signed(claims_of(customer), SECRET.ljust(64), "HS384")

    problem_of(await ask_with(customer, long_secret_is_fine_for_384), 401, "credentials-refused")


@pytest.mark.parametrize("sid", [None, 7, "", "not-a-uuid", ["a"], {}])
async def test_a_token_with_a_strange_session_is_refused(customer: Customer, sid: Any) -> None:
    response = await ask_with(customer, signed(claims_of(customer) | {"sid": sid}))

    problem_of(response, 401, "credentials-refused")


@pytest.mark.parametrize("missing", ["sid", "exp"])
async def test_a_token_that_lacks_a_claim_is_refused(customer: Customer, missing: str) -> None:
    claims = claims_of(customer)
    del claims[missing]

    problem_of(await ask_with(customer, signed(claims)), 401, "credentials-refused")


@pytest.mark.parametrize("header", ["Bearer x", "Bearer a.b.c", "Bearer " + "x" * 5000])
async def test_what_is_no_token_at_all_is_refused(customer: Customer, header: str) -> None:
    response = await customer.client.get(ME, headers={"Authorization": header})

    problem_of(response, 401, "credentials-refused")


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "x"])
async def test_another_scheme_counts_as_no_credentials(customer: Customer, header: str) -> None:
    response = await customer.client.get(ME, headers={"Authorization": header})

    problem_of(response, 401, "no-credentials")


async def test_a_bad_cookie_is_refused_as_a_bad_token_is(customer: Customer) -> None:
    async with httpx.AsyncClient(base_url=customer.settings.own_url) as client:
        client.cookies.set(SESSION_COOKIE, token_of(customer) + "x")

        problem_of(await client.get(ME), 401, "credentials-refused")
