"""When a hook that fails is left alone, and by what it is asked again."""

import asyncio
from datetime import timedelta

import pytest

from backend.compliance.hooks import inquiring
from backend.compliance.hooks.models import Hook
from backend.platform import clock, db
from tests.compliance.hooks.standing import (
    a_hook,
    about,
    ask,
    inquiries,
    on_their_way,
    stored,
    unasked,
)
from tests.support.room import Room
from tests.support.sandbox import Sandbox

_NUMBERS = [f"+141555501{n}" for n in range(30, 38)]


async def _rested(room: Room, hook: Hook) -> float:
    """Say for how long it rests, and have that be over."""
    async with db.transaction(room.runtime.sessions) as session:
        found = await session.get_one(Hook, hook.id)
        assert found.rests_until is not None
        assert found.rests_since is not None
        rest = (found.rests_until - found.rests_since).total_seconds()
        found.rests_until = clock.now()
        return rest


async def test_questions_that_fail_together_have_it_rest_once(room: Room, sandbox: Sandbox) -> None:
    hook = await a_hook(room, f"{sandbox.url}/lookup/hanging", timeout_ms=500)

    await asyncio.gather(*(ask(room, about(room, each)) for each in _NUMBERS))

    assert (await stored(room, hook)).failures == 3
    assert await _rested(room, hook) == 5


async def test_after_a_rest_one_question_tries_it_and_each_rest_is_longer(
    room: Room, sandbox: Sandbox
) -> None:
    hook = await a_hook(room, f"{sandbox.url}/lookup/page")
    for number in _NUMBERS[:3]:
        await ask(room, about(room, number))
    rests = [await _rested(room, hook)]
    for number in _NUMBERS[3:6]:
        await ask(room, about(room, number))
        rests.append(await _rested(room, hook))

    assert rests == [5, 15, 60, 300]
    await on_their_way(room, hook, 1)
    assert not await ask(room, about(room, _NUMBERS[7]), is_patient=False)


async def test_an_answer_to_a_try_ends_the_rest_unless_the_address_is_another(
    room: Room, sandbox: Sandbox
) -> None:
    hook = await a_hook(room, f"{sandbox.url}/lookup/page")
    for number in _NUMBERS[:3]:
        await ask(room, about(room, number))
    failing = await stored(room, hook)
    assert failing.failing_since is not None

    stale = Hook(**failing.model_dump() | {"revision": 7})
    await inquiring.note_well(room.runtime.sessions, stale)
    assert (await stored(room, hook)).failing_since is not None
    await inquiring.note_well(room.runtime.sessions, failing)

    well = await stored(room, hook)
    assert (well.failures, well.failing_since, well.rests_until) == (0, None, None)
    assert await unasked(room, about(room, _NUMBERS[5])) == [hook.id]


@pytest.mark.parametrize(("status", "failures"), [(422, 0), (400, 0), (401, 1), (404, 1), (500, 1)])
async def test_what_is_refused_about_one_number_says_nothing_of_the_hook(
    room: Room, sandbox: Sandbox, status: int, failures: int
) -> None:
    await sandbox.control("PUT", "/lookup/behavior", {"status": status})
    hook = await a_hook(room, f"{sandbox.url}/lookup/dial")

    await ask(room, about(room))

    assert (await stored(room, hook)).failures == failures
    (said,) = await inquiries(room)
    assert said.failure == f"Answered {status}."


async def test_a_check_that_fails_is_not_counted_against_the_hook(
    room: Room, sandbox: Sandbox
) -> None:
    hook = await a_hook(room, f"{sandbox.url}/lookup/page")

    await ask(room, about(room, is_check=True))

    assert (await stored(room, hook)).failures == 0


async def test_the_same_number_is_left_alone_for_longer_each_time_it_fails(
    room: Room, sandbox: Sandbox
) -> None:
    await sandbox.control("PUT", "/lookup/behavior", {"status": 422})
    await a_hook(room, f"{sandbox.url}/lookup/dial", purposes=["service", "marketing"])
    held = []
    for _ in range(3):
        before = len(await inquiries(room))
        await ask(room, about(room, agent_id=None))
        *_, said = await inquiries(room)
        assert len(await inquiries(room)) == before + 1
        held.append((said.valid_until - said.created_at) // timedelta(seconds=5) * 5)
        async with db.transaction(room.runtime.sessions) as session:
            # As if the time had passed: what was answered is not changed otherwise.
            connection = await session.connection()
            await connection.exec_driver_sql("set local session_replication_role = replica")
            await connection.exec_driver_sql("update hook_inquiries set valid_until = created_at")
    assert held == [5, 15, 60]
