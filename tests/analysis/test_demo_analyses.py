"""The demo's analyses: what the sandbox's people say, read by its model, judged as any other."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from backend.agents.record_schema.subset import check_record_schema
from backend.analysis.feelings import moments_of
from backend.analysis.preset import INSTRUCTIONS
from backend.analysis.settings import preset_schema
from backend.calls.models import Turn
from backend.providers.llm import Llm
from backend.providers.llm_answer import Access
from backend.records.answer_model import Answer, answer_model
from backend.records.evidence import Extraction, judge
from backend.records.extraction import build_prompt
from backend.sandbox.scenarios import scenarios
from backend.sandbox.screenplay import fill
from tests.records.calls import call
from tests.support.sandbox import Sandbox

PLAYED = ["driver_check_in", "emergency", "sales", "appointment", "spanish", "misread"]


@pytest.fixture
async def llm(sandbox: Sandbox) -> AsyncIterator[Llm]:
    access = {"openai": Access(api_key="sk-sandbox", base_url=f"{sandbox.url}/v1")}
    llm = Llm("openai/sandbox", access=access, timeout_seconds=10)
    yield llm
    await llm.close()


def turns_of(scenario: str) -> list[Turn]:
    found = scenarios()[scenario]
    spoken = [line for line in found.lines if line.role != "tool"]
    return call(*(f"{line.role}: {fill(line.text, found.defaults)}" for line in spoken))


async def analysis(llm: Llm, scenario: str) -> Extraction:
    turns, schema = turns_of(scenario), preset_schema()
    prompt = build_prompt(turns, instructions=INSTRUCTIONS)
    answer = await llm.answer(
        system=prompt.system, user=prompt.user, answer_model=answer_model(schema)
    )
    assert isinstance(answer.value, Answer)
    return judge(answer.value, turns, schema)


def moments(found: Extraction, scenario: str) -> list[dict[str, Any]]:
    evidence: Mapping[str, Any] = {
        name: each.model_dump() | {"proven_by": "second_reading"}
        for name, each in found.evidence.items()
    }
    roles = {turn.turn: turn.role for turn in turns_of(scenario)}
    return moments_of(preset_schema(), found.data, evidence, roles)


def test_the_preset_is_a_record_schema_like_any_other() -> None:
    assert check_record_schema(preset_schema()) == []


@pytest.mark.parametrize("scenario", PLAYED)
async def test_every_value_of_the_demo_is_proven(llm: Llm, scenario: str) -> None:
    found = await analysis(llm, scenario)

    assert found.problems == []
    assert found.data["topic"]
    assert found.data["next_steps"]
    assert found.data["customer_sentiment_at_end"]


@pytest.mark.parametrize("scenario", PLAYED)
async def test_the_demo_has_a_line_of_feelings_for_both_speakers(llm: Llm, scenario: str) -> None:
    line = moments(await analysis(llm, scenario), scenario)

    assert {moment["speaker"] for moment in line} == {"user", "agent"}
    assert [moment["turn"] for moment in line] == sorted(moment["turn"] for moment in line)
    assert all(moment["start_ms"] is not None and moment["quote"] for moment in line)


async def test_a_sales_call_shows_what_hurts_what_holds_back_and_what_is_next(llm: Llm) -> None:
    found = await analysis(llm, "sales")

    assert found.data["pain_points"] == [
        "somebody forgets a follow-up",
        "ten hours a week of copying, across the team",
    ]
    assert found.data["objections"] == ["no trainings through the holidays", "price"]
    assert found.data["people"] == [{"name": "Priya", "part": "runs operations"}]
    levels = [each["level"] for each in moments(found, "sales") if each["speaker"] == "user"]
    assert levels == [-2, -1, 0, -1, -1, 1, 1]
