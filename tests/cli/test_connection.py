"""Nobody needs a login to connect: what a connection may take of the service has a bound."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from backend.cli import connection
from backend.cli.connection import LARGEST_HEAD
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.sandbox import Sandbox
from tests.support.service import Service, running_service, test_settings
from tests.support.waiting import until

# What httpx adds of its own, and a margin.
OTHER_HEADERS = 1024
REQUEST = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"


class Line:
    """A connection to the service, byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self) -> bytes:
        """Read until the service ends the connection."""
        read = b""
        with suppress(ConnectionResetError):
            while part := await asyncio.wait_for(self.reader.read(65536), 10):
                read += part
        return read

    async def is_ended(self) -> bool:
        with suppress(ConnectionResetError, TimeoutError):
            return await asyncio.wait_for(self.reader.read(65536), 0.01) == b""
        return self.reader.exception() is not None


@asynccontextmanager
async def line_to(service: Service) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", service.settings.port)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()


@pytest.mark.parametrize("size", [LARGEST_HEAD + 1, 200_000, 1_000_000])
async def test_headers_that_are_too_large_are_refused_with_a_problem(
    customer: Customer, size: int
) -> None:
    response = await customer.client.get("/health", headers={"X-Long": "x" * size})

    problem_of(response, 431, "head-too-large")


async def test_headers_that_are_too_large_together_are_refused(customer: Customer) -> None:
    many = {f"X-{number}": "x" * 1000 for number in range(70)}

    problem_of(await customer.client.get("/health", headers=many), 431, "head-too-large")


async def test_headers_just_within_the_limit_are_read(customer: Customer) -> None:
    headers = {"X-Long": "x" * (LARGEST_HEAD - OTHER_HEADERS)}

    assert (await customer.client.get("/health", headers=headers)).status_code == 200


async def test_a_path_that_is_too_long_is_refused(api: Service) -> None:
    async with line_to(api) as line:
        await line.send(b"GET /health?%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"x" * LARGEST_HEAD))

        assert (await line.answer()).startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize(
    "beginning",
    [
        REQUEST + b"X-Long: ",
        b"GET /",
        REQUEST + b"Transfer-Encoding: chunked\r\n\r\n1;ex=",
        REQUEST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer: ",
    ],
    ids=["header", "path", "chunk extension", "trailer"],
)
async def test_what_has_no_end_is_ended(api: Service, beginning: bytes) -> None:
    async with line_to(api) as line:
        await line.send(beginning)
        with suppress(ConnectionError):
            for _ in range(8 * LARGEST_HEAD // 1024):
                await line.send(b"x" * 1024)

        await line.answer()


async def test_a_large_body_behind_a_small_head_is_no_large_head(api: Service) -> None:
    async with line_to(api) as line:
        body = b"x" * 200_000
        head = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        await line.send(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

        assert (await line.answer()).startswith(b"HTTP/1.1 422")


async def test_a_request_that_is_none_is_refused_with_a_problem(api: Service) -> None:
    async with line_to(api) as line:
        await line.send(b"\x16\x03\x01 not HTTP\r\n\r\n")
        head, _, body = (await line.answer()).partition(b"\r\n\r\n")

    headers = dict(line.split(b": ", 1) for line in head.splitlines()[1:])
    problem_of(httpx.Response(400, headers=headers, content=body), 400, "malformed-request")


@pytest.mark.parametrize("sent", [b"", b"\r\n", REQUEST], ids=["nothing", "line break", "half"])
async def test_a_connection_on_which_no_request_comes_is_ended(
    api: Service, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)

    async with line_to(api) as line:
        await line.send(sent)
        assert await line.answer() == b""


async def test_a_header_that_comes_byte_by_byte_does_not_keep_the_connection(
    api: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)

    async with line_to(api) as line:
        await line.send(REQUEST)

        async def ended() -> bool:
            with suppress(ConnectionError):
                await line.send(b"x")
                return await line.is_ended()
            return True

        await until(ended, "the connection to be ended")


async def test_requests_one_after_the_other_outlive_the_time_of_a_head(
    api: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)
    clock = asyncio.get_running_loop().time
    began = clock()

    async with line_to(api) as line:
        while clock() < began + 1.0:
            await line.send(REQUEST + b"\r\n")
            assert (await line.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            await line.reader.readuntil(b"}")


async def test_connections_that_are_not_used_make_room_for_those_that_are(
    dsn: str, sandbox: Sandbox
) -> None:
    settings = test_settings(dsn, sandbox, limit={"connections": 10})
    async with running_service(settings, worker=False) as api:
        lines = [line_to(api) for _ in range(10)]
        opened = [await line.__aenter__() for line in lines]

        async with httpx.AsyncClient(base_url=api.settings.own_url) as client:
            assert (await client.get("/health")).status_code == 200

        async def oldest_is_ended() -> bool:
            return await opened[0].is_ended()

        await until(oldest_is_ended, "the connection that was open longest to be ended")
        for line in lines:
            await line.__aexit__(None, None, None)


async def test_when_all_connections_are_used_one_more_is_refused(
    dsn: str, sandbox: Sandbox
) -> None:
    settings = test_settings(dsn, sandbox, limit={"connections": 4})
    async with running_service(settings, worker=False) as api:
        await api.client.aclose()
        async with httpx.AsyncClient(headers=api.client.headers, timeout=10) as client:
            url = f"{api.settings.own_url}/api/v1/events"
            streams = [client.stream("GET", url) for _ in range(4)]
            for stream in streams:
                assert (await stream.__aenter__()).status_code == 200

            problem_of(
                await client.get(f"{api.settings.own_url}/health"), 503, "too-many-connections"
            )
            for stream in streams:
                await stream.__aexit__(None, None, None)


async def test_a_flood_of_connections_is_no_flood_of_open_ones(dsn: str, sandbox: Sandbox) -> None:
    settings = test_settings(dsn, sandbox, limit={"connections": 20})
    async with running_service(settings, worker=False) as api:
        lines = [line_to(api) for _ in range(100)]
        opened = [await line.__aenter__() for line in lines]

        async def few_are_open() -> bool:
            ended = [await line.is_ended() for line in opened]
            return ended.count(False) <= 20

        await until(few_are_open, "all but twenty to be ended", patience=30)
        assert (await api.client.get("/health")).status_code == 200
        for line in lines:
            await line.__aexit__(None, None, None)
