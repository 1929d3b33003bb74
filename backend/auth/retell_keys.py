"""Trying a key for Retell out: what is asked with it, and what Retell says to that."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from backend.platform.errors import AppError
from backend.platform.settings import Settings
from backend.providers.retell import Retell
from backend.providers.retell_errors import BlockReason, RetellAccountBlocked
from backend.providers.retell_shapes import CallSearch, KeyInfo

_CHECK_SECONDS = 10.0


class Asked(NamedTuple):
    """One question to Retell; `failure` None: it was answered."""

    what: str
    request: str
    failure: str | None


async def ask_with(retell: Retell) -> tuple[KeyInfo | None, list[Asked]]:
    """Ask all that the service needs a key for and that changes nothing."""
    info: KeyInfo | None = None

    async def whose() -> None:
        nonlocal info
        info = await retell.get_key_info()

    async def calls() -> None:
        await retell.list_calls(CallSearch(), limit=1)

    questions: list[tuple[str, str, Callable[[], Awaitable[object]]]] = [
        ("Whose key it is", "GET /get-api-key-info", whose),
        ("The calls, to find what no webhook told", "POST /v3/list-calls", calls),
        ("How many calls may run at once", "GET /get-concurrency", retell.get_concurrency),
        ("The agents, to publish them", "POST /v2/list-agents", retell.list_agents),
    ]
    asked = []
    for what, request, ask in questions:
        failure = await _failure(ask)
        asked.append(Asked(what, request, failure))
    return info, asked


async def _failure(ask: Callable[[], Awaitable[object]]) -> str | None:
    try:
        await ask()
    except AppError as failure:
        return failure.detail
    return None


async def complaint_about(settings: Settings, api_key: str) -> str | None:
    """Say what is wrong when Retell does not know the key. Its silence is no complaint."""
    retell = Retell(api_key=api_key, base_url=settings.retell.base_url, timeout=_CHECK_SECONDS)
    try:
        await retell.get_key_info()
    except RetellAccountBlocked as blocked:
        if blocked.reason is BlockReason.KEY_REFUSED:
            return "Retell does not know this key."
    except AppError:
        return None
    finally:
        await retell.close()
    return None
