"""Retell's limits: requests per route, calls at once, dials per second."""

import asyncio
from typing import Any

import pytest
from retell import RateLimitError, UnprocessableEntityError

from tests.sandbox.sandbox_user import SandboxUser, until


def limiter_of(failure: pytest.ExceptionInfo[RateLimitError]) -> tuple[str, str]:
    headers = failure.value.response.headers
    assert headers["ratelimit-remaining"] == "0"
    assert 0 < int(headers["ratelimit-reset"]) <= 60
    return headers["x-ratelimit-limiter"], headers["ratelimit-limit"]


async def test_lists_may_be_asked_for_fifteen_times_in_ten_seconds(user: SandboxUser) -> None:
    for _ in range(15):
        await user.retell.call.list()

    with pytest.raises(RateLimitError) as failure:
        await user.retell.call.list()

    assert limiter_of(failure) == ("list", "15")
    assert failure.value.body == {
        "status": "error",
        "message": "Account rate limited, please throttle your requests.",
    }
    assert (await user.retell.agent.list()).items == []


async def test_other_routes_are_limited_each_for_itself(user: SandboxUser) -> None:
    await user.limit(general=3)
    for _ in range(3):
        await user.retell.identity.retrieve()

    with pytest.raises(RateLimitError) as failure:
        await user.retell.identity.retrieve()

    assert limiter_of(failure) == ("general", "3")
    assert (await user.retell.concurrency.retrieve()).concurrency_limit == 20


async def test_a_concurrency_without_a_limit_is_told_as_a_number_all_the_same(
    user: SandboxUser,
) -> None:
    await user.limit(concurrency=None)

    told = (await user.retell.concurrency.retrieve()).concurrency_limit
    assert told is not None
    assert told > 10_000


async def test_ids_in_a_path_do_not_make_another_route(user: SandboxUser) -> None:
    await user.limit(general=2)
    for voice in ("11labs-Adrian", "11labs-Anna"):
        await user.retell.voice.retrieve(voice)

    with pytest.raises(RateLimitError):
        await user.retell.voice.retrieve("openai-Onyx")


async def test_call_creations_are_limited(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.limit(call=2, calls_per_second=None)
    for _ in range(2):
        await user.dial(agent.agent_id)

    with pytest.raises(RateLimitError) as failure:
        await user.dial(agent.agent_id)

    assert limiter_of(failure) == ("call", "2")


async def test_too_many_refused_creations_close_the_route(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.limit(call_error=2)
    for _ in range(2):
        with pytest.raises(UnprocessableEntityError):
            await user.dial("agent_nobody")

    with pytest.raises(RateLimitError) as failure:
        await user.dial(agent.agent_id)

    assert limiter_of(failure) == ("call-error", "2")


async def test_no_more_calls_at_once_than_the_account_may_have(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.limit(concurrency=2, calls_per_second=None)
    await user.speed(1)
    request: dict[str, Any] = {"metadata": {"sandbox_scenario": "long_call"}}
    calls = [await user.dial(agent.agent_id, **request) for _ in range(2)]

    with pytest.raises(RateLimitError, match="Concurrency"):
        await user.dial(agent.agent_id)
    assert (await user.retell.concurrency.retrieve()).current_concurrency == 2

    await user.retell.call.stop(calls[0].call_id)
    assert (await user.dial(agent.agent_id)).call_status == "registered"


async def test_being_over_a_limit_is_no_refused_creation(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.limit(concurrency=0, call_error=1)
    for _ in range(3):
        with pytest.raises(RateLimitError, match="Concurrency"):
            await user.dial(agent.agent_id)

    await user.limit(concurrency=1)

    assert (await user.dial(agent.agent_id)).call_status == "registered"


async def test_a_repeated_idempotency_key_needs_no_line(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.limit(concurrency=1)
    call = await user.dial(agent.agent_id, idempotency_key="intent")

    again = await user.dial(agent.agent_id, idempotency_key="intent")

    assert again.call_id == call.call_id


async def test_more_dials_than_one_a_second_wait_for_their_turn(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.limit(calls_per_second=0.03)  # One in 33 simulated seconds: 555 real ms.

    first, second = [await user.dial(agent.agent_id) for _ in range(2)]

    assert (await user.get(second.call_id)).call_status == "registered"
    calls = [await user.analyzed(call.call_id) for call in (first, second)]
    starts = [call.start_timestamp or 0 for call in calls]
    assert starts[1] - starts[0] > 400


async def test_more_dials_than_one_a_second_can_be_refused(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.limit(calls_per_second=0.03, calls_per_second_excess="reject")
    await user.dial(agent.agent_id)

    with pytest.raises(RateLimitError, match="per second"):
        await user.dial(agent.agent_id)

    async def probe() -> bool | None:
        try:
            await user.dial(agent.agent_id)
        except RateLimitError:
            return None
        return True

    assert await until(probe)


async def test_limits_can_be_switched_off(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)
    await user.limit(list=None, concurrency=None, calls_per_second=None)

    calls = await asyncio.gather(*(user.dial(agent.agent_id) for _ in range(25)))
    lists = [await user.retell.call.list(limit=1) for _ in range(20)]

    assert len({call.call_id for call in calls}) == 25
    assert len(lists) == 20


async def test_a_limit_that_makes_no_sense_is_refused(user: SandboxUser) -> None:
    for values in ({"list": -1}, {"unheard_of": 1}, {"calls_per_second": 0}):
        assert (await user.control.put("/limits", json=values)).status_code == 422
