"""What destinations keep about people: what was told, what came back, and files of results."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.destinations import erasing
from backend.platform.people.personal_data import (
    CALLS,
    Holdings,
    KeptKind,
    Place,
    Rows,
    Subject,
    rows_by,
)
from backend.providers.runtime import Runtime

_OF_CALLS = f"call_id = any({CALLS})"
_OF_RECORDINGS = (
    "event_id in (select event_id from messages where org_id = :org_id and created_at >= :since"
    " and event like 'recording.%'"
    " and data -> 'event' ->> 'recording_id' = any(cast(:recording_ids as text[])))"
)
# What was told has the words and the record in it.
_KINDS = (KeptKind.TRANSCRIPTS, KeptKind.RECORDS)
# One that is switched off keeps nothing: nobody knows for how long it is.
_AWAITED = """
exists (
    select from deliveries join destinations on destinations.id = destination_id
    where deliveries.call_id = calls.id and deliveries.status in ('pending', 'sending')
    and destinations.enabled
)
"""
_MESSAGE, _DELIVERY, _ATTEMPT = ("data",), ("last_error", "outcome"), ("error", "answer")

# Locked, so that none that is counted as waiting is on its way when it is taken away.
_PASSED_ON = text(
    f"""
    with theirs as (
        select destination_id, delivered_at, status from deliveries
        where {_OF_CALLS} order by id for update
    )
    select destinations.kind || ' ' || destinations.name, count(*)
    from theirs join destinations on destinations.id = destination_id
    where (delivered_at is not null or status = 'sending')
        and destinations.kind <> 'object_store'
    group by 1 order by 1
    """  # noqa: S608 - our own text
)


async def _passed_on(session: AsyncSession, subject: Subject) -> Mapping[str, int]:
    return {row[0]: row[1] for row in await rows_by(session, _PASSED_ON, subject)}


HOLDINGS = Holdings[Runtime](
    "destinations",
    rows=(
        Rows(
            "delivery_attempts",
            "call_ids",
            "delivery_id in (select id from deliveries"
            " where call_id = any(cast(:call_ids as uuid[])))",
            _ATTEMPT,
            kinds=_KINDS,
        ),
        Rows(
            "delivery_attempts",
            "recording_ids",
            "delivery_id in (select id from deliveries where event_id in (select event_id"
            " from messages where org_id = :org_id and created_at >= :since"
            " and event like 'recording.%' and data -> 'event' ->> 'recording_id'"
            " = any(cast(:recording_ids as text[]))))",
            _ATTEMPT,
        ),
        Rows("deliveries", "call_ids", _OF_CALLS, _DELIVERY, ("event",), kinds=_KINDS),
        Rows("deliveries", "recording_ids", _OF_RECORDINGS, _DELIVERY),
        Rows("messages", "call_ids", _OF_CALLS, _MESSAGE, ("event",), kinds=_KINDS),
        Rows("messages", "recording_ids", _OF_RECORDINGS, _MESSAGE),
    ),
    needs=dict.fromkeys((*_KINDS, KeptKind.CALLS), _AWAITED),
    places=(Place("files of results", erasing.count_results, erasing.erase_results),),
    harmless={
        "destinations": "where results go, by those who work with the service",
        "outbox": "numbers of events",
    },
    passed_on=_passed_on,
)
