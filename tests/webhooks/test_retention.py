"""What is dropped when it is old, and what is kept."""

from datetime import timedelta

import pytest
from sqlmodel import select

from backend.platform import clock, db
from backend.webhooks import jobs
from backend.webhooks.models import Rejection, Webhook, WebhookState
from tests.support.room import Room

OLD = timedelta(days=31)
YOUNG = timedelta(days=29)


async def _store(room: Room, state: WebhookState, age: timedelta, count: int = 1) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        for number in range(count):
            name = f"{state.value} {age.days} {number}"
            session.add(
                Webhook(
                    org_id=room.org.id,
                    event=name,
                    body=b"{}",
                    body_sha256=name.encode(),
                    body_bytes=2,
                    state=state,
                    received_at=clock.now() - age,
                )
            )


async def _kept(room: Room) -> dict[str, bool]:
    """Tell of each webhook whether its body is kept."""
    async with db.transaction(room.runtime.sessions) as session:
        rows = (await session.exec(select(Webhook))).all()
    return {row.event or "": row.body is not None for row in rows}


async def test_bodies_are_dropped_after_the_retention_unless_they_are_still_needed(
    room: Room,
) -> None:
    for state in WebhookState:
        await _store(room, state, OLD)
        await _store(room, state, YOUNG)

    await jobs.prune(room.runtime)

    assert await _kept(room) == {
        "received 31 0": True,
        "received 29 0": True,
        "applied 31 0": False,
        "applied 29 0": True,
        "ignored 31 0": False,
        "ignored 29 0": True,
        "failed 31 0": True,
        "failed 29 0": True,
    }


async def test_more_bodies_than_one_batch_holds_are_dropped_in_one_go(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_BATCH", 3)
    await _store(room, WebhookState.APPLIED, OLD, count=7)

    await jobs.prune(room.runtime)
    await jobs.prune(room.runtime)

    assert list((await _kept(room)).values()) == [False] * 7


async def test_refusals_are_forgotten_after_the_retention(room: Room) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        for age in (OLD, YOUNG):
            session.add(
                Rejection(
                    org_id=room.org.id,
                    reason=f"{age.days} days",
                    body_bytes=1,
                    at=clock.now() - age,
                )
            )

    await jobs.prune(room.runtime)

    async with db.transaction(room.runtime.sessions) as session:
        assert (await session.exec(select(Rejection.reason))).all() == ["29 days"]
