"""Each process keeps to a provider's limits by itself."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from backend.providers import llm_limits
from backend.providers.llm_errors import LlmPaced
from backend.providers.llm_limits import ProviderLimiter


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm_limits, "_WAIT_SECONDS", 0.05)


async def test_no_more_than_so_many_are_on_their_way_at_once() -> None:
    limiter = ProviderLimiter(concurrency=2)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(limiter.slot())

        with pytest.raises(LlmPaced) as paced:
            async with limiter.slot():
                pass

    assert paced.value.retry_after is not None
    async with limiter.slot():
        pass


async def test_a_place_that_becomes_free_is_taken_by_who_waits() -> None:
    limiter = ProviderLimiter(concurrency=1)
    entered = asyncio.Event()

    async def wait() -> None:
        async with limiter.slot():
            entered.set()

    async with limiter.slot():
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        assert not entered.is_set()
    await waiting
    assert entered.is_set()


async def test_a_minutes_requests_are_not_all_sent_at_once() -> None:
    limiter = ProviderLimiter(concurrency=100, requests_per_minute=60)

    async def send() -> bool:
        try:
            async with limiter.slot():
                return True
        except LlmPaced:
            return False

    sent = sum([await send() for _ in range(60)])

    assert 4 <= sent <= 7


async def test_repeated_requests_count_as_well() -> None:
    limiter = ProviderLimiter(concurrency=100, requests_per_minute=60)
    async with limiter.slot():
        limiter.count(30)

    with pytest.raises(LlmPaced) as paced:
        async with limiter.slot():
            pass

    assert 20 < (paced.value.retry_after or 0) < 31


async def test_nobody_is_let_through_while_the_provider_wants_a_pause() -> None:
    limiter = ProviderLimiter(concurrency=1)
    limiter.close_for(30)

    with pytest.raises(LlmPaced) as paced:
        async with limiter.slot():
            pass

    assert 29 < (paced.value.retry_after or 0) <= 30
