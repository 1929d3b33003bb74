"""How large a webhook may be: held while it is read, whatever its headers say."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.support.customers import Customer
from tests.support.inbox import stored_webhooks
from tests.support.problems import problem_of
from tests.support.retell_side import deliver
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.service import Service, running_service, test_settings
from tests.support.signing import as_sent, sign
from tests.support.waiting import until

LIMIT = 2048
PATH = "/webhook/retell/default"


@pytest.fixture
async def strict(dsn: str, sandbox: Sandbox) -> AsyncIterator[Service]:
    """An API that takes bodies of 2 kB."""
    settings = test_settings(dsn, sandbox, inbox={"max_body_bytes": LIMIT})
    async with running_service(settings, worker=False) as api:
        yield api


def _body(size: int) -> bytes:
    frame = len(as_sent({"event": "made_up", "padding": ""}))
    return as_sent({"event": "made_up", "padding": "x" * (size - frame)})


async def _in_chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 500):
        yield body[start : start + 500]


async def test_a_body_at_the_limit_is_taken_with_and_without_its_length(strict: Service) -> None:
    body, other = _body(LIMIT), _body(LIMIT - 1)

    told = await deliver(strict.client, "default", body)
    headers = {"X-Retell-Signature": sign(other, API_KEY)}
    chunked = await strict.client.post(PATH, content=_in_chunks(other), headers=headers)

    assert (told.status_code, chunked.status_code) == (204, 204)


async def test_a_body_over_the_limit_is_refused_and_noted(strict: Service) -> None:
    body = _body(LIMIT + 1)
    headers = {"X-Retell-Signature": sign(body, API_KEY)}

    told = await deliver(strict.client, "default", body)
    chunked = await strict.client.post(PATH, content=_in_chunks(body), headers=headers)

    problem_of(told, 413, "body-too-large")
    problem_of(chunked, 413, "body-too-large")

    async def noted() -> bool:
        rejected: dict[str, int] = (await strict.get("/webhooks/health"))["rejected"]
        return rejected == {"too_large": 2}

    await until(noted, "both refusals to be counted")
    assert (await strict.get("/webhooks"))["items"] == []


@pytest.mark.parametrize("length", ["Transfer-Encoding: chunked", "Content-Length: 1000000000"])
async def test_a_body_over_the_limit_is_refused_before_it_has_ended(
    strict: Service, length: str
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", strict.settings.port)
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n"
    chunk = b"x" * (LIMIT + 1)
    framed = b"%x\r\n%b\r\n" % (len(chunk), chunk) if "chunked" in length else chunk
    try:
        writer.write(head.encode() + framed)
        await writer.drain()
        answer = await asyncio.wait_for(reader.readline(), 10)
    finally:
        writer.close()

    assert answer.startswith(b"HTTP/1.1 413")


async def test_ten_megabytes_are_taken_with_the_default_limit(customer: Customer) -> None:
    body = _body(10_000_000)

    response = await deliver(customer.client, customer.org.slug, body)

    assert response.status_code == 204
    assert [row.body_bytes for row in await stored_webhooks(customer)] == [10_000_000]
