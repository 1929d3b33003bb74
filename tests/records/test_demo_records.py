"""The demo's records: what the sandbox's people say, read by its model, judged as any other."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.agents.presets.catalog import PRESETS
from backend.providers.llm import Llm
from backend.providers.llm_answer import Access
from backend.records.answer_model import Answer, answer_model
from backend.records.evidence import Extraction, judge
from backend.records.extraction import build_prompt
from backend.sandbox.scenarios import scenarios
from backend.sandbox.screenplay import fill
from tests.records.calls import call
from tests.support.sandbox import Sandbox

AGENTS = {preset.key: preset for preset in PRESETS}
PLAYED = [
    ("driver_check_in", "driver_check_in"),
    ("driver_check_in", "spanish"),
    ("emergency", "emergency"),
    ("sales_qualification", "sales"),
    ("appointment_reminder", "appointment"),
]
EVENING = datetime(2026, 11, 28, 20, 5)  # noqa: DTZ001 - in the agent's zone, below


@pytest.fixture
async def llm(sandbox: Sandbox) -> AsyncIterator[Llm]:
    access = {"openai": Access(api_key="sk-sandbox", base_url=f"{sandbox.url}/v1")}
    llm = Llm("openai/sandbox", access=access, timeout_seconds=10)
    yield llm
    await llm.close()


async def record(llm: Llm, key: str, scenario: str) -> Extraction:
    """Play a scenario as an agent made from a preset would, and make its record."""
    config = AGENTS[key].config
    examples = {each.name: each.example for each in config.variables if each.example}
    said = scenarios()[scenario].lines
    lines = [f"{line.role}: {fill(line.text, examples)}" for line in said if line.role != "tool"]
    if said[0].role == "agent":
        lines[0] = f"agent: {fill(config.begin_message or '', examples)}"
    turns, schema = call(*lines), config.record_schema or {}
    began = EVENING.replace(tzinfo=ZoneInfo(config.time_zone))
    prompt = build_prompt(turns, started_at=began, time_zone=config.time_zone)
    answer = await llm.answer(
        system=prompt.system, user=prompt.user, answer_model=answer_model(schema)
    )
    assert isinstance(answer.value, Answer)
    return judge(answer.value, turns, schema, began_at=began)


@pytest.mark.parametrize(("key", "scenario"), PLAYED)
async def test_every_value_of_the_demo_is_proven(llm: Llm, key: str, scenario: str) -> None:
    made = await record(llm, key, scenario)

    assert made.problems == []
    said = [value for value in made.data.values() if value not in (None, [])]
    assert len(said) >= 6
    assert all(len(shown.quote.split()) > 1 for shown in made.evidence.values()), "never an `Okay.`"


async def test_the_first_record_anybody_sees_is_what_was_said(llm: Llm) -> None:
    made = await record(llm, "driver_check_in", "driver_check_in")

    assert {name: value for name, value in made.data.items() if value is not None} == {
        "call_outcome": "in_transit_update",
        "driver_status": "delayed",
        "current_location": "I-10 near Indio, California",
        "eta": "2026-11-29T16:00:00Z",
        "delay_reason": "slow loading at the shipper, then construction",
        "pod_reminder_acknowledged": True,
    }
    assert made.evidence["call_outcome"].quote == "Yeah, I'm still rolling"


async def test_a_time_of_day_is_the_next_one(llm: Llm) -> None:
    made = await record(llm, "driver_check_in", "spanish")

    assert made.data["eta"] == "2026-11-30T01:30:00Z", "half past five tomorrow, in California"


@pytest.mark.parametrize("scenario", ["voicemail", "hang_up"])
async def test_what_a_machine_says_answers_no_question(llm: Llm, scenario: str) -> None:
    made = await record(llm, "driver_check_in", scenario)

    assert {value for value in made.data.values() if value is not None} == set()


async def test_a_conversation_of_another_kind_answers_nothing_of_ones_own(llm: Llm) -> None:
    made = await record(llm, "appointment_reminder", "driver_check_in")

    assert [value for value in made.data.values() if value not in (None, [])] == []


async def test_one_call_of_the_demo_is_misread_and_needs_a_person(llm: Llm) -> None:
    made = await record(llm, "driver_check_in", "misread")

    [problem] = made.problems
    assert (problem.field, problem.code) == ("eta", "value_contradicts_quote")
