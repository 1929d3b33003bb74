"""Making a record: read what it is made from, ask the model, judge the answer, store it."""

from uuid import UUID

from backend.calls import service as calls
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.errors import AppError, Retryable
from backend.providers.llm_errors import LlmAnswerUnusable
from backend.providers.runtime import Runtime
from backend.records import queries, service
from backend.records.asking import extract
from backend.records.errors import NothingToExtract
from backend.records.models import Record, RecordStatus
from backend.records.service import Source


async def make_record(runtime: Runtime, org_id: UUID, record_id: UUID) -> None:
    """Fill in a pending revision. No transaction is open while the model is asked.

    When more is learned about the call meanwhile, the model is asked anew: what it said is old.
    """
    is_made = False
    while not is_made:
        record, source = await _read(runtime.sessions, org_id, record_id)
        if record.status is not RecordStatus.PENDING:
            return
        try:
            made = await extract(runtime, source.material())
        except Retryable:
            raise
        except AppError as error:
            exchange = error.exchange if isinstance(error, LlmAnswerUnusable) else None
            async with db.transaction(runtime.sessions) as session:
                await service.fail(
                    session,
                    org_id,
                    record_id,
                    error.detail,
                    exchanges=[dict(exchange)] if exchange else (),
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


async def _read(sessions: Sessions, org_id: UUID, record_id: UUID) -> tuple[Record, Source]:
    async with db.transaction(sessions) as session:
        record = await queries.find_record(session, org_id, record_id)
        if record is None:
            raise NothingToExtract(f"There is no record {record_id}.")
        call = await calls.get_call(session, org_id, record.call_id)
        source = await service.find_source(session, call)
    if source is None:
        raise NothingToExtract(f"Call {record.call_id} has nothing to make a record from.")
    return record, source
