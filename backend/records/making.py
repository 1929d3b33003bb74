"""Making a record: read what it is made from, ask the model, judge the answer, store it."""

from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.calls import service as calls
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.errors import AppError, Retryable
from backend.platform.settings import Settings
from backend.providers.llm_errors import LlmAnswerUnusable
from backend.providers.llm_prices import Price, cost_cents
from backend.providers.tools import Tools
from backend.records import queries, service
from backend.records.answer_model import Answer, answer_model
from backend.records.errors import NothingToExtract
from backend.records.evidence import judge
from backend.records.extraction import build_prompt
from backend.records.models import Record, RecordStatus
from backend.records.service import Source


async def make_record(tools: Tools, org_id: UUID, record_id: UUID) -> None:
    """Fill in a pending revision. No transaction is open while the model is asked.

    When more is learned about the call meanwhile, the model is asked anew: what it said is old.
    """
    is_made = False
    while not is_made:
        record, source = await _read(tools.sessions, org_id, record_id)
        if record.status is not RecordStatus.PENDING:
            return
        try:
            made = await extract(tools, source)
        except Retryable:
            raise
        except AppError as error:
            exchange = error.exchange if isinstance(error, LlmAnswerUnusable) else None
            async with db.transaction(tools.sessions) as session:
                await service.fail(
                    session,
                    org_id,
                    record_id,
                    error.detail,
                    exchanges=[dict(exchange)] if exchange else (),
                )
            return
        async with db.transaction(tools.sessions) as session:
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


def _prices(settings: Settings) -> dict[str, Price]:
    return {model: Price(*price) for model, price in settings.llm.prices.items()}


class Made(NamedTuple):
    """The columns of a record that was made, and what the model was asked and answered."""

    result: dict[str, Any]
    exchanges: list[dict[str, Any]]


async def extract(tools: Tools, source: Source) -> Made:
    """Ask the model once, with one chance to mend what the checks complain about."""
    config = source.version.frozen
    prompt = build_prompt(
        source.turns,
        instructions=config.extraction_instructions,
        variables=source.call.variables,
        started_at=source.call.started_at,
        time_zone=config.time_zone,
    )

    started_at = source.call.started_at
    began_at = started_at.astimezone(ZoneInfo(config.time_zone)) if started_at else None

    def complaints(answer: Answer) -> list[str]:
        return judge(answer, source.turns, source.schema, began_at=began_at).complaints()

    answered = await tools.llm.answer(
        system=prompt.system,
        user=prompt.user,
        answer_model=answer_model(source.schema),
        check=complaints,
        model=config.extraction_model,
    )
    judged = judge(answered.value, source.turns, source.schema, began_at=began_at)
    result = {
        "status": RecordStatus(judged.status),
        "data": judged.data,
        "evidence": {
            field: evidence.model_dump(mode="json") for field, evidence in judged.evidence.items()
        },
        "problems": [problem.model_dump(mode="json") for problem in judged.problems],
        "model": answered.model,
        "attempts": answered.attempts,
        "input_tokens": answered.input_tokens,
        "output_tokens": answered.output_tokens,
        "cost_cents": cost_cents(
            answered.model, answered.input_tokens, answered.output_tokens, _prices(tools.settings)
        ),
    }
    return Made(result, [dict(answered.exchange)])
