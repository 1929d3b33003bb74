"""How often callers may ask and logins may be tried. Webhooks are never limited here."""

import hashlib
from ipaddress import IPv4Address, IPv6Address, ip_address

from fastapi import Request
from limits import (
    RateLimitItem,
    RateLimitItemPerDay,
    RateLimitItemPerHour,
    RateLimitItemPerMinute,
)

from backend.auth.service import Caller
from backend.platform.headers import add_header
from backend.platform.limits import Limiter
from backend.platform.services import services_of
from backend.platform.settings import Settings

# By one address for one account: after 5, a minute; after 10, a quarter of an hour; after 30, six
# hours. Only from there, so that nobody locks out somebody else.
_ACCOUNT_HERE: tuple[RateLimitItem, ...] = (
    RateLimitItemPerMinute(5, 1),
    RateLimitItemPerMinute(10, 15),
    RateLimitItemPerHour(30, 6),
)
# By all other addresses for one account: what spread guessing runs into. Not by those it was logged
# in from lately, or guessing would lock out whoever the account is of.
_ACCOUNT: tuple[RateLimitItem, ...] = (RateLimitItemPerHour(200, 1),)
_KNOWN = RateLimitItemPerDay(1, 30)
# What one customer of a provider gets: within it, addresses cost nothing.
_NETWORK_BITS = 64


def client_address(request: Request) -> str | None:
    """Tell where a request comes from: past the proxies that the settings trust."""
    return request.client.host if request.client else None


def _network(request: Request) -> str:
    """Tell what attempts are counted for: an IPv4 address, or the network of an IPv6 address."""
    written = client_address(request) or ""
    try:
        address = ip_address(written)
    except ValueError:
        return written
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    kept = int(address) >> _NETWORK_BITS << _NETWORK_BITS
    return f"{IPv6Address(kept)}/{128 - _NETWORK_BITS}"


async def take_request(request: Request, settings: Settings, caller: Caller) -> None:
    """Count a request of this user or API key, and tell in headers what is left."""
    most = caller.requests_per_minute or settings.limit.requests_per_minute
    if most:
        left = await _limiter(request).take(
            [RateLimitItemPerMinute(most)], "requests", str(caller.id)
        )
        for name, value in left.headers():
            add_header(request.scope, name, value)


async def take_call(request: Request, settings: Settings, caller: Caller) -> None:
    most = caller.calls_per_minute or settings.limit.calls_per_minute
    if most:
        await _limiter(request).take([RateLimitItemPerMinute(most)], "calls", str(caller.org_id))


async def take_login(request: Request, settings: Settings, account: str | None) -> None:
    """Count an attempt before the password is looked at: hashing is what guessing costs us."""
    here, limiter = _network(request), _limiter(request)
    if settings.limit.logins_per_minute:
        by_address = [RateLimitItemPerMinute(settings.limit.logins_per_minute)]
        await limiter.take(by_address, "logins", here)
    if account is not None:
        await limiter.take(_ACCOUNT_HERE, "logins", _hidden(account), here)
        if not await limiter.remembers(_KNOWN, "known", _hidden(account), here):
            await limiter.take(_ACCOUNT, "logins", _hidden(account))


async def welcome_login(request: Request, account: str) -> None:
    """Forget the attempts before the one that went well, and remember where it came from."""
    here, limiter = _network(request), _limiter(request)
    await limiter.forget(_ACCOUNT_HERE, "logins", _hidden(account), here)
    await limiter.remember(_KNOWN, "known", _hidden(account), here)


def _hidden(account: str) -> str:
    """Keep addresses of people out of the counters."""
    return hashlib.sha256(account.lower().encode()).hexdigest()[:32]


def _limiter(request: Request) -> Limiter:
    return services_of(request.app).get(Limiter)
