"""The log and the queue: what is published exists once, and only if the transaction commits."""

from collections.abc import Collection
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock, db, events, ids, queue as jobs
from backend.platform.events import Event
from tests.support.jobs import ORG, Knocked, Ledger, Queue, answer, leave_a_note


class Whispered(Event):
    """Heard by jobs alone."""

    name: ClassVar[str] = "door.whispered"
    is_logged: ClassVar[bool] = False


class _ChangedOurMind(Exception):
    pass


async def log_of(queue: Queue) -> list[str]:
    return [name for (name,) in await queue.fetch("select name from events order by id")]


async def jobs_of(queue: Queue) -> list[str]:
    return [name for (name,) in await queue.fetch("select entrypoint from pgqueuer order by id")]


async def test_an_event_and_its_job_appear_together_on_commit(queue: Queue) -> None:
    async with db.transaction(queue.sessions) as session:
        await events.publish(session, Knocked(org_id=ORG))

        assert await log_of(queue) == []
        assert await jobs_of(queue) == []
    assert await log_of(queue) == ["door.knocked"]
    assert await jobs_of(queue) == ["support.answer on door.knocked"]


async def test_a_change_that_is_taken_back_announces_nothing(queue: Queue) -> None:
    async def change_our_mind() -> None:
        async with db.transaction(queue.sessions) as session:
            await (await session.connection()).execute(text("select 1"))
            await events.publish(session, Knocked(org_id=ORG))
            raise _ChangedOurMind

    with pytest.raises(_ChangedOurMind):
        await change_our_mind()

    assert await log_of(queue) == []
    assert await jobs_of(queue) == []


async def test_a_job_enqueued_before_anything_else_is_taken_back_as_well(queue: Queue) -> None:
    async def change_our_mind() -> None:
        async with db.transaction(queue.sessions) as session:
            await jobs.enqueue(session, [jobs.NewJob("support.answer on door.knocked", b"{}")])
            raise _ChangedOurMind

    with pytest.raises(_ChangedOurMind):
        await change_our_mind()

    assert await jobs_of(queue) == []


async def test_an_event_that_is_only_a_trigger_is_not_in_the_log(empty_queue: Queue) -> None:
    empty_queue.wiring.on(Whispered, answer)

    await empty_queue.publish(Whispered(org_id=ORG), Knocked(org_id=ORG))

    assert await log_of(empty_queue) == ["door.knocked"]
    assert await jobs_of(empty_queue) == ["support.answer on door.whispered"]


async def test_each_job_wired_to_an_event_runs_once(empty_queue: Queue) -> None:
    async def peep(ledger: Ledger, event: Knocked) -> None:
        ledger.ran.append(event)

    empty_queue.wiring.on(Knocked, answer)
    empty_queue.wiring.on(Knocked, peep)
    ledger = Ledger()

    async with empty_queue.worker(ledger):
        await empty_queue.knock()
        await empty_queue.until_empty()

    assert len(ledger.ran) == 2


async def test_a_job_gets_the_event_as_it_was_published(queue: Queue) -> None:
    ledger = Ledger()
    knock = Knocked(
        org_id=ORG, agent_id=ids.new_id(), call_id=ids.new_id(), data={"who": "Zoë", "n": [1, None]}
    )

    async with queue.worker(ledger):
        await queue.publish(knock)
        await queue.until_empty()

    assert ledger.ran == [knock]


async def test_the_log_keeps_what_readers_need(queue: Queue) -> None:
    call_id = ids.new_id()
    before = clock.now()

    await queue.publish(Knocked(org_id=ORG, call_id=call_id, data={"who": "Zoë"}))

    ((org_id, agent_id, logged_call_id, data, at, has_position),) = await queue.fetch(
        "select org_id, agent_id, call_id, data, at, transaction_id is not null from events"
    )
    assert (org_id, agent_id, logged_call_id) == (ORG, None, call_id)
    assert data == {"who": "Zoë"}
    assert before <= at <= clock.now()
    assert has_position


async def test_delayed_work_waits_for_its_time(queue: Queue) -> None:
    ledger = Ledger()
    due = clock.now() + timedelta(seconds=0.3)
    async with db.transaction(queue.sessions) as session:
        await events.publish(session, Knocked(org_id=ORG), at=due)

    async with queue.worker(ledger):
        await queue.until_empty()

    assert len(ledger.ran) == 1
    assert clock.now() >= due


async def test_work_due_in_the_past_runs_at_once(queue: Queue) -> None:
    ledger = Ledger()
    async with db.transaction(queue.sessions) as session:
        await events.publish(session, Knocked(org_id=ORG), at=clock.now() - timedelta(days=1))

    async with queue.worker(ledger):
        await queue.until_empty()

    assert len(ledger.ran) == 1


async def test_publishing_nothing_does_nothing(queue: Queue) -> None:
    await queue.publish()

    assert await log_of(queue) == []
    assert await jobs_of(queue) == []


async def test_a_job_that_concerns_some_calls_is_enqueued_for_these_alone(
    empty_queue: Queue,
) -> None:
    its_own, other = ids.new_id(), ids.new_id()

    async def concerned(_session: AsyncSession, calls: Collection[UUID]) -> Collection[UUID]:
        return {each for each in calls if each == its_own}

    empty_queue.wiring.on(Whispered, answer, concerns=concerned)
    empty_queue.wiring.on(Knocked, answer)

    for call_id in (other, its_own):
        await empty_queue.publish(
            Whispered(org_id=ORG, call_id=call_id), Knocked(org_id=ORG, call_id=call_id)
        )

    always = "support.answer on door.knocked"
    assert await jobs_of(empty_queue) == [always, "support.answer on door.whispered", always]


def test_a_job_is_named_by_its_room_and_its_event(empty_queue: Queue) -> None:
    empty_queue.wiring.on(Knocked, answer, give_up=leave_a_note)

    (subscription,) = empty_queue.wiring.subscriptions[Knocked.name]

    assert subscription.job_name == "support.answer on door.knocked"
