"""What every answer carries, and which requests are let in at all."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from backend.main import create_app
from backend.platform.db import Sessions
from backend.platform.services import services_of
from backend.platform.settings import Settings
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.service import unconnected_settings

WANTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


def client_of(settings: Settings, came_from: str = "127.0.0.1") -> httpx.AsyncClient:
    """Ask the app without a server or a database: what is refused needs neither."""
    app = create_app(settings)
    transport = httpx.ASGITransport(app, client=(came_from, 4711), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://ringback.example.com")


@pytest.fixture
async def strict() -> AsyncIterator[httpx.AsyncClient]:
    settings = unconnected_settings(
        public_url="https://ringback.example.com",
        trusted_hosts=("*.internal",),
        cors_origins=("https://crm.example.com",),
    )
    async with client_of(settings) as client:
        yield client


@pytest.mark.parametrize("path", ["/api/v1/auth/me", "/api/v1/nothing", "/api/v1/agents/presets"])
async def test_every_answer_of_the_api_tells_browsers_to_keep_out(
    customer: Customer, path: str
) -> None:
    answer = await customer.client.get(path)

    assert {name: answer.headers[name] for name in WANTED} == WANTED
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers


async def test_a_failure_nobody_expected_has_the_same_headers(strict: httpx.AsyncClient) -> None:
    # There is no database behind this app.
    answer = await strict.get("/api/v1/agents", headers={"Origin": "https://crm.example.com"})

    problem_of(answer, 500, "unexpected")
    assert {name: answer.headers[name] for name in WANTED} == WANTED
    assert answer.headers["access-control-allow-origin"] == "https://crm.example.com"
    assert answer.headers["x-request-id"]


async def test_the_description_runs_its_own_script_and_no_other(strict: httpx.AsyncClient) -> None:
    answer = await strict.get("/docs")

    policy = answer.headers["content-security-policy"]
    (script,) = [part for part in policy.split("; ") if part.startswith("script-src")]
    assert "sha256-" in script
    assert "unsafe-inline" not in script
    assert "swagger-ui" in answer.text


async def test_over_https_browsers_are_told_to_stay_there(strict: httpx.AsyncClient) -> None:
    answer = await strict.get("/docs")

    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("host", ["ringback.example.com", "api.internal:8000", "localhost"])
async def test_our_own_names_are_let_in(strict: httpx.AsyncClient, host: str) -> None:
    assert (await strict.get("/docs", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "internal", "evil-internal", "[::1", ""])
async def test_other_names_are_refused_but_webhooks_and_probes_never(
    strict: httpx.AsyncClient, host: str
) -> None:
    elsewhere = {"Host": host}

    problem_of(await strict.get("/docs", headers=elsewhere), 400, "unknown-host")
    assert (await strict.get("/health", headers=elsewhere)).status_code == 200
    webhook = await strict.get("/webhook/retell/default", headers=elsewhere)
    problem_of(webhook, 405, "method-not-allowed")


async def test_pages_of_other_origins_may_ask_only_when_they_are_named(
    strict: httpx.AsyncClient,
) -> None:
    asks = {"Access-Control-Request-Method": "POST"}

    named = await strict.options(
        "/api/v1/calls", headers={"Origin": "https://crm.example.com", **asks}
    )
    other = await strict.options(
        "/api/v1/calls", headers={"Origin": "https://evil.example", **asks}
    )

    assert named.headers["access-control-allow-origin"] == "https://crm.example.com"
    assert "access-control-allow-origin" not in other.headers


async def test_a_request_keeps_the_id_it_came_with_and_says_it_when_it_fails(
    strict: httpx.AsyncClient,
) -> None:
    answer = await strict.get("/api/v1/nothing", headers={"X-Request-ID": "crm/4711"})

    assert answer.headers["x-request-id"] == "crm/4711"
    assert answer.json()["request_id"] == "crm/4711"


@pytest.mark.parametrize("strange", ["has spaces", "x" * 129, "a\tb"])
async def test_an_id_that_is_none_is_replaced(strict: httpx.AsyncClient, strange: str) -> None:
    answer = await strict.get("/api/v1/nothing", headers={"X-Request-ID": strange})

    assert answer.headers["x-request-id"] != strange
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_metrics_are_for_this_machine_or_for_who_holds_the_token(customer: Customer) -> None:
    assert (await customer.client.get("/metrics")).status_code == 200
    open_to_none = unconnected_settings()
    with_token = unconnected_settings(metrics_token=SecretStr("scrape me"))

    for settings in (open_to_none, with_token):
        app = create_app(settings)
        services_of(app).put(Sessions, customer.sessions)
        transport = httpx.ASGITransport(app, client=("203.0.113.7", 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            problem_of(await client.get("/metrics"), 401, "no-credentials")
            wrong = {"Authorization": "Bearer wrong"}
            problem_of(await client.get("/metrics", headers=wrong), 401, "no-credentials")
            right = {"Authorization": "Bearer scrape me"}
            status = (await client.get("/metrics", headers=right)).status_code
            assert status == (200 if settings is with_token else 401)


async def test_a_proxys_word_on_the_address_is_believed_from_this_machine_only(
    customer: Customer,
) -> None:
    await customer.client.patch(
        f"/api/v1/users/{customer.user.id}",
        json={"name": "Robin"},
        headers={"X-Forwarded-For": "203.0.113.7"},
    )

    (entry,) = (await customer.get("/audit", action="update_user"))["items"]
    assert entry["address"] == "203.0.113.7"


async def test_the_description_needs_no_other_machine(strict: httpx.AsyncClient) -> None:
    page = await strict.get("/docs")

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    answers = [await strict.get(address) for address in addresses if "viewer" in address]

    assert not [address for address in addresses if not address.startswith("/")]
    assert "//" not in page.headers["content-security-policy"]
    assert [answer.status_code for answer in answers] == [200, 200]
