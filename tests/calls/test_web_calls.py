"""Talking to an agent from the browser, published or not."""

from typing import Any

import pytest

from backend.auth.models import Role
from backend.calls import reconciliation
from backend.calls.models import CallSource, CallStatus
from backend.platform import clock, db
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.retell_account import RetellAccount
from tests.support.room import Room
from tests.support.sandbox import Sandbox

VARIABLES = [{"name": "driver_name"}]


async def _open(customer: Customer, agent: dict[str, Any], **body: Any) -> dict[str, Any]:
    opened: dict[str, Any] = await customer.post(
        "/calls/web", {"agent_id": agent["id"], "variables": {"driver_name": "Mike"}, **body}
    )
    return opened


async def test_a_published_agent_is_talked_to(customer: Customer, sandbox: Sandbox) -> None:
    agent = await customer.published_agent(prompt="Hi {{driver_name}}.", variables=VARIABLES)

    opened = await _open(customer, agent, metadata={"ticket": 4711})

    call = opened["call"]
    assert opened["access_token"]
    assert opened["expires_at"]
    assert (call["source"], call["agent_version"], call["to_number"]) == ("web", 1, None)
    assert call["variables"] == {"driver_name": "Mike"}
    ended = await customer.call_in(call["id"], "ended")
    assert ended["transcript"]
    assert ended["metadata"] == {"ticket": 4711}
    (there,) = await sandbox.calls()
    assert there["call_id"] == call["retell_call_id"]
    listed = (await customer.get("/calls"))["items"]
    assert [each["id"] for each in listed] == [call["id"]]


async def test_a_draft_is_talked_to_and_what_is_live_stays(customer: Customer) -> None:
    agent = await customer.published_agent(prompt="Hi {{driver_name}}.", variables=VARIABLES)
    path = f"/agents/{agent['id']}"
    await customer.patch(path, {"begin_message": "Hello, {{driver_name}}."})

    opened = await _open(customer, agent, draft=True)

    assert opened["call"]["agent_version"] is None
    ended = await customer.call_in(opened["call"]["id"], "ended")
    assert ended["transcript"][0]["text"] == "Hello, Mike."
    now = await customer.get(path)
    assert (now["published_version"], now["publish_state"]) == (1, "idle")
    assert (await customer.get(f"{path}/sync"))["state"] == "in_sync"
    assert (await customer.post(f"{path}/publish"))["published_version"] == 2


async def test_a_draft_never_published_is_talked_to_without_being_made_twice(
    customer: Customer, sandbox: Sandbox
) -> None:
    draft = await customer.post(
        "/agents", {"name": "Draft", "prompt": "Hi {{driver_name}}.", "variables": VARIABLES}
    )

    opened = [await _open(customer, draft, draft=True) for _ in range(2)]
    published = await customer.post(f"/agents/{draft['id']}/publish")

    assert len({each["call"]["id"] for each in opened}) == 2
    assert published["published_version"] == 1
    for each in opened:
        assert (await customer.call_in(each["call"]["id"], "ended"))["agent_id"] == draft["id"]
    agents = await RetellAccount(sandbox).ask("POST", "/v2/list-agents", {})
    assert [each["agent_id"] for each in agents["items"]] == [published["retell_agent_id"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"variables": {}}, "/variables/driver_name"),
        ({"variables": {"driver_name": "Mike", "load": "1"}}, "/variables/load"),
        ({"metadata": {"ringback_call_id": "x"}}, "/metadata/ringback_call_id"),
    ],
)
async def test_what_a_call_needs_is_asked_for_before_anything_happens(
    customer: Customer, sandbox: Sandbox, body: dict[str, Any], pointer: str
) -> None:
    agent = await customer.published_agent(prompt="Hi {{driver_name}}.", variables=VARIABLES)
    wanted = {"agent_id": agent["id"], "variables": {"driver_name": "Mike"}, **body}

    response = await customer.client.post("/api/v1/calls/web", json=wanted)

    assert pointers(problem_of(response, 422, "call-invalid")) == [pointer]
    assert await sandbox.calls() == []


async def test_a_refusal_closes_the_call_and_is_told(customer: Customer, sandbox: Sandbox) -> None:
    agent = await customer.published_agent()
    await sandbox.add_fault(
        target="api", kind="status", match={"path": "/v3/create-web-call"}, count=1, status=402
    )

    response = await customer.client.post("/api/v1/calls/web", json={"agent_id": agent["id"]})

    assert problem_of(response, 503, "retell-account-blocked")["reason"] == "unpaid"
    (call,) = (await customer.get("/calls"))["items"]
    assert (call["status"], call["source"]) == ("failed", "web")
    assert "payment" in call["failure"]


async def test_a_web_call_nobody_heard_of_again_is_closed_and_never_dialled(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    async with db.transaction(room.runtime.sessions) as session:
        call = await builders.call(
            session,
            agent,
            status=CallStatus.DIALING,
            source=CallSource.WEB,
            retell_call_id=None,
            to_number=None,
            check_at=clock.now(),
        )

    await reconciliation.claim_overdue(room.runtime)
    failures = await room.run_jobs()

    assert failures == []
    assert (await room.stored(call)).status is CallStatus.FAILED
    assert await sandbox.calls() == []


async def test_who_may_not_place_calls_may_not_open_them(
    customer: Customer, stranger: Customer
) -> None:
    agent = await customer.published_agent()
    draft = await customer.post("/agents", {"name": "Draft", "prompt": "Be kind."})
    reviewer = await customer.colleague(Role.REVIEWER)

    async def refused(by: Customer, agent: dict[str, Any]) -> Any:
        return await by.client.post("/api/v1/calls/web", json={"agent_id": agent["id"]})

    problem_of(await refused(reviewer, agent), 403, "role-missing")
    problem_of(await refused(stranger, agent), 404, "agent-not-found")
    problem_of(await refused(customer, draft), 422, "agent-not-published")
