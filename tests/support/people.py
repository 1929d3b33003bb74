"""People who were called: each with a number, a name and a sentence, in every room there is."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents.models import Agent, InboundRule
from backend.auth.models import User
from backend.calls import service as calls
from backend.calls.events import CallQueued, CallTranscriptUpdated
from backend.calls.models import Call, CallTranscript
from backend.destinations import files
from backend.destinations.files import Row
from backend.destinations.models import (
    Delivery,
    DeliveryAttempt,
    DeliveryStatus,
    Destination,
    DestinationKind,
    Message,
)
from backend.platform import clock, compression, db, events
from backend.platform.tables import Table
from backend.quality.models import (
    CallComment,
    CriterionVerdict,
    Dispute,
    Evaluation,
    EvaluationStatus,
    Policy,
)
from backend.quality.policies.config import Severity
from backend.recordings.models import Recording, RecordingChunk, RecordingStatus
from backend.records.models import RecordAudit
from backend.webhooks.models import Webhook, WebhookState
from tests.support import builders
from tests.support.room import Room


@dataclass
class Person:
    number: str
    name: str
    sentence: str
    calls: list[Call] = field(default_factory=list)

    @property
    def marks(self) -> tuple[str, ...]:
        return self.number, self.name, self.sentence

    @property
    def said(self) -> dict[str, str]:
        return {"who": self.name, "number": self.number, "said": self.sentence}


def a_person(number: int) -> Person:
    word = "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")
    return Person(
        f"+1415555{100 + number:04}", f"Marker {word.title()}", f"my dog {word}word ate the parcel"
    )


@dataclass(frozen=True)
class Office:
    """What is there before anybody is called."""

    agent: Agent
    user: User
    policy: Policy
    store: Destination
    crm: Destination


async def an_office(room: Room, agent: Agent) -> Office:
    async with db.transaction(room.runtime.sessions) as session:
        user = await builders.user(session, room.org.id)
        policy = Policy(org_id=room.org.id, config={})
        store = _destination(room, DestinationKind.OBJECT_STORE, {"format": "ndjson"})
        crm = _destination(room, DestinationKind.WEBHOOK, {"url": "https://crm.example.com/"})
        session.add_all([policy, store, crm])
    return Office(agent, user, policy, store, crm)


def _destination(room: Room, kind: DestinationKind, config: dict[str, Any]) -> Destination:
    return Destination(
        org_id=room.org.id,
        name=kind.value,
        kind=kind,
        config=config,
        secrets=b"",
        events=[],
        watched=[],
        record_statuses=[],
        concurrency=1,
        enabled=False,
    )


async def fill_rooms(room: Room, office: Office, person: Person, call: Call) -> None:
    """Have every room keep something about the person's call."""
    async with db.transaction(room.runtime.sessions) as session:
        session.add_all(_calls(call, person))
        await _records(session, person, call)
        await _scores(session, office, person, call)
        await _deliveries(session, office, person, call)
        session.add(_webhook(person, call))
        about = calls.about(call)
        turns = {"turns": [{"role": "user", "text": person.sentence}]}
        await events.publish(session, CallTranscriptUpdated(**about | {"data": turns}))
        # Its job is not due while the test runs.
        later = clock.now() + timedelta(days=1)
        await events.publish(session, CallQueued(**about | {"data": person.said}), at=later)
        recording = _recording(person, call)
        session.add(recording)
        await session.flush()
        session.add(_chunk(recording, person))
    storage = room.runtime.storage
    await storage.put(recording.source_key, _once(person.sentence.encode()))
    row = Row(str(call.id), "call.ended", "2026-11-29T00:00:00Z", str(call.id), person.said)
    key = f"results/{office.store.id}/day=2026-11-29/00001.ndjson"
    before = (
        b"".join([part async for part in storage.read(key)]) if await storage.find(key) else b""
    )
    await storage.put(key, _once(before + files.write([row], "ndjson")))
    person.calls.append(call)


def _calls(call: Call, person: Person) -> list[Table]:
    turns = [{"turn": 0, "role": "user", "text": person.sentence}]
    return [
        CallTranscript(
            call_id=call.id, revision=1, org_id=call.org_id, source="retell", turns=turns
        )
    ]


async def _records(session: AsyncSession, person: Person, call: Call) -> None:
    record = await builders.record(
        session, call, data=person.said, evidence={"who": {"quote": person.sentence}}
    )
    told = [{"request": person.sentence, "answer": person.name}]
    session.add(RecordAudit(record_id=record.id, org_id=call.org_id, exchanges=told))


async def _scores(session: AsyncSession, office: Office, person: Person, call: Call) -> None:
    evaluation = Evaluation(
        org_id=call.org_id,
        call_id=call.id,
        policy_id=office.policy.id,
        policy_version=1,
        agent_id=call.agent_id,
        call_at=clock.now(),
        revision=1,
        is_current=True,
        status=EvaluationStatus.VALID,
        source_sha256=b"",
        note=person.name,
    )
    session.add(evaluation)
    await session.flush()
    verdict = CriterionVerdict(
        evaluation_id=evaluation.id,
        key="greeting",
        org_id=call.org_id,
        position=0,
        name="Greeting",
        category="tone",
        weight=1,
        auto_fail=False,
        fail_below=0,
        severity=next(iter(Severity)),
        reason=person.sentence,
        evidence={"quote": person.sentence},
    )
    comment = CallComment(
        org_id=call.org_id, call_id=call.id, text=person.name, by=office.user.id, by_name="Robin"
    )
    dispute = Dispute(
        org_id=call.org_id,
        call_id=call.id,
        policy_id=office.policy.id,
        revision=1,
        reason=person.sentence,
        raised_by=office.user.id,
    )
    session.add_all([verdict, comment, dispute])


async def _deliveries(session: AsyncSession, office: Office, person: Person, call: Call) -> None:
    event_id = call.id.int % 2**62
    message = Message(
        event_id=event_id,
        org_id=call.org_id,
        event="call.ended",
        at=clock.now(),
        call_id=call.id,
        data=person.said,
    )
    session.add(message)
    for destination in (office.store, office.crm):
        delivery = Delivery(
            org_id=call.org_id,
            destination_id=destination.id,
            event_id=event_id,
            event="call.ended",
            call_id=call.id,
            status=DeliveryStatus.DELIVERED,
            next_attempt_at=clock.now(),
            delivered_at=clock.now(),
        )
        session.add(delivery)
        await session.flush()
        attempt = DeliveryAttempt(
            delivery_id=delivery.id,
            number=1,
            destination_id=destination.id,
            at=clock.now(),
            duration_ms=1,
            answer=f"Thanks for {person.name}",
        )
        session.add(attempt)


def _webhook(person: Person, call: Call) -> Webhook:
    body = json.dumps({"event": "call_ended", "call": person.said}).encode()
    return Webhook(
        org_id=call.org_id,
        event="call_ended",
        retell_call_id=call.retell_call_id,
        call_id=call.id,
        body=body,
        body_sha256=call.id.bytes,
        body_bytes=len(body),
        state=WebhookState.APPLIED,
    )


def _recording(person: Person, call: Call) -> Recording:
    return Recording(
        org_id=call.org_id,
        agent_id=call.agent_id,
        call_id=call.id,
        is_of_call=True,
        status=RecordingStatus.COMPLETED,
        file_name=f"{person.name}.wav",
        recording_metadata=person.said,
    )


def _chunk(recording: Recording, person: Person) -> RecordingChunk:
    return RecordingChunk(
        org_id=recording.org_id,
        recording_id=recording.id,
        channel=0,
        number=0,
        start_ms=0,
        end_ms=1,
        heard=compression.compress(person.sentence.encode()),
    )


async def a_rule(room: Room, person: Person) -> None:
    """Note something about the person before they call."""
    async with db.transaction(room.runtime.sessions) as session:
        variables = {"name": person.name}
        rule = InboundRule(org_id=room.org.id, caller=person.number, variables=variables)
        session.add(rule)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def dump(dsn: str) -> dict[str, list[str]]:
    """Read every row of every table as text, what is compressed in it expanded."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = await connection.fetch(
            "select tablename from pg_tables where schemaname = 'public' order by 1"
        )
        return {
            table: sorted(
                [_text(row) for row in await connection.fetch(f'select * from "{table}"')]  # noqa: S608 - a table's name
            )
            for (table,) in tables
        }
    finally:
        await connection.close()


def _text(row: "asyncpg.Record") -> str:
    return " | ".join(f"{name}={_value(value)}" for name, value in row.items())


def _value(value: object) -> str:
    if isinstance(value, bytes):
        return compression.expand(value).decode("latin-1")
    return str(value)


def holding(dumped: dict[str, list[str]], *marks: str | UUID) -> dict[str, int]:
    """Count the rows that have one of these texts, by table; tables that have none are left out."""
    counts = {
        table: sum(any(str(mark) in row for mark in marks) for row in rows)
        for table, rows in dumped.items()
    }
    return {table: count for table, count in counts.items() if count}


Backup = dict[str, tuple[list[str], bytes]]


async def back_up(dsn: str) -> Backup:
    """Copy all tables as they are."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select table_name, array_agg(column_name::text order by ordinal_position) as columns "
            # Of a table in parts, the parts have the rows.
            "from information_schema.columns join pg_class on relname = table_name "
            "where relnamespace = 'public'::regnamespace and relkind = 'r'"
            " and table_schema = 'public' and is_generated = 'NEVER' group by 1"
        )
        copies: Backup = {}
        for table, columns in rows:
            content = BytesIO()
            await connection.copy_from_table(table, columns=columns, output=content)
            copies[table] = (columns, content.getvalue())
        return copies
    finally:
        await connection.close()


async def restore(dsn: str, backup: Backup) -> None:
    """Put all tables back, as restoring a dump does."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute("set local session_replication_role = replica")
            await connection.execute(f"truncate {', '.join(backup)} cascade")
            for table, (columns, content) in backup.items():
                await connection.copy_to_table(table, columns=columns, source=BytesIO(content))
    finally:
        await connection.close()
