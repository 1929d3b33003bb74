"""Who has hooks asked, about what, and who reads which words of them."""

from dataclasses import replace
from typing import Any

import pytest

from backend.auth.models import Role
from backend.calls import dialling, gating
from backend.calls.errors import CallInvalid
from backend.calls.service import NewCall
from backend.campaigns import claiming
from backend.compliance.errors import HookInvalid
from backend.compliance.hooks.inquiring import Asker
from backend.platform import ids
from tests.campaigns.standing import all_calls, running
from tests.compliance.hooks.conftest import made_hook
from tests.compliance.hooks.standing import BARRED, NUMBER, a_hook
from tests.support.customers import Customer
from tests.support.room import Room
from tests.support.sandbox import Sandbox


@pytest.mark.parametrize(
    "wrong",
    [
        {"to_number": "Jane Roe, 415 555"},
        {"variables": {"unknown": "1"}},
        {"metadata": {"ringback_call_id": "1"}},
    ],
)
async def test_about_a_call_that_cannot_be_placed_nobody_is_asked(
    room: Room, sandbox: Sandbox, wrong: dict[str, Any]
) -> None:
    agent = await room.agent()
    await a_hook(room, f"{sandbox.url}/lookup/dial")
    members = {"to_number": NUMBER, "variables": {}, "metadata": {}, "scheduled_at": None} | wrong

    with pytest.raises(CallInvalid):
        await gating.ask_hooks_ahead(
            Asker(room.runtime.sessions, room.runtime.settings),
            room.org.id,
            NewCall(agent.id, **members),
            None,
        )

    assert await sandbox.control("GET", "/lookup/asked") == []


async def test_a_reviewer_has_nobody_asked_and_does_not_read_the_words_of_a_hook(
    dialer: Customer, sandbox: Sandbox
) -> None:
    await sandbox.control("PUT", "/lookup/answers", {NUMBER: BARRED})
    agent = await dialer.published_agent()
    await made_hook(dialer, f"{sandbox.url}/lookup/dial")
    reviewer = await dialer.colleague(Role.REVIEWER)
    body = {"agent_id": agent["id"], "to_number": NUMBER}

    waiting = await reviewer.post("/compliance/check", body)
    assert await sandbox.control("GET", "/lookup/asked") == []
    by_manager = await dialer.post("/compliance/check", body)
    known = await reviewer.post("/compliance/check", body)

    assert waiting["refusal"] == "awaiting_hook"
    assert by_manager["detail"].endswith("on_national_dnc. It is on the national list.")
    assert known["refusal"] == "refused_by_hook"
    assert "national list" not in known["detail"]


async def test_the_words_of_a_hook_are_told_with_no_call(room: Room, sandbox: Sandbox) -> None:
    await sandbox.control("PUT", "/lookup/answers", {NUMBER: BARRED})
    await a_hook(room, f"{sandbox.url}/lookup/dial")
    call = await room.call(await room.agent())

    await gating.ask_hooks(room.runtime, room.org.id, call.id)
    await dialling.claim_due(room.runtime, room.org.id)

    ended = await room.stored(call)
    assert ended.status_reason == "refused_by_hook"
    told = str([each.data for each in await room.logged(call.id)]) + str(ended.failure)
    assert "on_national_dnc" in told
    assert "It is on the national list" not in told


async def test_a_hook_for_an_agent_that_is_not_there_is_refused_by_its_place(
    room: Room, sandbox: Sandbox
) -> None:
    agent, unknown = await room.agent(), ids.new_id()

    with pytest.raises(HookInvalid) as refused:
        await a_hook(room, f"{sandbox.url}/lookup/dial", agent_ids=[agent.id, unknown])

    assert [each.pointer for each in refused.value.errors] == ["/agent_ids/1"]


async def test_a_campaign_whose_hook_is_slow_keeps_no_other_from_being_dialled(
    room: Room, sandbox: Sandbox
) -> None:
    asking, other = await room.agent(name="Asking"), await room.agent(name="Other")
    await a_hook(room, f"{sandbox.url}/lookup/dial", agent_ids=[asking.id])
    numbers = [f"+141555501{n}" for n in range(40, 60)]
    own = room.runtime.settings
    dial = own.dial.model_copy(update={"starts_per_second": 1.0})
    slow = replace(room.runtime, settings=own.model_copy(update={"dial": dial}))

    await running(room, asking, numbers[:10], max_concurrent=100)
    await claiming.claim_due(slow, room.org.id)
    assert [gating.awaits_hook(each) for each in await all_calls(room)] == [True] * 4
    await running(room, other, numbers[10:], max_concurrent=100)
    await claiming.claim_due(slow, room.org.id)

    placed = await all_calls(room)
    assert [each.agent_id for each in placed if not gating.awaits_hook(each)] == [other.id]


async def test_a_name_is_taken_once_whether_a_hook_is_made_or_renamed(
    dialer: Customer, sandbox: Sandbox
) -> None:
    url = f"{sandbox.url}/lookup/dial"
    first = await made_hook(dialer, url, name="National list")
    second = await made_hook(dialer, url, name="Our list")

    for method, path, body in (
        ("PATCH", f"/{second['id']}", {"name": first["name"]}),
        ("POST", "", {"name": first["name"], "url": url}),
    ):
        refused = await dialer.client.request(method, f"/api/v1/compliance/hooks{path}", json=body)
        assert refused.status_code == 422, refused.text
        assert [each["pointer"] for each in refused.json()["errors"]] == ["/name"]
    kept = await dialer.patch(f"/compliance/hooks/{second['id']}", {"name": second["name"]})
    assert kept["name"] == "Our list"


async def test_the_address_of_a_hook_is_shown_in_full_to_those_alone_who_may_change_it(
    dialer: Customer, sandbox: Sandbox
) -> None:
    made = await made_hook(dialer, f"{sandbox.url}/lookup/dial?key=secret")

    for role in (Role.MANAGER, Role.REVIEWER):
        colleague = await dialer.colleague(role)
        for shown in (
            await colleague.get(f"/compliance/hooks/{made['id']}"),
            (await colleague.get("/compliance/hooks"))["items"][0],
        ):
            assert "secret" not in shown["url"]
    assert (await dialer.get(f"/compliance/hooks/{made['id']}"))["url"] == made["url"]
