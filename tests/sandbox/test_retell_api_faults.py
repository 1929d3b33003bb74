"""Requests that go wrong on demand, before or after they were carried out."""

import time

import httpx
import pytest
from retell import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncRetell,
    InternalServerError,
    RateLimitError,
)

from tests.sandbox.running_sandbox import API_KEY
from tests.sandbox.sandbox_user import OWN_NUMBER, PERSON, SandboxUser, until

CREATE = "/v2/create-phone-call"


async def dialled_once(user: SandboxUser) -> None:
    async def probe() -> bool | None:
        return (await user.dialled()) == {PERSON: 1} or None

    await until(probe)


async def test_a_status_is_answered_before_anything_happens(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.fault("api", "status", match={"path": CREATE}, status=503, count=1)

    with pytest.raises(InternalServerError) as failure:
        await user.dial(agent.agent_id)

    assert failure.value.status_code == 503
    assert (await user.control.get("/calls")).json()["calls"] == []
    assert (await user.dial(agent.agent_id)).call_status == "registered"


async def test_a_status_can_hide_that_the_call_was_placed(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.fault("api", "status", match={"path": CREATE}, status=500, when="after", count=1)

    with pytest.raises(InternalServerError):
        await user.dial(agent.agent_id)

    await dialled_once(user)


async def test_no_credit_has_its_status_and_its_body(user: SandboxUser) -> None:
    agent = await user.agent()
    body = {"status": "error", "message": "Trial has ended, please add payment method."}
    await user.fault("api", "status", status=402, body=body, headers={"x-trace": "7"})

    with pytest.raises(APIStatusError) as failure:
        await user.dial(agent.agent_id)

    assert (failure.value.status_code, failure.value.body) == (402, body)
    assert failure.value.response.headers["x-trace"] == "7"


async def test_a_rate_limit_carries_retells_headers(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.fault("api", "rate_limit", limiter="call", reset_seconds=7)

    with pytest.raises(RateLimitError) as failure:
        await user.dial(agent.agent_id)

    headers = failure.value.response.headers
    assert headers["x-ratelimit-limiter"] == "call"
    assert headers["ratelimit-remaining"] == "0"
    assert headers["ratelimit-reset"] == "7"


async def test_a_late_answer_leaves_a_call_the_client_knows_nothing_of(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.fault("api", "timeout", match={"path": CREATE}, seconds=2, when="after", count=1)

    with pytest.raises(APITimeoutError):
        await user.retell.with_options(timeout=0.1).call.create_phone_call(
            from_number=OWN_NUMBER,
            to_number=PERSON,
            override_agent_id=agent.agent_id,
            idempotency_key="intent",
        )
    again = await user.dial(agent.agent_id, idempotency_key="intent")

    await user.analyzed(again.call_id)
    assert await user.dialled() == {PERSON: 1}


async def test_a_late_request_is_carried_out_late(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.fault("api", "timeout", match={"path": CREATE}, seconds=0.2, count=1)

    started = time.monotonic()
    call = await user.dial(agent.agent_id)

    assert time.monotonic() - started >= 0.2
    assert call.call_status == "registered"


@pytest.mark.parametrize(("when", "dials"), [("before", {}), ("after", {PERSON: 1})])
async def test_a_connection_is_reset_before_or_after_the_call_is_placed(
    user: SandboxUser, when: str, dials: dict[str, int]
) -> None:
    agent = await user.agent()
    await user.fault("api", "reset", match={"path": CREATE}, when=when, count=1)

    with pytest.raises(APIConnectionError) as failure:
        await user.dial(agent.agent_id)

    assert isinstance(failure.value.__cause__, httpx.ReadError)
    if dials:
        await dialled_once(user)
    assert await user.dialled() == dials


async def test_a_malformed_answer_is_cut_off_and_the_call_is_placed(user: SandboxUser) -> None:
    agent = await user.agent()
    await user.fault("api", "malformed", match={"path": CREATE}, count=1)
    body = {
        "from_number": OWN_NUMBER,
        "to_number": PERSON,
        "override_agent_id": agent.agent_id,
    }

    response = await user.request("POST", CREATE, body)

    assert response.status_code == 201
    with pytest.raises(ValueError, match=r"Unterminated|Expecting|Invalid"):
        response.json()
    await dialled_once(user)


async def test_a_fault_is_about_the_paths_and_methods_it_names(user: SandboxUser) -> None:
    agent = await user.agent()
    call = await user.dial(agent.agent_id)
    other = await user.dial(agent.agent_id)
    await user.fault("api", "status", match={"path": "/v2/get-*", "call_id": call.call_id})
    await user.fault("api", "status", match={"method": "delete"})

    with pytest.raises(InternalServerError):
        await user.retell.call.retrieve(call.call_id)
    with pytest.raises(InternalServerError):
        await user.retell.agent.delete(agent.agent_id)

    assert (await user.get(other.call_id)).call_id == other.call_id
    assert (await user.retell.agent.retrieve(agent.agent_id)).agent_id == agent.agent_id


async def test_the_vendors_own_retries_get_past_a_short_outage(user: SandboxUser) -> None:
    agent = await user.agent()
    headers = {"retry-after-ms": "1"}
    await user.fault("api", "status", status=503, headers=headers, count=2)

    async with AsyncRetell(api_key=API_KEY, base_url=user.url, max_retries=2) as patient:
        found = await patient.agent.retrieve(agent.agent_id)

    assert found.agent_id == agent.agent_id
    fired = (await user.control.get("/faults")).json()["items"][0]["fired"]
    assert fired == 2


async def test_removed_faults_hit_nobody(user: SandboxUser) -> None:
    await user.fault("api", "reset")
    with pytest.raises(APIError):
        await user.retell.voice.list()

    await user.control.delete("/faults")

    assert await user.retell.voice.list()
