"""Finding out whether the address Retell was given leads to this service."""

import httpx
import pytest

from backend.platform.http import open_guarded_client
from backend.webhooks.self_test import try_address
from tests.support.customers import Customer

OURS = {"type": "urn:ringback:problem:method-not-allowed", "title": "…", "status": 405}


def answering(response: httpx.Response) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(lambda _: response))


async def test_the_address_of_this_service_is_known_by_its_answer() -> None:
    async with answering(httpx.Response(405, json=OURS)) as http:
        assert (await try_address(http, "https://calls.example.com/webhook")).is_reachable


@pytest.mark.parametrize(
    "response", [httpx.Response(502, text="<html>"), httpx.Response(200, json=["ok"])]
)
async def test_another_server_at_the_address_is_told_from_this_one(
    response: httpx.Response,
) -> None:
    async with answering(response) as http:
        found = await try_address(http, "https://calls.example.com/webhook")

    assert not found.is_reachable
    assert str(response.status_code) in found.detail


async def test_a_private_address_is_not_one_that_retell_reaches() -> None:
    async with open_guarded_client() as http:
        found = await try_address(http, "http://127.0.0.1:9/webhook")

    assert not found.is_reachable
    assert "private address" in found.detail


async def test_an_address_where_nothing_listens_is_not_reached() -> None:
    async with open_guarded_client(["127.0.0.1"]) as http:
        found = await try_address(http, "http://127.0.0.1:9/webhook")

    assert not found.is_reachable
    assert "refused" in found.detail


async def test_a_manager_tries_the_address_that_agents_are_published_with(
    customer: Customer,
) -> None:
    found = await customer.post("/webhooks/test-address", {})

    assert found["webhook_url"].endswith(f"/webhook/retell/{customer.org.slug}")
    assert found["is_reachable"] is True
