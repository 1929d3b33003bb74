"""Calls in lists, records, and what people do with records."""

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from backend.auth.deps import Admin, AnyCaller, Manager
from backend.auth.service import Caller
from backend.calls.deps import CallPath
from backend.calls.search import resolved
from backend.calls.waiting import read_waits
from backend.platform import clock, pages
from backend.platform.deps import Session, SessionFactory
from backend.platform.pages import Page, Stretch
from backend.records import exporting, listing, numbers, review, service
from backend.records.listing import Recorded
from backend.records.queries import find_data
from backend.records.review import Verdict
from backend.records.schemas import (
    AgentNumbersQuery,
    AgentNumbersRead,
    AgentsNumbersRead,
    AuditRead,
    CallListed,
    CallsQuery,
    CallsWanted,
    CountRead,
    DayRead,
    DaysQuery,
    DaysRead,
    DifferenceRead,
    DiffRead,
    ExtractAgain,
    NumbersQuery,
    NumbersRead,
    RecordApprove,
    RecordCorrect,
    RecordListed,
    RecordQuery,
    RecordRead,
    RecordReopen,
    RecordsWanted,
    RevisionNumber,
)
from backend.records.service import RecordFilter

router = APIRouter(prefix="/api/v1", tags=["records"])

_MOST_COUNTED = 10_000


@router.get("/calls/numbers", tags=["calls"])
async def get_numbers(
    caller: AnyCaller, session: Session, query: Annotated[NumbersQuery, Query()]
) -> NumbersRead:
    """Count calls by how they turned out, and their records: today's numbers, for example."""
    found = await numbers.count_calls(
        session, caller.org_id, query.created_after, query.created_before
    )
    return NumbersRead.model_validate(found, from_attributes=True)


@router.get("/calls/numbers/by-day", tags=["calls"])
async def count_calls_by_day(
    caller: AnyCaller, session: Session, query: Annotated[DaysQuery, Query()]
) -> DaysRead:
    """Count calls by the day they were placed on, with how they and their records turned out."""
    zone = ZoneInfo(query.time_zone)
    today = clock.now().astimezone(zone).date()
    found = await numbers.count_by_day(session, caller.org_id, today, query.days, zone)
    return DaysRead(items=[DayRead.model_validate(day) for day in found])


@router.get("/calls/numbers/by-agent", tags=["calls"])
async def count_calls_by_agent(
    caller: AnyCaller, session: Session, query: Annotated[AgentNumbersQuery, Query()]
) -> AgentsNumbersRead:
    """Count the calls of the last days by agent, with how they and their records turned out."""
    since = clock.now() - timedelta(days=query.days)
    found = await numbers.count_by_agent(session, caller.org_id, since)
    return AgentsNumbersRead(items=[AgentNumbersRead.model_validate(each) for each in found])


@router.get("/calls", tags=["calls"])
async def list_calls(
    caller: AnyCaller, session: Session, query: Annotated[CallsQuery, Query()]
) -> Page[CallListed]:
    """List calls, newest first unless told otherwise, without transcripts.

    Of their records the state, and the values if asked for.
    """
    found = await listing.list_calls(
        session,
        caller.org_id,
        query.wanted(caller),
        _recorded(query, caller),
        Stretch(
            query.cursor,
            query.limit + 1,
            oldest_first=query.order in {"oldest", "shortest"},
            by_length=query.order in {"longest", "shortest"},
        ),
    )
    rows, next_cursor = pages.cut(found, query.limit)
    waits = await read_waits(session, caller.org_id, [row.call for row in rows])
    ids = [row.call.id for row in rows] if query.with_record else []
    data = await find_data(session, caller.org_id, ids) if ids else {}
    items = [
        CallListed.of(
            row.call,
            record_status=row.record_status,
            record_data=data.get(row.call.id),
            waiting_for=waits.get(row.call.id),
        )
        for row in rows
    ]
    return Page(items=items, next_cursor=next_cursor)


@router.get("/calls/count", tags=["calls"])
async def count_calls(
    caller: AnyCaller, session: Session, query: Annotated[CallsWanted, Query()]
) -> CountRead:
    """Count calls, up to 10,000."""
    found = await listing.count_calls(
        session,
        caller.org_id,
        query.wanted(caller),
        _recorded(query, caller),
        most=_MOST_COUNTED + 1,
    )
    return _counted(found)


@router.get(
    "/calls/export",
    tags=["calls"],
    response_class=StreamingResponse,
    responses={200: {"description": "A line for each call.", "content": {"text/csv": {}}}},
)
async def export_calls(
    caller: AnyCaller, sessions: SessionFactory, query: Annotated[CallsWanted, Query()]
) -> StreamingResponse:
    """Give calls as CSV, with their variables and their record's fields as columns."""
    lines = exporting.export_calls(
        sessions,
        caller.org_id,
        query.wanted(caller),
        _recorded(query, caller),
        with_originals=caller.sees_originals,
    )
    return StreamingResponse(
        lines,
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="calls.csv"'},
    )


@router.get("/records")
async def list_records(
    caller: AnyCaller, session: Session, query: Annotated[RecordQuery, Query()]
) -> Page[RecordListed]:
    """List current records, newest first unless told otherwise.

    `status=needs_review` gives the queue for reviewers.
    """
    rows = await service.list_current(
        session,
        caller.org_id,
        _meant(query, caller),
        cursor=query.cursor,
        limit=query.limit + 1,
        oldest_first=query.order == "oldest",
    )
    shown = [RecordListed.with_call(record, call) for record, call in rows]
    items, next_cursor = pages.cut(shown, query.limit)
    return Page(items=list(items), next_cursor=next_cursor)


@router.get("/records/count")
async def count_records(
    caller: AnyCaller, session: Session, query: Annotated[RecordsWanted, Query()]
) -> CountRead:
    """Count current records, up to 10,000."""
    found = await service.count_current(
        session, caller.org_id, _meant(query, caller), most=_MOST_COUNTED + 1
    )
    return _counted(found)


def _recorded(query: CallsWanted, caller: Caller) -> Recorded:
    return Recorded(query.record_status, query.field, caller.sees_originals)


def _meant(query: RecordsWanted, caller: Caller) -> RecordFilter:
    own = {name: getattr(query, name) for name in RecordsWanted.model_fields}
    return RecordFilter(**own | {"assigned_to": resolved(query.assigned_to, caller)})


def _counted(found: int) -> CountRead:
    return CountRead(count=min(found, _MOST_COUNTED), is_exact=found <= _MOST_COUNTED)


@router.get("/calls/{call_id}/record")
async def get_record(call_id: CallPath, caller: AnyCaller, session: Session) -> RecordRead:
    """Show a call's current record: each value with the quote it rests on."""
    return RecordRead.of(await service.get_current(session, caller.org_id, call_id))


@router.get("/calls/{call_id}/record/revisions")
async def list_revisions(
    call_id: CallPath, caller: AnyCaller, session: Session
) -> list[RecordRead]:
    """List all revisions of a call's record, oldest first."""
    revisions = await service.list_revisions(session, caller.org_id, call_id)
    return [RecordRead.of(record) for record in revisions]


@router.get("/calls/{call_id}/record/revisions/{revision}")
async def get_revision(
    call_id: CallPath, revision: RevisionNumber, caller: AnyCaller, session: Session
) -> RecordRead:
    """Show one revision of a call's record."""
    return RecordRead.of(await service.get_revision(session, caller.org_id, call_id, revision))


@router.get("/calls/{call_id}/record/revisions/{revision}/audit")
async def get_audit(
    call_id: CallPath, revision: RevisionNumber, caller: Admin, session: Session
) -> AuditRead:
    """Show what a revision's model was told and answered. Kept as long as the call."""
    audit = await review.get_audit(session, caller.org_id, call_id, revision)
    return AuditRead.model_validate(audit, from_attributes=True)


@router.get("/calls/{call_id}/record/diff")
async def compare_revisions(
    call_id: CallPath,
    caller: AnyCaller,
    session: Session,
    *,
    before: Annotated[
        RevisionNumber | None, Query(description="A revision; by default the one before `after`.")
    ] = None,
    after: Annotated[
        RevisionNumber | None, Query(description="A revision; by default the current one.")
    ] = None,
) -> DiffRead:
    """Compare two revisions of a call's record, value by value."""
    old, new, found = await review.compare(
        session, caller.org_id, call_id, before=before, after=after
    )
    return DiffRead(
        before=RecordRead.of(old) if old else None,
        after=RecordRead.of(new),
        differences=[DifferenceRead.model_validate(difference) for difference in found],
    )


@router.post("/calls/{call_id}/record/extract", status_code=202)
async def extract_again(
    call_id: CallPath, caller: Manager, session: Session, body: ExtractAgain | None = None
) -> RecordRead:
    """Extract once more, as a new revision; until it is made, the one before stays current."""
    wanted = body or ExtractAgain()
    return RecordRead.of(
        await service.request_extraction(
            session, caller.org_id, call_id, replace_correction=wanted.replace_correction
        )
    )


@router.patch("/calls/{call_id}/record")
async def correct_record(
    call_id: CallPath, body: RecordCorrect, caller: AnyCaller, session: Session
) -> RecordRead:
    """Set fields right by hand, as a new revision. Extraction does not go past it by itself."""
    verdict = Verdict(
        caller.user_id,
        body.data,
        body.note,
        body.revision,
        with_originals=caller.sees_originals,
    )
    return RecordRead.of(await review.give_verdict(session, caller.org_id, call_id, verdict))


@router.post("/calls/{call_id}/record/approve")
async def approve_record(
    call_id: CallPath, caller: AnyCaller, session: Session, body: RecordApprove | None = None
) -> RecordRead:
    """Vouch for the record as it is, as a new revision. It has to fit its schema.

    Required values that nobody gave stay absent; `not_said` of the new revision says why.
    """
    said = body or RecordApprove()
    verdict = Verdict(caller.user_id, None, said.note, said.revision)
    return RecordRead.of(await review.give_verdict(session, caller.org_id, call_id, verdict))


@router.post("/calls/{call_id}/record/reopen")
async def reopen_record(
    call_id: CallPath, caller: AnyCaller, session: Session, body: RecordReopen | None = None
) -> RecordRead:
    """Put the record back into review, as a new revision: a verdict is undone, a valid one flagged.

    What a person had said of it is taken back, and stays among the revisions.
    """
    said = body or RecordReopen()
    verdict = Verdict(caller.user_id, None, said.note, said.revision)
    return RecordRead.of(await review.reopen(session, caller.org_id, call_id, verdict))
