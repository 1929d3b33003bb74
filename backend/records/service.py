"""Records: deciding when to make one, storing what was made. `review` has what people do."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import redacting, service as agents
from backend.agents.models import AgentVersion
from backend.calls import search, service as calls
from backend.calls.events import CallMaskedAnew
from backend.calls.models import Call, CallSource, CallStatus, Turn
from backend.platform import events
from backend.platform.events import Event, JsonObject
from backend.records import queries
from backend.records.errors import NothingToExtract, RecordCorrectedByHand, RecordNotFound
from backend.records.events import (
    RecordCorrected,
    RecordExtracted,
    RecordFailed,
    RecordNeedsReview,
    RecordRequested,
)
from backend.records.material import Asked, Material, material_of
from backend.records.models import BY_A_PERSON, Record, RecordAudit, RecordStatus
from backend.records.queries import RecordFilter as RecordFilter
from backend.redaction.finding import Sensitive


@dataclass(frozen=True)
class Source:
    """What a record is made from."""

    call: Call
    turns: Sequence[Turn]
    version: AgentVersion
    schema: JsonObject

    def material(self, *, model: str | None = None) -> Material:
        """Give what to ask with, masked as the agent says. `model` goes before the agent's own."""
        config = self.version.frozen
        asked = Asked(
            self.schema,
            config.extraction_instructions,
            model or config.extraction_model,
            config.proof,
        )
        return material_of(self.call, self.turns, config, asked)

    @property
    def sha256(self) -> bytes:
        content = [
            self.version.schema_version,
            self.schema,
            self.version.config.get("extraction_instructions"),
            [(turn.role, turn.text) for turn in self.turns],
        ]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()


async def find_source(session: AsyncSession, call: Call) -> Source | None:
    """Gather what a record needs. None when the agent wants none or nothing was said."""
    if call.status not in {CallStatus.ENDED, CallStatus.FAILED}:
        return None
    version = await _version_of(session, call)
    if version is None or not call.transcript:
        return None
    schema = version.frozen.record_schema
    if schema is None:
        return None
    turns = [Turn.model_validate(turn) for turn in call.transcript]
    return Source(call, turns, version, schema)


async def _version_of(session: AsyncSession, call: Call) -> AgentVersion | None:
    """Find what the call's record is asked by: the version that took it, or that takes calls now.

    An agent that was never published may own recordings all the same: its draft counts for them,
    as a version that is kept nowhere.
    """
    number = call.agent_version
    if number is None:
        agent = await agents.get_agent(session, call.org_id, call.agent_id)
        number = agent.published_version
        if number is None and call.source is CallSource.UPLOAD:
            return AgentVersion(
                org_id=call.org_id,
                agent_id=agent.id,
                version=0,
                schema_version=0,
                config=agent.config,
                retell_version=0,
            )
    if number is None:
        return None
    return await agents.get_version(session, call.org_id, call.agent_id, number)


async def open_revision(
    session: AsyncSession, org_id: UUID, call_id: UUID, *, again: bool = False
) -> Record | None:
    """Open another revision as `pending` if one is needed; the job that makes it follows.

    An unchanged transcript needs none unless it is asked for `again`, nor does a call that a
    machine took, and what a person has vouched for needs none either. One that is pending is made
    from what is known when it is done, so that it needs no successor. Returns the latest revision,
    or None when the call can have none.
    """
    call = await calls.lock_call(session, org_id, call_id)
    if call.answered_by.is_machine and not again:
        await _take_back(session, call)
        return None
    source = await find_source(session, call)
    if source is None:
        return None
    latest = await queries.lock_latest(session, org_id, call_id)
    current = await queries.lock_current(session, org_id, call_id)
    if latest is not None and current is not None:
        is_vouched_for = current.origin in BY_A_PERSON
        if not _needs_another(latest, source, is_vouched_for=is_vouched_for, again=again):
            latest.final = latest.final or calls.is_settled(call)
            if is_vouched_for:
                current.final = current.final or calls.is_settled(call)
            return latest
    record = Record(
        org_id=org_id,
        call_id=call_id,
        revision=latest.revision + 1 if latest else 1,
        status=RecordStatus.PENDING,
        final=calls.is_settled(call),
        schema_version=source.version.schema_version,
        source_sha256=source.sha256,
        data={},
        evidence={},
        problems=[],
    )
    await add_revision(session, record)
    await events.publish(
        session, RecordRequested(org_id=org_id, call_id=call_id, record_id=record.id)
    )
    return record


async def _take_back(session: AsyncSession, call: Call) -> None:
    """Take back what was made of a machine's words before it was known for one."""
    current = await queries.lock_current(session, call.org_id, call.id)
    if current is None or current.origin in BY_A_PERSON or current.status is RecordStatus.FAILED:
        return
    current.status, current.failure = RecordStatus.FAILED, _OF_A_MACHINE
    current.data, current.evidence, current.problems = {}, {}, []
    current.final = calls.is_settled(call)
    await session.flush()
    await announce(session, current)


_OF_A_MACHINE = "A machine took the call: no record of a person is made from its words."


def _needs_another(latest: Record, source: Source, *, is_vouched_for: bool, again: bool) -> bool:
    if latest.status is RecordStatus.PENDING:
        return False
    return again or (latest.source_sha256 != source.sha256 and not is_vouched_for)


async def add_revision(session: AsyncSession, record: Record) -> None:
    """Add a revision, and make it current if it comes to more than the current one."""
    session.add(record)
    await session.flush()
    await _take_over(session, record)


async def _take_over(session: AsyncSession, record: Record) -> None:
    """Make a revision current unless a later one is, or one that came to more. Lock the call."""
    current = await queries.lock_current(session, record.org_id, record.call_id)
    if current is not None:
        if current.id == record.id or _rank(current) > _rank(record):
            return
        current.is_current = False
        await session.flush()
    record.is_current = True
    await session.flush()


def _rank(record: Record) -> tuple[bool, int]:
    came_to_something = record.status not in {RecordStatus.PENDING, RecordStatus.FAILED}
    return came_to_something, record.revision


async def request_extraction(
    session: AsyncSession, org_id: UUID, call_id: UUID, *, replace_correction: bool = False
) -> Record:
    """Have a record made once more because somebody asked. One being made is what they get.

    What a person has vouched for is replaced only when that is what they ask for.
    """
    current = await queries.find_current(session, org_id, call_id)
    if current is not None and current.origin in BY_A_PERSON and not replace_correction:
        raise RecordCorrectedByHand(
            f"A person has vouched for revision {current.revision}. To have it replaced all the "
            "same, ask with replace_correction."
        )
    record = await open_revision(session, org_id, call_id, again=True)
    if record is None:
        raise NothingToExtract(
            "The call has no transcript yet, or its agent's version has no record schema."
        )
    return record


async def get_current(session: AsyncSession, org_id: UUID, call_id: UUID) -> Record:
    await calls.get_call(session, org_id, call_id)
    record = await queries.find_current(session, org_id, call_id)
    if record is None:
        raise RecordNotFound(f"Call {call_id} has no record.")
    return record


async def find_current(session: AsyncSession, org_id: UUID, call_id: UUID) -> Record | None:
    return await queries.find_current(session, org_id, call_id)


async def list_current(
    session: AsyncSession,
    org_id: UUID,
    wanted: RecordFilter,
    *,
    cursor: UUID | None,
    limit: int,
    oldest_first: bool = False,
) -> Sequence[tuple[Record, Call]]:
    return await queries.list_current(
        session, org_id, wanted, cursor=cursor, limit=limit, oldest_first=oldest_first
    )


async def count_current(
    session: AsyncSession, org_id: UUID, wanted: RecordFilter, *, most: int
) -> int:
    return await queries.count_current(session, org_id, wanted, most=most)


async def lock_revisions(
    session: AsyncSession, org_id: UUID, call_id: UUID
) -> tuple[Record | None, Record | None]:
    """Lock the call's current and its latest revision. Lock the call first."""
    current = await queries.lock_current(session, org_id, call_id)
    return current, await queries.lock_latest(session, org_id, call_id)


async def list_revisions(session: AsyncSession, org_id: UUID, call_id: UUID) -> Sequence[Record]:
    await calls.get_call(session, org_id, call_id)
    return await queries.list_revisions(session, org_id, call_id)


async def get_revision(session: AsyncSession, org_id: UUID, call_id: UUID, revision: int) -> Record:
    await calls.get_call(session, org_id, call_id)
    record = await queries.find_revision(session, org_id, call_id, revision)
    if record is None:
        raise RecordNotFound(f"Call {call_id} has no revision {revision} of its record.")
    return record


NOTHING_LEFT = "What was said in the call is not kept any more, so nothing can be made of it."


async def complete(
    session: AsyncSession,
    record: Record,
    result: Mapping[str, Any],
    *,
    exchanges: Sequence[JsonObject],
    source_sha256: bytes,
) -> bool:
    """Fill in a pending revision and announce it. One that is filled in already stays.

    Returns False, and stores nothing, when the call has been learned more about since it was read.
    Where what was said has been removed since, nothing of it is stored either: it has failed.
    """
    call = await calls.lock_call(session, record.org_id, record.call_id)
    source = await find_source(session, call)
    if source is None:
        await fail(session, record.org_id, record.id, NOTHING_LEFT)
        return True
    if source.sha256 != source_sha256:
        return False
    locked = await queries.lock_record(session, record.org_id, record.id)
    if locked is not None and locked.status is RecordStatus.PENDING:
        made_from = {"source_sha256": source_sha256, "final": calls.is_settled(call)}
        locked.sqlmodel_update(dict(result) | made_from)
        _keep_for_audit(session, locked, exchanges)
        await _take_over(session, locked)
        await announce(session, locked)
    return True


async def fail(
    session: AsyncSession,
    org_id: UUID,
    record_id: UUID,
    failure: str,
    *,
    exchanges: Sequence[JsonObject] = (),
) -> None:
    """Close a pending revision that could not be made, with the reason in words."""
    locked = await queries.lock_record(session, org_id, record_id)
    if locked is None or locked.status is not RecordStatus.PENDING:
        return
    locked.status, locked.failure = RecordStatus.FAILED, failure
    _keep_for_audit(session, locked, exchanges)
    await session.flush()
    logger.warning("record.failed", call_id=str(locked.call_id))
    await announce(session, locked)


def _keep_for_audit(session: AsyncSession, record: Record, exchanges: Sequence[JsonObject]) -> None:
    if exchanges:
        kept = RecordAudit(record_id=record.id, org_id=record.org_id, exchanges=list(exchanges))
        session.add(kept)


_EVENTS: dict[RecordStatus, type[Event]] = {
    RecordStatus.VALID: RecordExtracted,
    RecordStatus.NEEDS_REVIEW: RecordNeedsReview,
    RecordStatus.FAILED: RecordFailed,
    RecordStatus.CORRECTED: RecordCorrected,
}


async def announce(session: AsyncSession, record: Record) -> None:
    content: JsonObject = {
        "record_id": str(record.id),
        "revision": record.revision,
        "status": record.status.value,
        "origin": record.origin.value,
        "final": record.final,
        "problems": len(record.problems),
    }
    call = await calls.get_call(session, record.org_id, record.call_id)
    about: dict[str, Any] = {
        "org_id": record.org_id,
        "call_id": record.call_id,
        "agent_id": call.agent_id,
    }
    await events.publish(session, _EVENTS[record.status](**about, data=content))
    masked = await redacting.find(session, call.agent_id, call.agent_version)
    if Sensitive.NAME in masked.kinds:
        # Whom it names is masked in what was said, too, and none of the words to find it by.
        await search.keep_names(session, call.id)
        await events.publish(session, CallMaskedAnew(**about))
