"""Running extraction over records that people have vouched for, and showing how good it is."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console
from rich.table import Table
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.calls import masking, service as calls
from backend.calls.models import Turn
from backend.evaluation.scoring import FieldScore, Sample, Score, score
from backend.platform.errors import AppError
from backend.platform.events import JsonObject
from backend.providers.runtime import Runtime
from backend.records import service
from backend.records.asking import extract
from backend.records.material import Material
from backend.records.models import RecordStatus
from backend.records.service import RecordFilter

AT_ONCE = 8
MOST_CALLS = 1000


class GoldenCall(BaseModel):
    """A conversation with the record that is true of it, as a line of a golden file has it."""

    model_config = ConfigDict(extra="ignore")

    id: str
    turns: list[Turn]
    record_schema: JsonObject
    data: JsonObject = Field(description="The true values; what is not in it was not said.")
    instructions: str | None = None
    variables: dict[str, str] = {}
    started_at: datetime | None = None
    time_zone: str = "UTC"
    language: str | None = Field(None, description="Which the agent was set to, as `en-US`.")
    extraction_model: str | None = Field(None, description="The one to ask unless told another.")

    def material(self, model: str | None) -> Material:
        began_at = self.started_at
        return Material(
            turns=self.turns,
            schema=self.record_schema,
            instructions=self.instructions,
            variables=self.variables,
            began_at=began_at.astimezone(ZoneInfo(self.time_zone)) if began_at else None,
            time_zone=self.time_zone,
            language=self.language,
            model=model or self.extraction_model,
        )


@dataclass(frozen=True)
class Outcome:
    """How one golden call turned out. `failure` says why there is no record."""

    id: str
    sample: Sample
    failure: str | None
    cost_cents: float | None


@dataclass(frozen=True)
class Evaluation:
    model: str
    score: Score
    outcomes: Sequence[Outcome]

    @classmethod
    def of(cls, model: str, outcomes: Sequence[Outcome]) -> Self:
        return cls(model, score(o.sample for o in outcomes if o.failure is None), outcomes)

    def as_json(self) -> dict[str, Any]:
        costs = [o.cost_cents for o in self.outcomes if o.cost_cents is not None]
        return {
            "model": self.model,
            "calls": len(self.outcomes),
            "failed": [o.id for o in self.outcomes if o.failure is not None],
            "perfect": self.score.perfect,
            "cost_cents": round(sum(costs), 4) if costs else None,
            "fields": [_field_json(each) for each in self.score.fields.values()],
            "total": _field_json(self.score.total),
        }


async def evaluate(
    runtime: Runtime, calls: Sequence[GoldenCall], *, model: str | None
) -> Evaluation:
    """Extract from each call, some at once, and compare. Nothing is stored.

    Without a model, each call's own is asked, else the one of the settings. Raises LlmNotUsable
    when one of these cannot be asked: what another one answers in its place would say nothing.
    """
    asked = {model or call.extraction_model or runtime.llm.model for call in calls}
    for name in asked:
        runtime.llm.refuse_unusable(name)
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(call: GoldenCall) -> Outcome:
        async with turn:
            return await _try(runtime, call, model)

    outcomes = await asyncio.gather(*map(one, calls))
    return Evaluation.of(", ".join(sorted(asked)), outcomes)


async def _try(runtime: Runtime, call: GoldenCall, model: str | None) -> Outcome:
    try:
        made = await extract(runtime, call.material(model))
    except AppError as error:
        return Outcome(call.id, Sample(call.data, {}), error.detail, None)
    sample = Sample(call.data, made.result["data"], [problem.field for problem in made.problems])
    return Outcome(call.id, sample, None, made.result["cost_cents"])


async def list_golden(
    session: AsyncSession, org_id: UUID, agent_id: UUID, version: int | None
) -> list[GoldenCall]:
    """Take an agent's corrected and approved records, to be tried with one of its versions.

    Without a version, each call is tried with the one that took it.
    """
    wanted = RecordFilter(agent_id=agent_id, status=RecordStatus.CORRECTED)
    rows = await service.list_current(session, org_id, wanted, cursor=None, limit=MOST_CALLS)
    golden = []
    for record, row in rows:
        call = await calls.get_call(session, org_id, row.id)
        number = version or call.agent_version
        if number is None:
            continue
        taken = (await agents.get_version(session, org_id, agent_id, number)).frozen
        if taken.record_schema is not None:
            mask = masking.mask_of(taken.redact, call)
            turns = [Turn.model_validate(turn) for turn in call.transcript]
            golden.append(
                GoldenCall(
                    id=str(call.id),
                    turns=masking.masked_turns(mask, turns),
                    record_schema=taken.record_schema,
                    data=masking.masked(mask, record.data),
                    instructions=taken.extraction_instructions,
                    variables=masking.masked(mask, call.variables),
                    started_at=call.started_at,
                    time_zone=taken.time_zone,
                    language=taken.only_language,
                    extraction_model=taken.extraction_model,
                )
            )
    return golden


def read_golden(text: str) -> list[GoldenCall]:
    """Read a golden file: one JSON object a line."""
    return [GoldenCall.model_validate_json(line) for line in text.splitlines() if line.strip()]


def show(evaluation: Evaluation, console: Console) -> None:
    """Print the evaluation as a table."""
    table = Table(title=f"{evaluation.model}, {len(evaluation.outcomes)} calls")
    for column in (
        "field",
        "exact",
        "95 %",
        "wrong",
        "missing",
        "invented",
        "caught",
        "questioned",
    ):
        table.add_column(column, justify="left" if column == "field" else "right")
    for each in [*evaluation.score.fields.values(), evaluation.score.total]:
        table.add_row(each.field, *_cells(each))
    console.print(table)
    for outcome in evaluation.outcomes:
        if outcome.failure is not None:
            console.print(f"{outcome.id}: {outcome.failure}")


def _cells(each: FieldScore) -> list[str]:
    low, high = each.interval or (None, None)
    shown = "" if low is None or high is None else f"{low:.0%} to {high:.0%}"
    bad = each.wrong + each.invented
    counts = (each.wrong, each.missing, each.invented)
    return [
        f"{each.exact} of {each.values}",
        shown,
        *map(str, counts),
        f"{each.caught} of {bad}",
        str(each.questioned),
    ]


def _field_json(each: FieldScore) -> dict[str, Any]:
    interval = each.interval
    return {
        "field": each.field,
        "values": each.values,
        "exact": each.exact,
        "wrong": each.wrong,
        "missing": each.missing,
        "invented": each.invented,
        "caught": each.caught,
        "questioned": each.questioned,
        "accuracy": None if each.accuracy is None else round(each.accuracy, 4),
        "interval": None if interval is None else [round(end, 4) for end in interval],
    }
