"""Making a record: read what it is made from, ask the model, judge the answer, store it."""

from uuid import UUID

from backend.calls import service as calls
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.errors import AppError, Retryable
from backend.providers.runtime import Runtime
from backend.records import queries, service
from backend.records.asking import Made, extract
from backend.records.models import Record, RecordStatus
from backend.records.service import Source


async def make_record(runtime: Runtime, org_id: UUID, record_id: UUID) -> None:
    """Fill in a pending revision. No transaction is open while the model is asked.

    When more is learned about the call meanwhile, the model is asked anew: what it said is old.
    """
    is_made = False
    while not is_made:
        found = await _read(runtime.sessions, org_id, record_id)
        if found is None:
            return
        record, source = found
        made = Made()
        try:
            await extract(runtime, source.material(), made)
        except Retryable:
            raise
        except AppError as error:
            async with db.transaction(runtime.sessions) as session:
                await service.fail(
                    session, org_id, record_id, error.detail, exchanges=made.exchanges
                )
            return
        async with db.transaction(runtime.sessions) as session:
            is_made = await service.complete(
                session,
                record,
                made.result,
                exchanges=made.exchanges,
                source_sha256=source.sha256,
            )


async def _read(sessions: Sessions, org_id: UUID, record_id: UUID) -> tuple[Record, Source] | None:
    """Read what the record is to be made from. None: there is nothing to do, or no more.

    What was said may have been removed meanwhile; a record that waits for it would wait for ever.
    """
    async with db.transaction(sessions) as session:
        record = await queries.find_record(session, org_id, record_id)
        if record is None or record.status is not RecordStatus.PENDING:
            return None  # Erased meanwhile, or made.
        call = await calls.get_call(session, org_id, record.call_id)
        source = await service.find_source(session, call)
        if source is None:
            await service.fail(session, org_id, record_id, service.NOTHING_LEFT)
            return None
    return record, source
