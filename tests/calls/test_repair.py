"""Calls whose webhooks got lost: each has a deadline, after which Retell is asked."""

from datetime import timedelta
from typing import Any

import httpx
from sqlmodel import select

from backend.calls import queries, reconciliation, service as calls
from backend.calls.intake import apply_update
from backend.calls.lifecycle import UpdateKind
from backend.calls.models import Call, CallStatus
from backend.platform import clock, db
from backend.providers.retell_call import RetellCall
from backend.records.models import Record, RecordStatus
from tests.support.retell_side import RetellSide
from tests.support.room import Room
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.service import running_service, test_settings
from tests.support.waiting import until

BUSY = "+14155550102"
SCHEMA = {
    "type": "object",
    "properties": {"eta": {"type": ["string", "null"], "description": "When will they arrive?"}},
    "required": ["eta"],
}


async def _dialled(room: Room, **wanted: Any) -> Call:
    call = await room.call(await room.agent(record_schema=SCHEMA), **wanted)
    assert await room.run_jobs() == []
    return call


async def test_a_call_of_which_no_webhook_came_ends_with_transcript_events_and_record(
    room: Room, sandbox: Sandbox
) -> None:
    call = await _dialled(room)
    await sandbox.ended(1)

    assert await room.deadline_passes(call) == []

    ended = await room.stored(call)
    assert (ended.status, ended.status_reason) == (CallStatus.ENDED, "agent_hangup")
    assert ended.transcript
    assert ended.summary
    assert ended.check_at is None
    assert [name for name in await room.names(call.id) if name.startswith("call.")] == [
        "call.queued",
        "call.dialing",
        "call.repaired",
        "call.started",
        "call.transcript_updated",
        "call.ended",
        "call.analyzed",
    ]
    async with db.transaction(room.runtime.sessions) as session:
        records = (await session.exec(select(Record).where(Record.call_id == call.id))).all()
    assert records
    assert all(record.status is not RecordStatus.FAILED for record in records)


async def test_what_was_repaired_is_kept_announced_and_counted_once(
    room: Room, sandbox: Sandbox
) -> None:
    call = await _dialled(room)
    await sandbox.ended(1)
    await room.deadline_passes(call)
    await reconciliation.sweep(room.runtime, room.org.id)
    assert await room.run_jobs() == []

    repaired = await room.stored(call)
    (told,) = [event for event in await room.logged(call.id) if event.name == "call.repaired"]
    now = clock.now()
    async with db.transaction(room.runtime.sessions) as session:
        tally = await queries.count_repairs(session, room.org.id, now - timedelta(hours=1), now)
    missed = ["started", "ended", "analyzed"]
    assert [change for change in repaired.repaired if change in missed] == missed
    assert told.data["source"] == "sweep"
    assert told.data["changes"] == repaired.repaired
    assert (tally.calls, tally.changes) == (1, len(repaired.repaired))
    assert tally.last_at == repaired.repaired_at


async def test_a_call_that_never_connected_is_repaired_too(room: Room, sandbox: Sandbox) -> None:
    call = await _dialled(room, to_number=BUSY)
    await sandbox.ended(1)

    await room.deadline_passes(call)

    over = await room.stored(call)
    assert (over.status, over.status_reason) == (CallStatus.NOT_CONNECTED, "dial_busy")
    assert "call.started" not in await room.names(call.id)


async def test_lost_webhooks_are_made_up_for_by_the_deadlines_alone(
    dsn: str, sandbox: Sandbox
) -> None:
    settings = test_settings(
        dsn,
        sandbox,
        deadline={"dialing_seconds": 0.2, "in_progress_seconds": 0.2, "analysis_seconds": 0.2},
    )
    await sandbox.add_fault(target="webhook", kind="drop")
    async with running_service(settings) as service:
        call = await service.call(await service.published_agent(record_schema=SCHEMA))

        ended = await service.call_in(call["id"], "ended")
        record = await service.record_of(call["id"])
        health = await service.get("/webhooks/health")

    assert ended["transcript"]
    assert record["status"] in {"valid", "needs_review"}
    assert (health["received"], health["repaired_calls"]) == (0, 1)
    assert health["missed"] >= 2
    assert health["silence_is_suspicious"] is True


async def test_a_lost_analysis_is_fetched_and_is_all_that_is_counted(
    dsn: str, sandbox: Sandbox
) -> None:
    settings = test_settings(dsn, sandbox, deadline={"analysis_seconds": 0.2})
    await sandbox.add_fault(target="webhook", kind="drop", match={"event": "call_analyzed"})
    async with running_service(settings) as service:
        call = await service.call(await service.published_agent())
        await service.call_in(call["id"], "ended")

        events = await service.events(f"/calls/{call['id']}/events", "call.analyzed")
        analyzed = await service.get(f"/calls/{call['id']}")
        health = await service.get("/webhooks/health")

    assert [event["data"]["changes"] for event in events if event["name"] == "call.repaired"] == [
        ["analyzed"]
    ]
    assert analyzed["summary"]
    assert health["missed"] == 1


async def test_asking_about_a_call_of_which_all_is_known_changes_and_announces_nothing(
    room: Room, sandbox: Sandbox
) -> None:
    call = await _dialled(room)
    await sandbox.ended(1)
    await room.deadline_passes(call)
    before, names = await room.stored(call), await room.names(call.id)

    await room.deadline_passes(call)

    after = await room.stored(call)
    assert await room.names(call.id) == names
    assert (after.status, after.known, after.repaired) == (
        before.status,
        before.known,
        before.repaired,
    )


async def _delete_at_retell(sandbox: Sandbox) -> None:
    (over,) = await sandbox.ended(1)
    async with httpx.AsyncClient(base_url=sandbox.url) as client:
        response = await client.delete(
            f"/v2/delete-call/{over['call_id']}", headers={"Authorization": f"Bearer {API_KEY}"}
        )
    assert response.status_code == 204


async def test_a_call_that_retell_no_longer_has_is_closed_in_words(
    room: Room, sandbox: Sandbox
) -> None:
    call = await _dialled(room)
    await _delete_at_retell(sandbox)

    assert await room.deadline_passes(call) == []

    closed = await room.stored(call)
    assert (closed.status, closed.check_at) == (CallStatus.FAILED, None)
    assert closed.failure == "Retell no longer has this call."
    assert "call.failed" in await room.names(call.id)


async def test_an_ended_call_that_retell_no_longer_has_stays_ended(
    room: Room, sandbox: Sandbox
) -> None:
    call = await _dialled(room)
    await _delete_at_retell(sandbox)
    await room.change(call, status=CallStatus.ENDED, seen=["started", "ended"])

    assert await room.deadline_passes(call) == []

    closed = await room.stored(call)
    assert (closed.status, closed.check_at, closed.failure) == (CallStatus.ENDED, None, None)


async def test_a_call_that_goes_on_at_retell_is_asked_about_again_however_long_it_takes(
    room: Room, sandbox: Sandbox
) -> None:
    async with sandbox.at_speed(0.5):
        call = await _dialled(room)
        await _is_ongoing(sandbox)
        await room.deadline_passes(call)
        await room.change(call, news_at=clock.now() - timedelta(hours=2))

        await room.deadline_passes(call)

    going_on = await room.stored(call)
    assert going_on.status is CallStatus.IN_PROGRESS
    assert going_on.check_at is not None
    assert going_on.check_at > clock.now()


async def _is_ongoing(sandbox: Sandbox) -> None:
    async def probe() -> bool:
        return [call["call_status"] for call in await sandbox.calls()] == ["ongoing"]

    await until(probe, "the call to be answered")


async def test_an_analysis_that_never_comes_is_given_up_after_an_hour(
    room: Room, sandbox: Sandbox
) -> None:
    call = await _dialled(room)
    (over,) = await sandbox.ended(1)
    unanalyzed = RetellSide(None, over["call_id"]).ended()["call"] | {"metadata": over["metadata"]}
    await sandbox.add_fault(
        target="api", kind="status", status=200, body=unanalyzed, match={"path": "/v2/get-call/*"}
    )
    await room.deadline_passes(call)
    ended = await room.stored(call)
    await room.change(call, news_at=clock.now() - timedelta(minutes=61))

    await room.deadline_passes(call)

    given_up = await room.stored(call)
    assert ended.status is CallStatus.ENDED
    assert ended.check_at is not None
    assert (given_up.status, given_up.failure, given_up.check_at) == (CallStatus.ENDED, None, None)
    assert "call.analyzed" not in await room.names(call.id)


async def test_a_transferred_leg_is_asked_about_until_it_has_ended(
    room: Room, sandbox: Sandbox
) -> None:
    call = await _dialled(room, metadata={"sandbox_scenario": "emergency"})
    (at_retell,) = await sandbox.ended(1)
    side = RetellSide(None, at_retell["call_id"])
    told = RetellCall.from_payload(side.analyzed("call_transfer")["call"])
    async with db.transaction(room.runtime.sessions) as session:
        await apply_update(session, room.org.id, UpdateKind.ANALYZED, told, room.runtime.settings)
    before = await room.stored(call)

    assert await room.deadline_passes(call) == []

    after = await room.stored(call)
    assert (before.check_at is not None, calls.is_settled(before)) == (True, False)
    assert (after.check_at, calls.is_settled(after)) == (None, True)
    assert after.duration_ms is not None
