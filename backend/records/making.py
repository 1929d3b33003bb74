"""Making a record: read what it is made from, ask the model, judge the answer, store it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.calls import service as calls
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.errors import AppError, Retryable
from backend.platform.settings import Settings
from backend.providers.llm_answer import LlmAnswer
from backend.providers.llm_errors import LlmAnswerUnusable
from backend.providers.llm_prices import Price, cost_cents
from backend.providers.tools import Tools
from backend.records import queries, service
from backend.records.answer_model import Answer, answer_model
from backend.records.contradicting import (
    Contradictions,
    build_question,
    read_contradictions,
)
from backend.records.errors import NothingToExtract
from backend.records.evidence import Doubt, Problem, ProblemCode, judge
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


@dataclass
class Made:
    """What was made of a call: a record's columns, and the answers they are from."""

    answers: list[LlmAnswer[Any]]
    problems: list[Problem] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def exchanges(self) -> list[dict[str, Any]]:
        return [dict(answer.exchange) for answer in self.answers]

    def usage(self, prices: Mapping[str, Price]) -> dict[str, Any]:
        """Add up requests, tokens and cost; what is not known of one is not known of all."""
        costs = [
            cost_cents(answer.model, answer.input_tokens, answer.output_tokens, prices)
            for answer in self.answers
        ]
        return {
            "attempts": sum(answer.attempts for answer in self.answers),
            "input_tokens": _total(answer.input_tokens for answer in self.answers),
            "output_tokens": _total(answer.output_tokens for answer in self.answers),
            "cost_cents": _total(costs),
        }


Number = TypeVar("Number", int, float)


def _total(parts: Iterable[Number | None]) -> Number | None:
    known = list(parts)
    return None if any(part is None for part in known) else sum(p for p in known if p is not None)


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
    made = Made([answered])
    made.problems = [*judged.problems, *await _second_opinion(tools, source, judged.doubts, made)]
    prices = _prices(tools.settings)
    made.result = {
        "status": RecordStatus.NEEDS_REVIEW if made.problems else RecordStatus.VALID,
        "data": judged.data,
        "evidence": {
            field: evidence.model_dump(mode="json") for field, evidence in judged.evidence.items()
        },
        "problems": [problem.model_dump(mode="json") for problem in made.problems],
        "model": answered.model,
        **made.usage(prices),
    }
    return made


async def _second_opinion(
    tools: Tools, source: Source, doubts: Sequence[Doubt], made: Made
) -> list[Problem]:
    """Have the values contradicted that no rule can judge. Without an opinion, a person looks."""
    wanted = tools.settings.llm.check_model
    if wanted == "off" or not doubts:
        return []
    question = build_question(doubts, source.turns)
    own = source.version.frozen.extraction_model
    try:
        answered = await tools.llm.answer(
            system=question.system,
            user=question.user,
            answer_model=Contradictions,
            model=own if wanted == "same" else wanted,
        )
    except AppError as error:
        message = f"What no rule can judge was not read a second time: {error.detail}"
        return [Problem(field="", code=ProblemCode.NOT_CHECKED, message=message)]
    made.answers.append(answered)
    return read_contradictions(answered.value, doubts)
