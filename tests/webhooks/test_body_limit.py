"""How large a webhook may be: held while it is read, whatever its headers say."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

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
    signature = f"X-Retell-Signature: {sign(b'', API_KEY)}"
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{signature}\r\n{length}\r\n\r\n"
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


@asynccontextmanager
async def _begun(
    api: Service, size: int, *headers: str, path: str = PATH
) -> AsyncIterator[Callable[[], Coroutine[Any, Any, bytes]]]:
    """Send so much of a larger body and then nothing; give what reads the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", api.settings.port)
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {size + 1}", *headers]
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode() + b"x" * size)
        await writer.drain()
        yield lambda: asyncio.wait_for(reader.readline(), 10)
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("header", "reason"),
    [("X-Other: 1", "missing_header"), ("X-Retell-Signature: none", "malformed_header")],
)
async def test_what_cannot_be_signed_is_refused_before_its_body_is_there(
    strict: Service, header: str, reason: str
) -> None:
    async with _begun(strict, 100, header) as answer:
        assert (await answer()).startswith(b"HTTP/1.1 401")

    async def noted() -> bool:
        rejected: dict[str, int] = (await strict.get("/webhooks/health"))["rejected"]
        return rejected == {reason: 1}

    await until(noted, "the refusal to be counted")


async def test_of_bodies_that_are_too_much_together_the_largest_is_given_up(
    dsn: str, sandbox: Sandbox
) -> None:
    settings = test_settings(dsn, sandbox, inbox={"reading_bytes": 100_000})
    signature = f"X-Retell-Signature: {sign(b'', API_KEY)}"
    async with (
        running_service(settings, worker=False) as api,
        _begun(api, 60_000, signature) as smaller,
        _begun(api, 80_000, signature) as larger,
    ):
        assert (await larger()).startswith(b"HTTP/1.1 503")
        assert (await deliver(api.client, "default", _body(10_000))).status_code == 204
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(smaller(), 0.05)

        async def noted() -> bool:
            rejected: dict[str, int] = (await api.get("/webhooks/health"))["rejected"]
            return rejected == {"too_much_at_once": 1}

        await until(noted, "the refusal to be counted")


@pytest.mark.parametrize("path", [PATH, "/api/v1/auth/login"])
async def test_a_body_that_does_not_come_is_not_waited_for(
    strict: Service, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("backend.platform.body_limit.BODY_SECONDS", 0.1)
    headers = (f"X-Retell-Signature: {sign(b'', API_KEY)}", "Content-Type: application/json")

    async with _begun(strict, 100, *headers, path=path) as answer:
        assert (await answer()).startswith(b"HTTP/1.1 408")


async def test_a_refused_request_whose_body_never_ends_loses_its_connection(
    strict: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.cli.connection.REQUEST_SECONDS", 2.0)

    async with _begun(strict, 100) as line:
        assert (await line()).startswith(b"HTTP/1.1 401")
        with suppress(ConnectionResetError):
            while await line():
                pass


async def test_a_connection_outlives_requests_that_came_to_their_end(
    strict: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.cli.connection.REQUEST_SECONDS", 0.5)
    began = asyncio.get_running_loop().time()

    while asyncio.get_running_loop().time() < began + 0.8:
        assert (await deliver(strict.client, "default", _body(200))).status_code == 204
