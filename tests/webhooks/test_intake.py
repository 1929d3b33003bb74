"""Taking webhooks in: stored as they came, once each, and only then acknowledged."""

import asyncio

import pytest

from backend.platform import clock
from backend.webhooks.models import WebhookState
from tests.support.customers import Customer
from tests.support.inbox import event_names, send, settled, stored_webhooks, the_call
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide, deliver
from tests.support.sandbox import API_KEY
from tests.support.signing import as_sent, sign


@pytest.mark.parametrize("slash", ["", "/"])
async def test_a_webhook_is_acknowledged_with_and_without_a_trailing_slash(
    customer: Customer, slash: str
) -> None:
    body = as_sent(RetellSide("agent_of_nobody").started())

    response = await deliver(customer.client, f"{customer.org.slug}{slash}", body)

    assert (response.status_code, response.content) == (204, b"")
    (stored,) = await stored_webhooks(customer)
    assert stored.body == body


async def test_a_webhook_is_kept_byte_for_byte_with_the_headers_that_matter(
    customer: Customer,
) -> None:
    body = '{ "event":"call_started",\n "call" : {"call_id":"call_É😀"} }\n'.encode()
    signature = sign(body, API_KEY)
    headers = {"X-Retell-Signature": signature, "User-Agent": "axios/1.7", "X-Other": "private"}

    response = await deliver(customer.client, customer.org.slug, body, **headers)

    assert response.status_code == 204
    (stored,) = await stored_webhooks(customer)
    assert (stored.body, stored.body_bytes) == (body, len(body))
    assert (stored.event, stored.retell_call_id) == ("call_started", "call_É😀")
    assert stored.headers == {
        "content-type": "application/json",
        "user-agent": "axios/1.7",
        "x-retell-signature": signature,
    }


async def test_an_unknown_organisation_is_a_404_and_nothing_is_stored(customer: Customer) -> None:
    response = await deliver(customer.client, "nobody", RetellSide("agent_1").started())

    problem_of(response, 404, "organisation-not-found")
    assert await stored_webhooks(customer) == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods_are_refused_without_a_redirect(
    customer: Customer, method: str
) -> None:
    path = f"/webhook/retell/{customer.org.slug}/"

    response = await customer.client.request(method, path)

    problem_of(response, 405, "method-not-allowed")


async def test_an_exact_repeat_is_acknowledged_and_counted_but_stored_once(
    customer: Customer,
) -> None:
    webhook = RetellSide("agent_of_nobody").ended()

    await send(customer, webhook, webhook, webhook)

    (stored,) = await stored_webhooks(customer)
    assert stored.repeats == 2
    health = await customer.get("/webhooks/health")
    assert (health["received"], health["duplicates"]) == (1, 2)


async def test_twenty_repeats_at_the_same_time_are_stored_once_and_all_acknowledged(
    customer: Customer,
) -> None:
    webhook = RetellSide("agent_of_nobody").ended()

    responses = await asyncio.gather(
        *(deliver(customer.client, customer.org.slug, webhook) for _ in range(20))
    )

    assert [response.status_code for response in responses] == [204] * 20
    (stored,) = await stored_webhooks(customer)
    assert stored.repeats == 19


async def test_a_repeat_that_is_signed_anew_is_still_a_repeat(customer: Customer) -> None:
    body = as_sent(RetellSide("agent_of_nobody").ended())
    a_minute_ago_ms = int(clock.now().timestamp() * 1000) - 60_000
    earlier = {"X-Retell-Signature": sign(body, API_KEY, at_ms=a_minute_ago_ms)}

    await send(customer, body)
    await deliver(customer.client, customer.org.slug, body, **earlier)

    (stored,) = await stored_webhooks(customer)
    assert stored.repeats == 1


async def test_two_bodies_for_one_event_are_both_stored_and_have_one_effect(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"])

    received = await settled(
        customer, side.started(), side.ended(), side.ended(recording_url="https://r.example.com/1")
    )

    assert [item["event"] for item in received] == ["call_ended", "call_ended", "call_started"]
    assert {item["state"] for item in received} == {WebhookState.APPLIED}
    call = await the_call(customer)
    assert call["recording_url"] is not None
    assert (await event_names(customer, call["id"])).count("call.ended") == 1


async def test_the_same_body_is_stored_for_each_organisation_it_comes_to(
    customer: Customer, stranger: Customer
) -> None:
    webhook = RetellSide("agent_of_nobody").ended()

    await send(customer, webhook)
    await send(stranger, webhook)

    assert [row.repeats for row in await stored_webhooks(customer)] == [0]
    assert [row.repeats for row in await stored_webhooks(stranger)] == [0]
