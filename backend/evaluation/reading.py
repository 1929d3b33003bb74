"""How good a second reader a model is: what it makes of lies of meaning, and of right values."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from backend.calls.models import Turn
from backend.evaluation.lies import RIGHT, Told, templates
from backend.grounding import cases
from backend.grounding.judging import Outcome
from backend.platform.errors import AppError
from backend.platform.statistics.intervals import wilson
from backend.providers.runtime import Runtime
from backend.records.asking import read_claim
from backend.records.material import Material

AT_ONCE = 8
# Some twenty kinds of lies stand beside one kind of right values.
_RIGHT_FOR_A_LIE = 8


@dataclass(frozen=True)
class Reading:
    """What became of a value. `failure` says why it was not read, where there was no answer."""

    kind: str
    language: str
    is_doubted: bool = False
    is_objected: bool = False
    failure: str | None = None
    cost_cents: float | None = None


@dataclass(frozen=True)
class ReadingTrial:
    model: str
    readings: Sequence[Reading]

    def as_json(self) -> dict[str, Any]:
        lies = [each for each in self.readings if each.kind != RIGHT]
        failures = [each.failure for each in self.readings if each.failure is not None]
        costs = [each.cost_cents for each in self.readings if each.cost_cents is not None]
        return {
            "model": self.model,
            "lies": _counted(lies),
            "right": _counted([each for each in self.readings if each.kind == RIGHT]),
            "kinds": {kind: _counted(group) for kind, group in self._by_kind()},
            "failed": len(failures),
            "failure": failures[0] if failures else None,
            "cost_cents": round(sum(costs), 4) if costs else None,
        }

    def _by_kind(self) -> list[tuple[str, list[Reading]]]:
        in_order = sorted(self.readings, key=lambda each: each.kind)
        return [(kind, list(group)) for kind, group in groupby(in_order, lambda each: each.kind)]


def choose(most: int, seed: int = 1) -> list[Told]:
    """Take up to `most` lies of each kind and language, and more right values; always the same."""
    random = Random(seed)  # noqa: S311 - has to repeat, not to be secret
    by_kind = sorted(templates(), key=lambda told: (told.kind, told.language))
    chosen: list[Told] = []
    for (kind, _), group in groupby(by_kind, lambda told: (told.kind, told.language)):
        told = list(group)
        wanted = _RIGHT_FOR_A_LIE * most if kind == RIGHT else most
        chosen += random.sample(told, min(wanted, len(told)))
    return chosen


async def try_reader(runtime: Runtime, told: Iterable[Told], *, model: str | None) -> ReadingTrial:
    """Have each value read a second time that no rule objects to, each in a request of its own.

    Without a model, the one that reads in production is asked. Raises LlmNotUsable.
    """
    asked = model or _usual(runtime)
    runtime.llm.refuse_unusable(asked)
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(each: Told) -> Reading:
        async with turn:
            return await _read(runtime, each, asked)

    return ReadingTrial(asked, await asyncio.gather(*map(one, told)))


def _usual(runtime: Runtime) -> str:
    wanted = runtime.settings.llm.check_model
    return runtime.llm.model if wanted in {"same", "off"} else wanted


async def _read(runtime: Runtime, told: Told, model: str) -> Reading:
    case = cases.Case.model_validate(told.line)
    if case.verdict.outcome is Outcome.OBJECTED:
        return Reading(told.kind, told.language, is_objected=True)
    material = Material(
        turns=[Turn.model_validate(turn.model_dump()) for turn in case.turns],
        schema={"type": "object", "properties": {case.field: case.json_schema}},
        began_at=case.began_at,
        time_zone=case.time_zone,
        language=case.language,
        model=model,
    )
    try:
        is_proven, cost = await read_claim(runtime, material, case.claim, case.verdict)
    except AppError as error:
        return Reading(told.kind, told.language, failure=error.detail)
    return Reading(told.kind, told.language, is_doubted=not is_proven, cost_cents=cost)


def _counted(readings: Sequence[Reading]) -> dict[str, Any]:
    """Count what the rules objected to, and of what was read how much was doubted."""
    read = [each for each in readings if not each.is_objected and each.failure is None]
    doubted = sum(each.is_doubted for each in read)
    interval = wilson(doubted, len(read))
    return {
        "values": len(readings),
        "objected_by_rules": sum(each.is_objected for each in readings),
        "read": len(read),
        "doubted": doubted,
        "share": round(doubted / len(read), 4) if read else None,
        "interval": None if interval is None else [round(end, 4) for end in interval],
    }


def show(trial: ReadingTrial, console: Console) -> None:
    """Print the trial as a table: of lies, doubts are catches; of right values, false alarms."""
    found = trial.as_json()
    table = Table(title=f"{trial.model} as second reader")
    for column in ("kind", "values", "objected by rules", "read", "doubted", "95 %"):
        table.add_column(column, justify="left" if column == "kind" else "right")
    rows = [("all lies: caught", found["lies"]), ("right: false alarms", found["right"])]
    for name, counted in [*rows, *((k, c) for k, c in found["kinds"].items() if k != RIGHT)]:
        low, high = counted["interval"] or (None, None)
        shown = "" if low is None or high is None else f"{low:.0%} to {high:.0%}"
        counts = (counted["values"], counted["objected_by_rules"], counted["read"])
        table.add_row(name, *map(str, counts), str(counted["doubted"]), shown)
    console.print(table)
    cost = found["cost_cents"]
    console.print("Cost: not known." if cost is None else f"Cost: {cost} cents.")
    if found["failed"]:
        console.print(f"{found['failed']} were not read. The first: {found['failure']}")
