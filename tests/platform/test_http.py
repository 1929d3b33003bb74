"""The guarded client reaches the public internet, and of the rest what is allowed."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

import httpx
import pytest

from backend.platform.http import DestinationRefused, Resolve, is_public, open_guarded_client
from tests.support.waiting import until

PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f000001", "0x7f.1", "0", "0.0.0.0",
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "100.100.100.200", "169.254.169.254",
    "168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255", "localhost", "LocalHost",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[fe80::1]", "[fd00:ec2::254]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[ff02::1]", "[fec0::1]", "[64:ff9b:1::808:808]",
    "[::808:808]", "[100::1]", "[2001:20::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]",
    "[4000::1]", "192.88.99.1", "192.0.0.9",
]  # fmt: skip


class Door:
    """A server on one address of this machine that answers, or sends elsewhere."""

    def __init__(self, leads_to: str | None = None) -> None:
        self.leads_to = leads_to
        self.port = 0
        self.visits = 0

    @asynccontextmanager
    async def opened(self, address: str) -> AsyncIterator["Door"]:
        server = await asyncio.start_server(self._answer, address, 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.visits += 1
        head = "HTTP/1.1 204 No Content"
        if self.leads_to:
            head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {self.leads_to}"
        writer.write(f"{head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


def answers(*turns: Sequence[str]) -> Resolve:
    """Resolve every name, each time with the next answer."""
    left = list(turns)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return left.pop(0)

    return resolve


@pytest.mark.parametrize("host", PRIVATE)
async def test_an_address_that_is_not_public_is_refused_however_it_is_written(host: str) -> None:
    async with open_guarded_client() as client:
        with pytest.raises((DestinationRefused, httpx.InvalidURL)):
            await client.get(f"http://{host}:9/")


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "2606:2800:220:1::1",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


async def test_a_name_that_leads_to_a_private_address_is_refused_without_saying_to_which() -> None:
    async with open_guarded_client(resolve=answers(["10.1.2.3"])) as client:
        with pytest.raises(DestinationRefused) as refusal:
            await client.get("http://crm.example.com/")

    assert "crm.example.com" in refusal.value.detail
    assert "OUTBOUND_ALLOW" in refusal.value.detail
    assert "10.1.2.3" not in refusal.value.detail


async def test_of_a_names_addresses_only_those_that_may_be_called_are() -> None:
    async with Door().opened("127.0.0.1") as closed, Door().opened("127.0.0.2") as door:
        resolve = answers(["127.0.0.1", "127.0.0.2"])
        async with open_guarded_client(["127.0.0.2"], resolve=resolve) as client:
            await client.get(f"http://crm.example.com:{door.port}/")

    assert (door.visits, closed.visits) == (1, 0)


@pytest.mark.parametrize("allowed", ["127.0.0.0/8", "127.0.0.1", "Intern.Example.com"])
async def test_what_is_allowed_is_called(allowed: str) -> None:
    resolve = answers(["127.0.0.1"])
    async with (
        Door().opened("127.0.0.1") as door,
        open_guarded_client([allowed], resolve=resolve) as client,
    ):
        response = await client.get(f"http://intern.example.com:{door.port}/")

    assert (response.status_code, door.visits) == (204, 1)


async def test_a_redirect_to_a_private_address_is_refused() -> None:
    async with Door().opened("127.0.0.1") as private:
        inside = f"http://127.0.0.1:{private.port}/latest/meta-data"
        async with (
            Door(inside).opened("127.0.0.2") as door,
            open_guarded_client(["127.0.0.2"]) as client,
        ):
            with pytest.raises(DestinationRefused):
                await client.get(f"http://127.0.0.2:{door.port}/")

    assert (door.visits, private.visits) == (1, 0)


async def test_a_name_whose_answer_changes_is_called_where_it_was_checked() -> None:
    async with Door().opened("127.0.0.1") as private, Door().opened("127.0.0.2") as door:
        rebinding = answers(["127.0.0.2"], ["127.0.0.1"])
        async with open_guarded_client(["127.0.0.2"], resolve=rebinding) as client:
            await client.get(f"http://crm.example.com:{door.port}/")
            with pytest.raises(DestinationRefused):
                await client.get(f"http://crm.example.com:{private.port}/")

    assert (door.visits, private.visits) == (1, 0)


async def test_names_that_nobody_answers_for_hold_up_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More of them than the loop has threads, each asked for many times."""
    asked: list[str] = []
    answered = threading.Event()

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        if host.startswith("dead"):
            answered.wait(20)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    async with Door().opened("127.0.0.1") as door, open_guarded_client(["127.0.0.1"]) as client:
        dead = [
            asyncio.create_task(client.get(f"http://dead-{number % 40}.example.com:{door.port}/"))
            for number in range(80)
        ]

        async def all_are_asked() -> bool:
            return len(asked) == 40

        await until(all_are_asked, "all names to be looked up")
        response = await client.get(f"http://crm.example.com:{door.port}/")
        assert response.status_code == 204
        assert not any(each.done() for each in dead)
        answered.set()
        await asyncio.gather(*dead)

    assert len(asked) == 41


async def test_a_proxy_of_the_environment_does_not_do_the_connecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Door().opened("127.0.0.1") as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        async with open_guarded_client() as client:
            with pytest.raises(DestinationRefused):
                await client.get("http://127.0.0.1:9/")

    assert proxy.visits == 0


@pytest.mark.parametrize("host", ["nowhere.invalid", f"{'a' * 300}.example.com"])
async def test_a_name_that_does_not_resolve_is_an_error_of_the_connection(host: str) -> None:
    async with open_guarded_client() as client:
        with pytest.raises(httpx.ConnectError, match=host):
            await client.get(f"http://{host}/")


async def test_who_is_trusted_is_read_once_for_all_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_guarded_client():
        pass
    read: list[object] = []
    create = ssl.create_default_context

    def create_and_note(*options: Any, **named: Any) -> ssl.SSLContext:
        read.append(named)
        return create(*options, **named)

    monkeypatch.setattr(ssl, "create_default_context", create_and_note)

    async with open_guarded_client(), open_guarded_client():
        pass

    assert read == []
