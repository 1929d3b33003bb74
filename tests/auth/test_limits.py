"""How often one may ask, log in and place calls; and that webhooks are never counted."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from limits import RateLimitItemPerMinute
from limits.aio.strategies import FixedWindowRateLimiter

from backend.auth.models import Role
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.limits import Counters, Limiter, LimitReached
from backend.platform.settings import Settings
from tests.support.customers import Customer, new_customer
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide, deliver
from tests.support.sandbox import Sandbox
from tests.support.service import PASSWORD, running_service, test_settings

LOGIN, ME = "/api/v1/auth/login", "/api/v1/auth/me"


@pytest.fixture
async def limited(dsn: str, sandbox: Sandbox) -> AsyncIterator[Customer]:
    """A customer of a service that is strict."""
    strict = {"requests_per_minute": 5, "calls_per_minute": 2, "logins_per_minute": 20}
    settings: Settings = test_settings(dsn, sandbox, limit=strict)
    async with running_service(settings, worker=False) as service, new_customer(service) as one:
        yield one


async def guess(customer: Customer, email: str, guessed: str = "wrong") -> httpx.Response:
    return await customer.client.post(LOGIN, json={"email": email, "password": guessed})


async def test_requests_are_counted_for_each_user_and_told(limited: Customer) -> None:
    colleague = await limited.colleague(Role.REVIEWER)
    answers = [await limited.client.get(ME) for _ in range(7)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert answers[1].headers["ratelimit-limit"] == "5"
    assert answers[1].headers["ratelimit-remaining"] == "3"
    assert 0 < int(answers[1].headers["ratelimit-reset"]) <= 60
    problem_of(answers[5], 429, "limit-reached")
    assert 0 < int(answers[5].headers["retry-after"]) <= 60
    assert (await colleague.client.get(ME)).status_code == 200
    # Webhooks go on coming in.
    delivered = await deliver(limited.client, limited.org.slug, RetellSide(None).started())
    assert delivered.status_code == 204


async def test_an_organisation_may_have_a_limit_of_its_own(limited: Customer) -> None:
    await limited.patch("/organisation", {"requests_per_minute": 50})

    answers = [await limited.client.get(ME) for _ in range(10)]

    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].headers["ratelimit-limit"] == "50"


async def test_calls_are_counted_for_the_organisation(limited: Customer) -> None:
    await limited.patch("/organisation", {"requests_per_minute": 100})
    agent = await limited.published_agent()
    wanted = {"agent_id": agent["id"], "to_number": "+14155550100"}

    answers = [await limited.client.post("/api/v1/calls", json=wanted) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    problem_of(answers[2], 429, "limit-reached")
    assert len((await limited.get("/calls"))["items"]) == 2


async def test_guessing_a_password_takes_longer_and_longer(limited: Customer) -> None:
    email = limited.user.email

    answers = [await guess(limited, email) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 6
    waits = [int(answer.headers["retry-after"]) for answer in answers[5:]]
    assert waits[0] <= 60
    assert 600 < waits[5] <= 900
    problem_of(await guess(limited, email, PASSWORD), 429, "limit-reached")


async def test_guessing_tells_nothing_of_which_accounts_there_are(limited: Customer) -> None:
    answers = [await guess(limited, "nobody@example.com") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


async def test_a_login_that_goes_well_begins_anew(limited: Customer) -> None:
    email = limited.user.email
    for _ in range(2):
        for _ in range(4):
            assert (await guess(limited, email)).status_code == 401
        assert (await guess(limited, email, PASSWORD)).status_code == 200


async def test_one_address_cannot_try_many_accounts(limited: Customer) -> None:
    answers = [await guess(limited, f"user-{n}@example.com") for n in range(21)]

    assert 429 in {answer.status_code for answer in answers}


async def guess_from(customer: Customer, address: str, guessed: str = "wrong") -> httpx.Response:
    body = {"email": customer.user.email, "password": guessed}
    return await customer.client.post(LOGIN, json=body, headers={"X-Forwarded-For": address})


@pytest.fixture
async def behind_proxy(dsn: str, sandbox: Sandbox) -> AsyncIterator[Customer]:
    """A customer of a service that believes its proxy where requests come from."""
    settings = test_settings(dsn, sandbox, trusted_proxies="127.0.0.1")
    async with running_service(settings, worker=False) as service, new_customer(service) as one:
        yield one


@pytest.mark.parametrize(
    ("addresses", "allowed"),
    [
        ([f"2001:db8:1:2:{n}::{n}" for n in range(1, 8)], 5),
        (["::ffff:198.51.100.7" if n % 2 else "198.51.100.7" for n in range(7)], 5),
        ([f"2001:db8:1:{n}::1" for n in range(1, 8)], 7),
        ([f"198.51.100.{n}" for n in range(1, 8)], 7),
    ],
    ids=["one IPv6 network", "IPv4 in IPv6", "many IPv6 networks", "many IPv4 addresses"],
)
async def test_addresses_that_one_customer_of_a_provider_has_count_as_one(
    behind_proxy: Customer, addresses: list[str], allowed: int
) -> None:
    answers = [await guess_from(behind_proxy, address) for address in addresses]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [401] * allowed + [429] * (7 - allowed)


async def test_the_audit_log_has_the_whole_address(behind_proxy: Customer) -> None:
    assert (await guess_from(behind_proxy, "2001:db8:1:2:3::4", PASSWORD)).status_code == 200

    entry, *_ = (await behind_proxy.get("/audit", action="log_in"))["items"]
    assert entry["address"] == "2001:db8:1:2:3::4"


async def test_spread_guessing_locks_nobody_out_from_where_they_logged_in_before(
    behind_proxy: Customer,
) -> None:
    home, elsewhere = "2001:db8:1:2::1", "198.51.100.7"
    assert (await guess_from(behind_proxy, home, PASSWORD)).status_code == 200
    assert (await guess_from(behind_proxy, "203.0.113.1")).status_code == 401
    many = "update rate_counters set count = count + 200 where key like '%/200/1/hour'"
    await db.fetch_row(behind_proxy.sessions, many)

    refused = await guess_from(behind_proxy, elsewhere, PASSWORD)
    at_home = await guess_from(behind_proxy, "2001:db8:1:2::99", PASSWORD)

    problem_of(refused, 429, "limit-reached")
    assert at_home.status_code == 200


async def test_processes_count_together_and_nobody_slips_through(sessions: Sessions) -> None:
    limit = [RateLimitItemPerMinute(10)]
    processes = [Limiter(sessions) for _ in range(4)]

    async def take(number: int) -> bool:
        try:
            await processes[number % 4].take(limit, "somebody")
        except LimitReached:
            return False
        return True

    assert sum(await asyncio.gather(*map(take, range(40)))) == 10


async def test_a_window_that_is_over_counts_from_the_start(sessions: Sessions) -> None:
    limiter, limit = Limiter(sessions), [RateLimitItemPerMinute(1)]
    await limiter.take(limit, "somebody")
    over = "update rate_counters set expires_at = now() - interval '1 second'"
    await db.fetch_row(sessions, over)

    assert (await limiter.take(limit, "somebody")).remaining == 0


async def test_the_counters_are_a_storage_as_the_package_limits_wants_it(
    sessions: Sessions,
) -> None:
    counters = Counters(sessions)
    window, limit = FixedWindowRateLimiter(counters), RateLimitItemPerMinute(2)

    assert [await window.hit(limit, "a") for _ in range(3)] == [True, True, False]
    assert not await window.test(limit, "a")
    assert (await window.get_window_stats(limit, "a")).remaining == 0
    assert await counters.check()
    await window.clear(limit, "a")
    assert await window.test(limit, "a")
    await window.hit(limit, "a")
    assert await counters.reset() == 1
