"""What calls keep about people, here and at Retell."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import queries
from backend.calls.errors import CallGoesOn
from backend.calls.models import Call, CallStatus
from backend.platform.people.personal_data import (
    CALLS,
    CALLS_AT_RETELL,
    NUMBERS,
    Cut,
    Holdings,
    KeptKind,
    NamedCall,
    Place,
    Rows,
    Subject,
    rows_by,
)
from backend.providers.runtime import Runtime

_BATCH = 5000
_OF_CALLS = f"call_id = any({CALLS})"
# A number is that of the other side: one's own are on every call.
_FIND = text(
    f"""
    select cast(id as text), retell_call_id, created_at from calls
    where org_id = :org_id and created_at <= :until and (
        id = any({CALLS})
        or (to_number = any({NUMBERS}) and source = 'outbound')
        or (from_number = any({NUMBERS}) and source = 'inbound')
    )
    """  # noqa: S608 - our own text
)
# Facts of Retell's that say what was said, and those that lead to the sound.
_SAID = "array['summary', 'retell_data', 'collected_variables', 'public_log_url']"
_HEARD = "array['recording_url', 'recording_multi_channel_url']"
# As `calls.search` takes them apart. What is said as well goes from the search with them.
_FILE_WORDS = (
    "tsvector_to_array(to_tsvector('simple', (select regexp_replace(file_name, '[\\W_]+', ' ', 'g')"
    " from calls where calls.id = call_words.call_id)))"
)
_NUMBERS = text(
    """
    select distinct to_number from calls where org_id = :org_id and source = 'outbound'
    union
    select distinct from_number from calls where org_id = :org_id and source = 'inbound'
    """
)


async def _find(session: AsyncSession, subject: Subject) -> Subject:
    rows = await rows_by(session, _FIND, subject)
    return replace(
        subject,
        since=min((row[2] for row in rows), default=subject.since),
        call_ids=frozenset(row[0] for row in rows),
        retell_call_ids=frozenset(row[1] for row in rows if row[1] is not None),
    )


async def _lock(session: AsyncSession, subject: Subject) -> None:
    """Wait for what is being applied to the calls, and lock them. One that goes on is left."""
    for retell_call_id in sorted(subject.retell_call_ids):
        await queries.lock_key(session, retell_call_id)
    statement = (
        select(Call.id, Call.status)
        .where(Call.org_id == subject.org_id, col(Call.id).in_(map(UUID, subject.call_ids)))
        .order_by(col(Call.id))
        .with_for_update()
    )
    for call_id, status in await session.exec(statement):
        if status in {CallStatus.DIALING, CallStatus.IN_PROGRESS}:
            raise CallGoesOn(f"Call {call_id} is {status}; stop it, or wait for its end.")


async def _numbers(session: AsyncSession, org_id: UUID) -> Sequence[str]:
    connection = await session.connection()
    rows = await connection.execute(_NUMBERS, {"org_id": org_id})
    return [row[0] for row in rows if row[0] is not None]


async def _calls(session: AsyncSession, org_id: UUID, after: UUID) -> Sequence[NamedCall]:
    statement = (
        select(Call.id, Call.retell_call_id)
        .where(Call.org_id == org_id, col(Call.id) > after)
        .order_by(col(Call.id))
        .limit(_BATCH)
    )
    return [NamedCall(*row) for row in await session.exec(statement)]


async def _count_at_retell(runtime: Runtime, subject: Subject) -> int:
    there = [await runtime.retell.has_call(call_id) for call_id in sorted(subject.retell_call_ids)]
    return sum(there)


async def _erase_at_retell(runtime: Runtime, subject: Subject) -> None:
    for retell_call_id in sorted(subject.retell_call_ids):
        await runtime.retell.delete_call(retell_call_id)


_SEARCHED = ("said", "recorded", "masked", "masked_recorded", "masked_names", "words")
HOLDINGS = Holdings[Runtime](
    "calls",
    rows=(
        Rows("call_words", "call_ids", _OF_CALLS, _SEARCHED, ("masked_kinds",)),
        Rows(
            "call_transcripts",
            "call_ids",
            _OF_CALLS,
            ("turns",),
            ("source",),
            kinds=(KeptKind.TRANSCRIPTS,),
        ),
        Rows(
            "missed_calls",
            "retell_call_ids",
            f"org_id = :org_id and retell_call_id = any({CALLS_AT_RETELL})",
            ("retell_call_id",),
        ),
        Rows(
            "calls",
            "call_ids",
            f"org_id = :org_id and id = any({CALLS})",
            personal=(
                *("to_number", "from_number", "variables", "metadata", "known", "transcript"),
                *("tool_uses", "summary", "sentiment", "failure", "dial_doubt"),
                *("idempotency_key", "request_hash", "retell_call_id"),
                *("time_zone", "postal_code", "held", "file_name"),
            ),
            harmless=(
                *("status_reason", "answered_by_source", "language", "seen", "repaired"),
                "hook_inquiry_ids",
            ),
        ),
    ),
    cuts=(
        Cut(
            "calls",
            KeptKind.TRANSCRIPTS,
            "call_ids",
            f"org_id = :org_id and id = any({CALLS}) and (transcript <> '[]' or tool_uses <> '[]'"
            f" or summary is not null or known ?| {_SAID})",
            f"transcript = '[]', tool_uses = '[]', summary = null, known = known - {_SAID}",
        ),
        Cut(
            "call_words",
            KeptKind.TRANSCRIPTS,
            "call_ids",
            f"{_OF_CALLS} and (said is not null or masked is not null)",
            "said = null, masked = null",
        ),
        Cut(
            "call_words",
            KeptKind.RECORDS,
            "call_ids",
            f"{_OF_CALLS} and (recorded is not null or masked_recorded is not null)",
            "recorded = null, masked_recorded = null, masked_names = null",
        ),
        # Before the calls: afterwards nobody knows which words of theirs the file's name had.
        Cut(
            "call_words",
            KeptKind.RECORDINGS,
            "call_ids",
            f"{_OF_CALLS} and exists (select from calls"
            " where calls.id = call_words.call_id and calls.file_name is not null)",
            f"said = ts_delete(said, {_FILE_WORDS}), masked = ts_delete(masked, {_FILE_WORDS})",
        ),
        Cut(
            "calls",
            KeptKind.RECORDINGS,
            "call_ids",
            f"org_id = :org_id and id = any({CALLS})"
            f" and (recording_id is not null or file_name is not null or known ?| {_HEARD})",
            f"recording_id = null, file_name = null, known = known - {_HEARD}",
        ),
    ),
    places=(
        Place(
            "calls at Retell",
            _count_at_retell,
            _erase_at_retell,
            (KeptKind.CALLS,),
            by="retell_call_ids",
        ),
    ),
    harmless={
        "dial_queues": "how fast an organisation dials",
        "sweeps": "how far calls were compared, and why they could not be",
    },
    find=_find,
    lock=_lock,
    numbers=_numbers,
    calls=_calls,
)
