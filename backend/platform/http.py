"""Requests to addresses that users choose, which must not reach what only we can reach.

The check is made on the address a connection goes to, at the moment it is made: so it holds for
every way to write an address, for names whose answer changes, and for each redirect.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Thread
from typing import TypeAlias

import httpcore
import httpx

from backend.platform.errors import Rejected

IpAddress: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

_REDIRECTS = 3
# Global by their registration, and yet the machine's own: Azure's and Oracle's platform services.
_OF_THE_PLATFORM = {ip_address("168.63.129.16"), ip_address("192.0.0.192")}
_NAT64 = IPv6Network("64:ff9b::/96")
# All of IPv6 that is given out to be reached by everybody. What is none of it has a purpose of its
# own, such as addresses of one site, or another network's way to IPv4.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# In the registries of special purposes, and for some versions of Python global all the same.
_SPECIAL = tuple(
    map(
        ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "3fff::/20"),
    )
)


class DestinationRefused(Rejected):
    code, title = "destination-refused", "This address may not be called"


@asynccontextmanager
async def open_guarded_client(
    allowed: Iterable[str] = (),
    *,
    timeout_seconds: float = 10,
    max_connections: int | None = 100,
    resolve: Resolve | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client whose connections reach the public internet alone.

    `allowed` are exceptions (`OUTBOUND_ALLOW`): host names, addresses, or networks such as
    10.0.5.0/24. A request elsewhere raises DestinationRefused. Proxies of the environment are not
    used, since they would do the connecting.
    """
    transport = _GuardedTransport(_Guard(allowed, resolve or _Resolver()), max_connections)
    async with httpx.AsyncClient(
        transport=transport,
        timeout=timeout_seconds,
        follow_redirects=True,
        max_redirects=_REDIRECTS,
        trust_env=False,
    ) as client:
        yield client


def is_public(address: IpAddress) -> bool:
    """Tell whether everybody on the internet may reach this address, also when it wraps another."""
    if isinstance(address, IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST:
            return False
    is_special = address in _OF_THE_PLATFORM or any(address in network for network in _SPECIAL)
    return address.is_global and not address.is_multicast and not is_special


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that a packet to this IPv6 address would end up at."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


class _Guard(httpcore.AsyncNetworkBackend):
    """Resolves a name, checks what it leads to, and connects to that and nothing else."""

    def __init__(self, allowed: Iterable[str], resolve: Resolve) -> None:
        self._hosts: set[str] = set()
        self._networks = []
        for entry in allowed:
            try:
                self._networks.append(ip_network(entry, strict=False))
            except ValueError:
                self._hosts.add(entry.lower().rstrip("."))
        self._resolve = resolve
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception | None = None
        for address in await self._allowed_addresses(host, port):
            try:
                return await self._sockets.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _allowed_addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved") from error
        if host.lower().rstrip(".") in self._hosts:
            return found
        good = [address for address in found if self._is_allowed(ip_address(address))]
        if found and not good:
            # Which address a name has inside the network is nobody else's business.
            raise DestinationRefused(
                f"{host} is not an address on the public internet. Whoever runs Ringback can allow "
                "it by OUTBOUND_ALLOW."
            )
        return good

    def _is_allowed(self, address: IpAddress) -> bool:
        inner = _wrapped(address) if isinstance(address, IPv6Address) else None
        return is_public(address) or any((inner or address) in net for net in self._networks)


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport, with connections made by the guard; httpx has no parameter for that."""

    def __init__(self, guard: _Guard, max_connections: int | None) -> None:
        super().__init__(verify=_trusted(), trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_trusted(),
            max_connections=max_connections,
            max_keepalive_connections=max_connections and max_connections // 5,
            keepalive_expiry=5,
            network_backend=guard,
        )


@cache
def _trusted() -> ssl.SSLContext:
    """Read the authorities of this machine once: it takes far longer than to open a client."""
    return ssl.create_default_context()


class _Resolver:
    """Looks names up, each in a thread of its own, and never the same name twice at once.

    The loop's own threads are few: names whose servers do not answer would soon have them all.
    """

    def __init__(self) -> None:
        self._asked: dict[tuple[str, int], asyncio.Future[Sequence[str]]] = {}

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        with suppress(ValueError):
            if "%" not in host:
                return [str(ip_address(host))]
        question = (host, port)
        asked = self._asked.get(question)
        if asked is None:
            asked = self._asked[question] = asyncio.get_running_loop().create_future()
            asked.add_done_callback(lambda _: self._asked.pop(question))
            Thread(target=_look_up, args=(*question, asked), daemon=True).start()
        return await asyncio.shield(asked)


def _look_up(host: str, port: int, asked: "asyncio.Future[Sequence[str]]") -> None:
    failure: OSError | UnicodeError | None = None
    addresses: Sequence[str] = ()
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # An address of one interface alone carries that interface's name behind a percent sign.
        addresses = list(dict.fromkeys(str(each[0]).partition("%")[0] for *_, each in found))
    except (OSError, UnicodeError) as error:
        failure = error

    def answer() -> None:
        if failure is None:
            asked.set_result(addresses)
        else:
            asked.set_exception(failure)
            asked.exception()  # Whoever asked may have gone.

    with suppress(RuntimeError):  # The loop has ended meanwhile.
        asked.get_loop().call_soon_threadsafe(answer)
