"""The presets' record classes, their schemas, and the models built from those: one and the same."""

import json
from pathlib import Path
from typing import Annotated, Any

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import Field, ValidationError

from backend.agents.presets.catalog import PRESETS
from backend.agents.presets.preset import Preset
from backend.agents.record_schema.record_class import Count, Instant, Phone, RecordClass
from backend.agents.record_schema.subset import check_record_schema
from backend.providers.llm import Llm
from backend.providers.llm_answer import Access
from backend.records.answer_model import Answer, answer_model
from backend.records.evidence import judge
from backend.records.extraction import build_prompt
from backend.records.record_model import validate
from tests.records.calls import call
from tests.records.generated import spoilt
from tests.support.sandbox import Sandbox

presets = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
SCREENPLAYS = Path(__file__).parents[2] / "backend/sandbox/screenplays"
PLAYED = {
    "driver_check_in": "driver_check_in",
    "emergency": "emergency",
    "sales_qualification": "sales",
    "appointment_reminder": "appointment",
}
FORMATTED = st.sampled_from(
    [
        *("2026-11-21T08:00:00-06:00", "2026-11-21 08:00z", "2026-11-21T08:00:00", "tomorrow"),
        *("+1 415 555 0100", "+14155550100", "415 555 0100", "0001-01-01T00:00:00+05:00"),
    ]
)


def accepts(record: type[RecordClass], data: dict[str, Any]) -> bool:
    try:
        record.model_validate(data)
    except ValidationError:
        return False
    return True


@presets
def test_what_an_agent_is_given_is_what_the_class_writes(preset: Preset) -> None:
    schema = preset.record.record_schema()

    assert preset.config.record_schema == schema
    assert check_record_schema(schema) == []
    assert list(schema["properties"]) == list(preset.record.model_fields)


@presets
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_class_takes_what_the_model_built_from_its_schema_takes(
    preset: Preset, data: st.DataObject
) -> None:
    schema = preset.record.record_schema()
    values = data.draw(spoilt(schema))
    for name, field in schema["properties"].items():
        if "format" in field and data.draw(st.booleans()):
            values[name] = data.draw(FORMATTED)

    checked = validate(schema, values)

    assert accepts(preset.record, values) is (checked.wrong == [])
    if not checked.wrong:
        own = preset.record.model_validate(values).model_dump(mode="json", exclude_unset=True)
        assert own == checked.data


@presets
async def test_what_the_sandbox_extracts_is_of_the_class(preset: Preset, sandbox: Sandbox) -> None:
    play = (SCREENPLAYS / f"{PLAYED[preset.key]}.txt").read_text("utf-8")
    turns = call(*(line for line in play.splitlines() if line.startswith(("agent: ", "user: "))))
    schema = preset.record.record_schema()
    llm = Llm(
        "openai/sandbox",
        access={"openai": Access(api_key="sk-sandbox", base_url=f"{sandbox.url}/v1")},
        timeout_seconds=10,
    )
    prompt = build_prompt(turns)
    answer: Any = await llm.answer(
        system=prompt.system, user=prompt.user, answer_model=answer_model(schema)
    )
    await llm.close()
    assert isinstance(answer.value, Answer)

    extraction = judge(answer.value, turns, schema)

    record = preset.record.model_validate(extraction.data)
    assert record.model_dump(mode="json") == extraction.data
    assert record == preset.record.model_validate_json(json.dumps(extraction.data))
    assert any(value not in (None, []) for value in extraction.data.values())


class Stop(RecordClass):
    city: str = Field(description="Where.")
    at: Instant | None = None


class Tour(RecordClass):
    """A tour of a driver."""

    title: str | None = None
    stops: Annotated[list[Stop], Field(min_length=1)] = Field(default_factory=list)
    last: Stop | None = Field(None, description="The last one.")
    pallets: Count | None = None
    phone: Phone | None = Field(None, json_schema_extra={"x-said-by": "user"})


def test_a_class_of_ones_own_with_objects_in_it_is_in_the_subset() -> None:
    schema = Tour.record_schema()

    assert check_record_schema(schema) == []
    assert {"$defs", "title"}.isdisjoint(schema)
    assert schema["properties"]["title"] == {"type": ["string", "null"]}
    assert schema["properties"]["phone"] == {
        "type": ["string", "null"],
        "format": "phone",
        "x-said-by": "user",
    }
    data = {"stops": [{"city": "Reno", "at": "2026-11-21T08:00:00Z"}], "pallets": 2.0}
    assert Tour.model_validate(data).stops[0].at is not None
    assert validate(schema, data).wrong == []
    assert not accepts(Tour, {"stops": []})
    assert validate(schema, {"stops": []}).wrong
