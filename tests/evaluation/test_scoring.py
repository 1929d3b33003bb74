"""How good extraction is, counted field by field, and shown with how sure that is."""

import json
from typing import Any

from rich.console import Console

from backend.evaluation import golden
from backend.evaluation.scoring import Sample, score
from tests.evaluation.golden.lies import CALLS
from tests.support.room import Room
from tests.support.sandbox import Sandbox


def _counts(truth: dict[str, Any], made: dict[str, Any], *problems: str) -> dict[str, list[int]]:
    fields = score([Sample(truth, made, problems)]).fields.values()
    return {
        f.field: [f.exact, f.wrong, f.missing, f.invented, f.caught, f.questioned] for f in fields
    }


def test_each_value_is_exact_wrong_missing_or_invented() -> None:
    truth = {"city": "Indio", "late": True, "minutes": 120, "eta": None}
    made = {"city": "indio ", "late": 1, "eta": "2026-11-22T14:00:00Z", "minutes": None}

    assert _counts(truth, made) == {
        "city": [1, 0, 0, 0, 0, 0],
        "late": [0, 1, 0, 0, 0, 0],
        "minutes": [0, 0, 1, 0, 0, 0],
        "eta": [0, 0, 0, 1, 0, 0],
    }


def test_times_and_instants_are_compared_by_what_they_mean() -> None:
    truth = {"at": "10:30", "eta": "2026-11-22T14:00:00Z", "code": "10"}
    made = {"at": "10:30:00", "eta": "2026-11-22T15:00:00+01:00", "code": "1000"}

    assert [counts[0] for counts in _counts(truth, made).values()] == [1, 1, 0]


def test_what_the_checks_found_is_counted_where_it_belongs() -> None:
    truth = {"city": "Indio", "late": True}

    assert _counts(truth, {"city": "Reno", "late": True}, "city", "late") == {
        "city": [0, 1, 0, 0, 1, 0],
        "late": [1, 0, 0, 0, 0, 1],
    }
    assert _counts(truth, {"city": "Reno", "late": True}, "")["city"][4] == 1


def test_the_positions_of_a_list_count_as_one_field() -> None:
    truth = {"stops": [{"city": "Indio"}, {"city": "Reno"}]}
    made = {"stops": [{"city": "Indio"}, {"city": "Tulsa"}, {"city": "Waco"}]}

    assert _counts(truth, made) == {"stops[].city": [1, 1, 0, 1, 0, 0]}


async def test_a_golden_set_is_tried_and_shown(room: Room, sandbox: Sandbox) -> None:
    await sandbox.control("POST", "/llm/faults", {"kind": "server_error", "count": 1})

    evaluation = await golden.evaluate(room.runtime, CALLS[:6], model=None)

    found = json.loads(json.dumps(evaluation.as_json()))
    assert found["calls"] == 6
    assert len(found["failed"]) == 1
    total = found["total"]
    assert total["values"] == total["exact"] + total["wrong"] + total["missing"] > 0
    assert total["interval"][0] <= total["accuracy"] <= total["interval"][1]
    console = Console(record=True, width=120)
    golden.show(evaluation, console)
    shown = console.export_text()
    assert "late_minutes" in shown
    assert found["failed"][0] in shown


async def test_a_call_is_tried_with_the_model_its_agent_has(room: Room, sandbox: Sandbox) -> None:
    call = CALLS[0].model_copy(update={"extraction_model": "openai/gpt-5-nano"})

    own = await golden.evaluate(room.runtime, [call], model=None)
    wanted = await golden.evaluate(room.runtime, [call], model="openai/gpt-5")

    assert (own.model, wanted.model) == ("openai/gpt-5-nano", "openai/gpt-5")
    assert call.material(None).model == "openai/gpt-5-nano"
    assert call.material("openai/gpt-5").model == "openai/gpt-5"
