"""Each process keeps to a provider's limits by itself."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from backend.providers import llm_limits
from backend.providers.llm_errors import LlmPaced
from backend.providers.llm_limits import Turnstile


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm_limits, "_WAIT_SECONDS", 0.05)


async def test_no_more_than_so_many_are_on_their_way_at_once() -> None:
    turnstile = Turnstile(concurrency=2)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(turnstile.turn())

        with pytest.raises(LlmPaced) as paced:
            async with turnstile.turn():
                pass

    assert paced.value.retry_after is not None
    async with turnstile.turn():
        pass


async def test_a_place_that_becomes_free_is_taken_by_who_waits() -> None:
    turnstile = Turnstile(concurrency=1)
    entered = asyncio.Event()

    async def wait() -> None:
        async with turnstile.turn():
            entered.set()

    async with turnstile.turn():
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        assert not entered.is_set()
    await waiting
    assert entered.is_set()


async def test_a_minutes_requests_are_not_all_sent_at_once() -> None:
    turnstile = Turnstile(concurrency=100, requests_per_minute=60)

    async def send() -> bool:
        try:
            async with turnstile.turn():
                return True
        except LlmPaced:
            return False

    sent = sum([await send() for _ in range(60)])

    assert 4 <= sent <= 7


async def test_repeated_requests_count_as_well() -> None:
    turnstile = Turnstile(concurrency=100, requests_per_minute=60)
    async with turnstile.turn():
        turnstile.count(30)

    with pytest.raises(LlmPaced) as paced:
        async with turnstile.turn():
            pass

    assert 20 < (paced.value.retry_after or 0) < 31


async def test_nobody_is_let_through_while_the_provider_wants_a_pause() -> None:
    turnstile = Turnstile(concurrency=1)
    turnstile.close_for(30)

    with pytest.raises(LlmPaced) as paced:
        async with turnstile.turn():
            pass

    assert 29 < (paced.value.retry_after or 0) <= 30
