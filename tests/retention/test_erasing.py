"""Somebody is erased: nothing of them is left anywhere, and all else is as it was."""

import asyncio
import json
from pathlib import Path
from typing import Any

from backend.calls import service as calls, suppressing
from backend.calls.models import Call, CallStatus
from backend.destinations.models import Message
from backend.platform import clock, db, events
from backend.recordings import service as recordings
from backend.recordings.events import RecordingUploaded
from backend.recordings.models import Recording, RecordingStatus
from backend.retention import ledger, receipts, service
from backend.retention.models import Erasure, ErasureStatus
from tests.support import builders
from tests.support.logs import captured_log
from tests.support.people import (
    Person,
    a_person,
    a_rule,
    an_office,
    back_up,
    dump,
    fill_rooms,
    holding,
    restore,
)
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.service import SECRET
from tests.support.waiting import until_one_waits_for_a_lock

PEOPLE, CALLS = 10, 5
# What erasing itself writes.
ITS_OWN = {"erased_subjects", "erasures", "events", "ledger_keys", "pgqueuer_log"}


def files_of(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def are_in(marks: tuple[str, ...], contents: bytes) -> bool:
    return any(mark.encode() in contents for mark in marks)


async def erase(room: Room, number: str) -> Erasure:
    async with db.transaction(room.runtime.sessions) as session:
        return await service.erase_number(session, room.org.id, number, room.runtime.settings)


async def stored(room: Room, erasure: Erasure) -> Erasure:
    async with db.transaction(room.runtime.sessions) as session:
        return await service.get_erasure(session, room.org.id, erasure.id)


async def called(room: Room, people: list[Person], sandbox: Sandbox) -> None:
    """Call everybody: once through Retell, and four times as if."""
    agent = await room.agent(variables=[{"name": "who", "description": "Whom."}])
    office = await an_office(room, agent)
    real = [
        await room.call(agent, person.number, variables={"who": person.name}) for person in people
    ]
    assert await room.run_jobs() == []
    await sandbox.ended(len(people))
    for person, call in zip(people, real, strict=True):
        await room.deadline_passes(call)
        await fill_rooms(room, office, person, await room.stored(call))
        for _ in range(CALLS - 1):
            async with db.transaction(room.runtime.sessions) as session:
                made = await builders.call(
                    session,
                    agent,
                    to_number=person.number,
                    variables={"who": person.name},
                    lines=(f"user: {person.sentence}",),
                    summary=f"{person.name} called",
                    check_at=None,
                )
            await fill_rooms(room, office, person, made)
        await a_rule(room, person)


async def test_one_of_ten_people_is_erased_and_nobody_else(
    kept: Room, sandbox: Sandbox, folder: Path
) -> None:
    people = [a_person(number) for number in range(PEOPLE)]
    await called(kept, people, sandbox)
    somebody, others = people[4], people[:4] + people[5:]
    dsn = kept.runtime.settings.database.dsn
    before, files_before = await dump(dsn), files_of(folder)
    assert len(holding(before, *somebody.marks)) >= 15
    assert any(are_in(somebody.marks, content) for content in files_before.values())

    with captured_log() as log:
        erasure = await erase(kept, somebody.number)
        assert await kept.run_jobs() == []

    done = await stored(kept, erasure)
    assert (done.status, done.error) == (ErasureStatus.DONE, None)
    after, files_after = await dump(dsn), files_of(folder)
    assert holding(after, *somebody.marks, *(call.id for call in somebody.calls)) == {
        "events": 1
    }, "That it was done is told, with the ids of its calls."
    assert holding(after, *somebody.marks) == {}
    assert not any(are_in(somebody.marks, content) for content in files_after.values())
    assert not are_in(somebody.marks, log.text.encode())
    at_retell = json.dumps(await sandbox.control("GET", "/calls"))
    assert not are_in(somebody.marks, at_retell.encode())

    _all_else_is_as_before(before, after, others)
    lines = [line for content in files_before.values() for line in content.splitlines()]
    left = [line for content in files_after.values() for line in content.splitlines()]
    for line in lines:
        assert line in left or are_in(somebody.marks, line)
    assert all(are_in((other.number,), at_retell.encode()) for other in others)
    _says_what_is_gone(done.receipt, before, after)


def _all_else_is_as_before(
    before: dict[str, list[str]], after: dict[str, list[str]], others: list[Person]
) -> None:
    for table, rows in before.items():
        kept = set(after[table])
        marks = [mark for other in others for mark in (*other.marks, *(c.id for c in other.calls))]
        gone = [row for row in rows if row not in kept]
        assert not [row for row in gone if any(str(mark) in row for mark in marks)], table
        if table not in ITS_OWN:
            assert len(after[table]) == len(rows) - len(gone), table


def _says_what_is_gone(
    receipt: dict[str, Any] | None, before: dict[str, list[str]], after: dict[str, list[str]]
) -> None:
    assert receipt is not None
    found, remaining = receipt["payload"]["found"], receipt["payload"]["remaining"]
    gone = {
        table: len(rows) - len(after[table])
        for table, rows in before.items()
        if table not in ITS_OWN
    }
    assert {table: count for table, count in gone.items() if count} == {
        table: count for table, count in found["tables"].items() if count and table not in ITS_OWN
    }
    assert found["places"]["calls at Retell"] == 1
    assert found["places"]["files of recordings"] == CALLS
    assert found["places"]["files of results"] == 1
    assert found["passed_on"] == {"webhook webhook": CALLS}
    assert set(remaining.values()) == {0}
    keys = [receipts.public_key(SECRET)]
    assert receipts.complaint_about(receipt, keys) is None
    receipt["payload"]["found"]["tables"]["calls"] += 1
    assert receipts.complaint_about(receipt, keys) is not None


async def test_erasing_twice_and_in_a_race_is_erasing_once(kept: Room) -> None:
    person = a_person(700)
    await _a_call(kept, person)

    first, second = await asyncio.gather(*(erase(kept, person.number) for _ in range(2)))
    await asyncio.gather(kept.run_jobs(), kept.run_jobs(), kept.run_jobs())
    again = await erase(kept, person.number)
    assert await kept.run_jobs() == []

    done = [await stored(kept, each) for each in (first, second, again)]
    assert {each.status for each in done} == {ErasureStatus.DONE}
    counted = [each.found["tables"]["calls"] for each in {each.id: each for each in done}.values()]
    assert sum(counted) == 1, "What is gone is counted once."


async def test_a_call_deleted_while_its_erasure_goes_on_is_counted_once(kept: Room) -> None:
    call = await _a_call(kept, a_person(704))
    settings = kept.runtime.settings

    async def delete() -> Erasure:
        async with db.transaction(kept.runtime.sessions) as session:
            return await service.delete_call(session, kept.org.id, call.id, settings)

    async with db.transaction(kept.runtime.sessions) as session:
        begun = await service.erase_call(session, kept.org.id, call.id, settings)
    async with db.transaction(kept.runtime.sessions) as session:
        # As the job does, which is in the middle of it.
        await calls.lock_call(session, kept.org.id, call.id)
        locked = await service.lock_erasure(session, kept.org.id, begun.id)
        subject = service.open_subject(locked, settings)
        assert subject is not None
        await service.erase_rows(session, locked, subject)
        deleting = asyncio.create_task(delete())
        await until_one_waits_for_a_lock(kept.runtime.sessions)
    assert (await deleting).id == begun.id
    assert await kept.run_jobs() == []

    done = await stored(kept, begun)
    assert done.status is ErasureStatus.DONE
    assert done.found["tables"]["calls"] == 1


async def test_whoever_did_not_want_to_be_called_is_not_called_after_being_erased(
    kept: Room,
) -> None:
    person = a_person(701)
    agent = await kept.agent()
    async with db.transaction(kept.runtime.sessions) as session:
        call = await builders.call(
            session,
            agent,
            to_number=person.number,
            status_reason="user_requested_dnc",
            retell_call_id=None,
        )
        await suppressing.keep_opt_out(session, call)
    await erase(kept, person.number)
    assert await kept.run_jobs() == []

    failure = await _failure_of(kept.call(agent, person.number))
    assert failure == "suppressed"


async def _failure_of(asking: Any) -> str | None:
    try:
        await asking
    except Exception as error:  # noqa: BLE001 - the test judges what failed
        return getattr(error, "code", type(error).__name__)
    return None


async def _a_call(room: Room, person: Person) -> Call:
    """Make one that Retell does not know."""
    agent = await _an_agent(room)
    async with db.transaction(room.runtime.sessions) as session:
        return await builders.call(session, agent, to_number=person.number, retell_call_id=None)


async def _an_agent(room: Room) -> Any:
    async with db.transaction(room.runtime.sessions) as session:
        return await builders.published_agent(session, room.org.id)


async def test_a_call_that_goes_on_is_not_erased_under_whoever_is_on_the_phone(
    kept: Room,
) -> None:
    person = a_person(702)
    agent = await _an_agent(kept)
    async with db.transaction(kept.runtime.sessions) as session:
        await builders.call(session, agent, to_number=person.number, status=CallStatus.IN_PROGRESS)

    assert await _failure_of(erase(kept, person.number)) == "call-goes-on"


async def test_what_retell_does_not_do_now_is_asked_of_it_again(
    kept: Room, sandbox: Sandbox
) -> None:
    person = a_person(703)
    agent = await kept.agent()
    call = await kept.call(agent, person.number)
    assert await kept.run_jobs() == []
    await sandbox.ended(1)
    await kept.deadline_passes(call)
    deleting = {"path": "/v2/delete-call/*"}
    await sandbox.add_fault(target="api", kind="status", status=503, match=deleting, count=1)

    erasure = await erase(kept, person.number)
    assert await kept.run_jobs() == []
    waits = await stored(kept, erasure)
    assert (waits.status, waits.completed_at) == (ErasureStatus.RUNNING, None)
    assert waits.error

    async with db.transaction(kept.runtime.sessions) as session:
        await service.retry_erasure(session, kept.org.id, erasure.id)
    assert await kept.run_jobs() == []

    done = await stored(kept, erasure)
    assert done.status is ErasureStatus.DONE
    assert done.found["places"]["calls at Retell"] == 1
    assert done.found["tables"]["calls"] == 1


async def test_a_restored_backup_brings_nobody_back(kept: Room, sandbox: Sandbox) -> None:
    """The rows of the person are there again, and the database knows nothing of their erasure."""
    people = [a_person(number) for number in (704, 705)]
    await called(kept, people, sandbox)
    dsn = kept.runtime.settings.database.dsn
    backup = await back_up(dsn)
    await erase(kept, people[0].number)
    assert await kept.run_jobs() == []
    assert holding(await dump(dsn), *people[0].marks) == {}

    await restore(dsn, backup)
    assert holding(await dump(dsn), *people[0].marks) != {}
    others = holding(await dump(dsn), *people[1].marks)

    assert await ledger.erase_again(kept.runtime) == 1
    assert await kept.run_jobs() == []

    assert holding(await dump(dsn), *people[0].marks) == {}
    assert holding(await dump(dsn), *people[1].marks) == others
    assert await ledger.erase_again(kept.runtime) == 0


async def test_a_deleted_recording_leaves_nothing_in_the_log_and_in_what_was_told(
    kept: Room,
) -> None:
    person = a_person(706)
    agent = await _an_agent(kept)
    office = await an_office(kept, agent)
    recording = Recording(
        org_id=kept.org.id,
        agent_id=agent.id,
        status=RecordingStatus.FAILED,
        file_name=f"{person.name}.wav",
    )
    async with db.transaction(kept.runtime.sessions) as session:
        session.add(recording)
        await session.flush()
        told = recordings.about(recording)
        await events.publish(session, RecordingUploaded(**told))
        session.add(
            Message(
                event_id=1,
                org_id=kept.org.id,
                event="recording.uploaded",
                at=clock.now(),
                data={"event": told["data"]},
            )
        )
    dsn = kept.runtime.settings.database.dsn
    assert set(holding(await dump(dsn), person.name)) == {"recordings", "events", "messages"}

    async with db.transaction(kept.runtime.sessions) as session:
        deleted = await service.delete_recording(
            session, office.agent.org_id, recording.id, kept.runtime.settings
        )

    assert (deleted.folder, deleted.erasure_id) == (recording.folder, None)
    assert holding(await dump(dsn), person.name, recording.id) == {}
