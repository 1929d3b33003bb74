"""Whether the address Retell was given leads here, tried from this machine."""

from typing import NamedTuple

import httpx

from backend.platform.http import DestinationRefused

_SECONDS = 5
# What this service, and hardly anything else, answers to whoever reads there instead of writing.
_OURS = "urn:ringback:problem:method-not-allowed"


class Reached(NamedTuple):
    is_reachable: bool
    detail: str


async def try_address(http: httpx.AsyncClient, url: str) -> Reached:
    """Ask for the webhook address by the way others would. Sends nothing that could be applied."""
    try:
        answer = await http.get(url, timeout=_SECONDS)
    except DestinationRefused:
        return Reached(
            is_reachable=False,
            detail="It leads to a private address: Retell cannot reach it from the internet.",
        )
    except httpx.TimeoutException:
        return Reached(is_reachable=False, detail=f"Nothing answered within {_SECONDS} seconds.")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Reached(is_reachable=False, detail=f"No connection: {_why(error)}")
    if _is_ours(answer):
        return Reached(is_reachable=True, detail="This server answers at that address.")
    return Reached(
        is_reachable=False,
        detail=f"Something else answers there, with status {answer.status_code}: check that the "
        "proxy passes /webhook/ on to this server.",
    )


def _is_ours(answer: httpx.Response) -> bool:
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("type") == _OURS


def _why(error: Exception) -> str:
    words = str(error) or type(error).__name__
    if "CERTIFICATE" in words.upper():
        return "its TLS certificate does not hold."
    if "resolve" in words or "has no address" in words:
        return "its name is not known in the DNS."
    return "the connection is refused or cut."
