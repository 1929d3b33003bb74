"""The sweep: Retell's list compared with ours, page by page, from a mark that is never lost."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from backend.agents.models import Agent
from backend.calls import queries, reconciliation
from backend.calls.models import Call, CallSource, CallStatus, Sweep
from backend.platform import clock, db
from backend.platform.errors import AppError
from backend.providers.retell_errors import RetellFailed
from tests.support import builders
from tests.support.room import Room
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.service import running_service, test_settings
from tests.support.waiting import until

OWN_NUMBER = "+14155550199"
LIST: dict[str, Any] = {"target": "api", "match": {"path": "/v3/list-calls"}}


async def _answering_agent(room: Room) -> Agent:
    """Publish an agent that takes the calls to our number."""
    agent = await room.agent()
    bound: dict[str, Any] = {"agent_id": agent.retell_agent_id, "weight": 1}
    await room.runtime.retell.update_phone_number(OWN_NUMBER, {"inbound_agents": [bound]})
    return agent


async def _call_in(sandbox: Sandbox, count: int = 1) -> None:
    """Let people call our number, and wait until they have hung up."""
    for _ in range(count):
        await sandbox.control("POST", "/calls/inbound", {"to_number": OWN_NUMBER})
    await sandbox.ended(count)


async def _sweep(room: Room) -> int:
    missed = await reconciliation.sweep(room.runtime, room.org.id)
    assert await room.run_jobs() == []
    return missed


async def _mark(room: Room) -> Any:
    async with db.transaction(room.runtime.sessions) as session:
        return await queries.find_sweep_mark(session, room.org.id)


async def _held(room: Room) -> list[Call]:
    async with db.transaction(room.runtime.sessions) as session:
        return list((await session.exec(select(Call).order_by(Call.created_at))).all())  # type: ignore[arg-type]  # SQLModel types the attribute as its value


async def test_an_inbound_call_none_of_whose_webhooks_came_is_found_and_taken_in(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await _answering_agent(room)
    await _call_in(sandbox)

    assert await _sweep(room) == 1

    (call,) = await _held(room)
    assert (call.source, call.status, call.agent_id) == (
        CallSource.INBOUND,
        CallStatus.ENDED,
        agent.id,
    )
    assert call.transcript
    names = await room.names(call.id)
    assert {"call.repaired", "call.started", "call.ended", "call.analyzed"} <= set(names)
    assert await _sweep(room) == 0
    assert await room.names(call.id) == names


async def test_a_call_that_ended_without_our_hearing_of_it_is_found_before_its_deadline(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    assert await room.run_jobs() == []
    await sandbox.ended(1)

    assert await _sweep(room) == 1

    assert (await room.stored(call)).status is CallStatus.ENDED


async def test_calls_of_agents_that_are_not_ours_are_left_alone(
    room: Room, sandbox: Sandbox
) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        other = Room(room.runtime, await builders.organisation(session))
    await room.agent()
    await _answering_agent(other)
    await _call_in(sandbox)

    assert await _sweep(room) == 0
    assert await _held(room) == []
    assert await _sweep(other) == 1


async def test_an_organisation_without_agents_at_retell_asks_for_no_list(
    room: Room, sandbox: Sandbox
) -> None:
    await sandbox.add_fault(**LIST, kind="status", status=500)

    assert await _sweep(room) == 0


async def test_more_calls_than_a_page_holds_are_all_compared(
    room: Room, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "_PAGE", 2)
    await _answering_agent(room)
    await _call_in(sandbox, count=5)

    assert await _sweep(room) == 5

    assert [call.status for call in await _held(room)] == [CallStatus.ENDED] * 5


async def test_a_rate_limit_in_the_middle_is_waited_for(
    room: Room, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "_PAGE", 2)
    await _answering_agent(room)
    await _call_in(sandbox, count=3)
    await sandbox.add_fault(**LIST, kind="rate_limit", limiter="list", reset_seconds=1, count=1)

    assert await _sweep(room) == 3
    assert await _mark(room) is not None


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "reset"},
        {"kind": "malformed"},
        {"kind": "status", "status": 200, "body": {"message": "no list"}},
    ],
)
async def test_the_mark_stays_where_it_is_until_a_sweep_has_gone_through(
    room: Room, sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    await _answering_agent(room)
    await _sweep(room)
    mark = clock.now() - timedelta(days=2)
    await _put_mark(room, mark)
    await _call_in(sandbox)
    await sandbox.add_fault(**LIST, **fault)

    with pytest.raises(AppError):
        await reconciliation.sweep(room.runtime, room.org.id)
    kept = await _mark(room)
    await sandbox.control("DELETE", "/faults")
    began = clock.now()

    assert await _sweep(room) == 1
    assert kept == mark
    assert await _mark(room) >= began


async def _put_mark(room: Room, mark: Any) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        (await session.get_one(Sweep, room.org.id)).swept_until = mark


async def test_a_sweep_cut_off_after_its_first_page_begins_again_where_it_began(
    room: Room, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "_PAGE", 2)
    await _answering_agent(room)
    await _sweep(room)
    mark = await _mark(room)
    await _call_in(sandbox, count=4)
    listed = room.runtime.retell.list_calls

    async def fail_later(*arguments: Any, page: str | None = None, **options: Any) -> Any:
        if page is not None:
            raise RetellFailed("The connection to Retell broke.")
        return await listed(*arguments, page=page, **options)

    with monkeypatch.context() as patch:
        patch.setattr(room.runtime.retell, "list_calls", fail_later)
        with pytest.raises(RetellFailed):
            await reconciliation.sweep(room.runtime, room.org.id)

    assert await _mark(room) == mark
    await _sweep(room)
    assert len(await _held(room)) == 4


async def test_a_sweep_looks_back_over_what_may_have_been_listed_late(
    room: Room, sandbox: Sandbox
) -> None:
    await _answering_agent(room)
    await _call_in(sandbox)
    await _sweep(room)
    mark = clock.now() + timedelta(seconds=50)
    await _put_mark(room, mark)
    await _call_in(sandbox, count=2)

    assert await _sweep(room) >= 1
    assert len(await _held(room)) == 3
    # Never back, whichever of two sweeps ends last.
    assert await _mark(room) == mark


async def test_a_mark_that_a_wrong_clock_has_put_into_the_future_loses_no_call(
    room: Room, sandbox: Sandbox
) -> None:
    await _answering_agent(room)
    await _sweep(room)
    await _put_mark(room, clock.now() + timedelta(days=1))
    await _call_in(sandbox, count=2)

    await _sweep(room)

    assert len(await _held(room)) == 2
    assert await _mark(room) < clock.now() + timedelta(minutes=1)


async def test_two_sweeps_at_once_take_each_call_in_once(room: Room, sandbox: Sandbox) -> None:
    await _answering_agent(room)
    await _call_in(sandbox, count=3)

    await asyncio.gather(*(reconciliation.sweep(room.runtime, room.org.id) for _ in range(2)))
    await asyncio.gather(room.run_jobs(), room.run_jobs())

    calls = await _held(room)
    assert len(calls) == 3
    for call in calls:
        assert (await room.names(call.id)).count("call.ended") == 1


async def test_a_listed_call_that_is_deleted_before_it_is_fetched_is_let_go(
    room: Room, sandbox: Sandbox
) -> None:
    await _answering_agent(room)
    await _call_in(sandbox)
    await reconciliation.sweep(room.runtime, room.org.id)
    await sandbox.add_fault(
        target="api", kind="status", status=404, match={"path": "/v2/get-call/*"}
    )

    assert await room.run_jobs() == []
    assert await _held(room) == []


async def test_the_worker_sweeps_by_itself_and_health_says_what_it_found(
    dsn: str, sandbox: Sandbox
) -> None:
    settings = test_settings(dsn, sandbox, sweep={"interval_seconds": 0.3})
    await sandbox.add_fault(target="webhook", kind="drop")
    async with running_service(settings) as service:
        agent = await service.published_agent()
        bound = [{"agent_id": agent["retell_agent_id"], "weight": 1}]
        await _bind(sandbox, bound)
        await _call_in(sandbox)

        async def found() -> dict[str, Any] | None:
            items = (await service.get("/calls", status="ended"))["items"]
            return items[0] if items else None

        call = await until(found, "the sweep to find the call")
        health = await service.get("/webhooks/health")

    assert (call["source"], call["agent_id"]) == ("inbound", agent["id"])
    assert (health["repaired_calls"], health["received"]) == (1, 0)
    assert health["last_repaired_at"] is not None


async def _bind(sandbox: Sandbox, agents: list[dict[str, Any]]) -> None:
    async with httpx.AsyncClient(base_url=sandbox.url) as client:
        response = await client.patch(
            f"/update-phone-number/{OWN_NUMBER}",
            json={"inbound_agents": agents},
            headers={"Authorization": f"Bearer {API_KEY}"},
        )
    assert response.status_code == 200


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_a_list_that_cannot_be_asked_for_is_told_since_when_and_why(
    room: Room, sandbox: Sandbox, status: int
) -> None:
    await _answering_agent(room)
    await sandbox.add_fault(**LIST, kind="status", status=status)

    for _ in range(2):
        with pytest.raises(AppError):
            await reconciliation.sweep(room.runtime, room.org.id)
    failing = await _compared(room)
    await sandbox.control("DELETE", "/faults")
    before = clock.now()
    await _sweep(room)
    working = await _compared(room)

    assert failing.failing_since is not None
    assert failing.failing_since < before
    assert failing.failure
    assert failing.compared_at is None
    assert (working.failing_since, working.failure) == (None, None)
    assert working.compared_at is not None
    assert working.compared_at >= before


async def _compared(room: Room) -> Sweep:
    async with db.transaction(room.runtime.sessions) as session:
        sweep = await queries.find_sweep(session, room.org.id)
    assert sweep is not None
    return sweep


async def test_a_call_that_cannot_be_fetched_for_long_is_not_forgotten(
    room: Room, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "_CLOCKS_DIFFER", timedelta(hours=2))
    await _answering_agent(room)
    await _call_in(sandbox)
    (at_retell,) = await sandbox.calls()
    path = {"path": f"/v2/get-call/{at_retell['call_id']}"}
    await sandbox.add_fault(target="api", match=path, kind="status", status=500)
    assert await reconciliation.sweep(room.runtime, room.org.id) == 1
    assert await room.run_jobs() != []
    async with db.transaction(room.runtime.sessions) as session:
        # Much later: the list, as far as it is looked at, has the call no longer.
        later = clock.now() + timedelta(hours=1)
        await queries.move_sweep_mark(session, room.org.id, later)
    await sandbox.control("DELETE", "/faults")

    assert await _sweep(room) == 0

    assert [call.status for call in await _held(room)] == [CallStatus.ENDED]
    async with db.transaction(room.runtime.sessions) as session:
        assert list(await queries.list_missed(session, room.org.id)) == []
