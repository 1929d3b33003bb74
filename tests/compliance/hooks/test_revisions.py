"""A question belongs to the address that was asked, and a call passes unanswered by a reason."""

import asyncio

import pytest

from backend.compliance.hooks.models import InquiryStatus, OnFailure
from tests.compliance.hooks.standing import a_hook, about, ask, change, inquiries, stored, unasked
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.waiting import until


async def _is_asked(sandbox: Sandbox) -> None:
    async def probe() -> bool:
        return bool(await sandbox.control("GET", "/lookup/asked"))

    await until(probe, "a question")


@pytest.mark.parametrize("status", [200, 500])
async def test_what_an_address_says_that_was_changed_meanwhile_counts_for_nothing(
    room: Room, sandbox: Sandbox, status: int
) -> None:
    await sandbox.control("PUT", "/lookup/behavior", {"slow_seconds": 1.0, "status": status})
    hook = await a_hook(room, f"{sandbox.url}/lookup/dial")
    asking = asyncio.create_task(ask(room, about(room)))
    await _is_asked(sandbox)
    await change(room, hook, url=f"{sandbox.url}/lookup/page")
    assert await asking

    (said,) = await inquiries(room)
    assert said.status is (InquiryStatus.ALLOWED if status == 200 else InquiryStatus.FAILED)
    assert await unasked(room, about(room)) == [hook.id]
    now = await stored(room, hook)
    assert (now.failures, now.last_failure, now.last_answered_at) == (0, None, None)


async def test_a_hook_is_asked_at_the_address_it_has_when_the_question_is_written(
    room: Room, sandbox: Sandbox
) -> None:
    hook = await a_hook(room, f"{sandbox.url}/lookup/page")
    await ask(room, about(room))
    await change(room, hook, url=f"{sandbox.url}/lookup/dial")

    await ask(room, about(room))

    first, second = await inquiries(room)
    assert (first.revision, second.revision) == (1, 2)
    assert second.status is InquiryStatus.ALLOWED
    assert await unasked(room, about(room)) == []


async def test_a_hook_that_was_opened_lets_nobody_pass_before_the_reason_is_kept(
    room: Room, sandbox: Sandbox
) -> None:
    hook = await a_hook(room, f"{sandbox.url}/lookup/page")
    await ask(room, about(room))
    await change(room, hook, on_failure=OnFailure.OPEN, open_reason="Counsel agreed.")

    assert await unasked(room, about(room)) == [hook.id]
    await ask(room, about(room))

    assert [each.open_reason for each in await inquiries(room)] == [None, "Counsel agreed."]
    assert await unasked(room, about(room)) == []


async def test_a_hook_that_is_switched_off_in_mid_flight_ends_in_order(
    room: Room, sandbox: Sandbox
) -> None:
    await sandbox.control("PUT", "/lookup/behavior", {"slow_seconds": 0.5})
    hook = await a_hook(room, f"{sandbox.url}/lookup/dial")
    asking = asyncio.create_task(ask(room, about(room)))
    await _is_asked(sandbox)
    await change(room, hook, enabled=False)

    assert await asking
    (said,) = await inquiries(room)
    assert said.status is InquiryStatus.ALLOWED
    assert await unasked(room, about(room)) == []
