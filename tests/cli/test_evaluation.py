"""`ringback admin eval`, on a golden file and on records that people vouch for."""

import json
from pathlib import Path
from typing import Any

from backend.agents.models import Agent
from backend.platform import db
from backend.platform.db import Sessions
from backend.records.models import Origin, RecordStatus
from tests.cli.conftest import Ringback
from tests.support import builders
from tests.support.commands import USAGE, Command
from tests.support.sandbox import Sandbox
from tests.support.service import SECRET

GOLDEN = Path(__file__).parents[1] / "evaluation" / "golden" / "calls.jsonl"
SCHEMA = {
    "type": "object",
    "properties": {
        "late_minutes": {"type": ["integer", "null"], "description": "How late, in minutes."}
    },
    "required": ["late_minutes"],
}
TRUTH = {"late_minutes": 30}
MODEL = "openai/gpt-5-nano"


def evaluate(ringback: Ringback, dsn: str, sandbox: Sandbox, *arguments: object) -> Command:
    return ringback(
        *("admin", "eval", *map(str, arguments)),
        DATABASE_URL=dsn,
        OPENAI_BASE_URL=f"{sandbox.url}/v1",
        SECRET_KEY=SECRET,
        LLM_PRICES=json.dumps({MODEL: [5, 40]}),
        COLUMNS=120,
    )


async def golden_agent(sessions: Sessions) -> tuple[Agent, str]:
    """Make an agent with a corrected record, an approved one, and one nobody looked at."""
    people = [Origin.CORRECTION, Origin.APPROVAL]
    async with db.transaction(sessions) as session:
        org = await builders.organisation(session)
        org.llm_model = MODEL
        agent = await builders.published_agent(session, org.id, record_schema=SCHEMA)
        for origin in [*people, Origin.EXTRACTION]:
            status = RecordStatus.CORRECTED if origin in people else RecordStatus.VALID
            lines = ("agent: How late will you be?", "user: I am thirty minutes late.")
            call = await builders.call(session, agent, lines=lines)
            await builders.record(session, call, data=TRUTH, origin=origin, status=status)
    return agent, org.slug


async def test_the_records_people_vouch_for_are_tried_again(
    ringback: Ringback, dsn: str, sessions: Sessions, sandbox: Sandbox
) -> None:
    agent, org = await golden_agent(sessions)
    of_agent = ("--agent", agent.id, "--org", org)

    as_json = evaluate(ringback, dsn, sandbox, *of_agent, "--version", 1, "--json")
    as_table = evaluate(ringback, dsn, sandbox, *of_agent)

    assert as_json.code == 0, as_json.said
    found: dict[str, Any] = json.loads(as_json.stdout)
    assert (found["model"], found["calls"], found["failed"]) == (MODEL, 2, [])
    [field] = found["fields"]
    assert (field["field"], field["values"]) == ("late_minutes", 2)
    assert field["exact"] + field["wrong"] + field["missing"] == 2
    assert as_table.code == 0, as_table.said
    assert "late_minutes" in as_table.stdout
    assert f"{field['exact']} of 2" in as_table.stdout


async def test_a_golden_file_is_tried_with_its_own_schemas(
    ringback: Ringback, dsn: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text("\n".join(GOLDEN.read_text().splitlines()[:3]))

    command = evaluate(ringback, dsn, sandbox, "--file", file, "--json")

    assert command.code == 0, command.said
    found = json.loads(command.stdout)
    assert (found["calls"], found["failed"]) == (3, [])
    low, high = found["total"]["interval"]
    assert 0 <= low <= found["total"]["accuracy"] <= high <= 1


def test_what_is_no_golden_file_is_refused(
    ringback: Ringback, dsn: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text('{"id": "one"}')

    command = evaluate(ringback, dsn, sandbox, "--file", file)

    assert command.code == USAGE
    assert "record_schema" in command.stderr
    assert "Traceback" not in command.stderr


def test_neither_retell_nor_its_key_is_needed(
    ringback: Ringback, dsn: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text(GOLDEN.read_text().splitlines()[0])

    command = ringback(
        *("admin", "eval", "--file", str(file), "--json"),
        DATABASE_URL=dsn,
        RETELL_API_KEY="",
        OPENAI_API_KEY="",
        LLM_MODEL="ollama/any",
        OLLAMA_BASE_URL=f"{sandbox.url}/v1",
    )

    assert command.code == 0, command.said
    found = json.loads(command.stdout)
    assert (found["model"], found["calls"], found["failed"]) == ("ollama/any", 1, [])


def test_a_model_that_cannot_be_asked_is_refused_at_once(
    ringback: Ringback, dsn: str, tmp_path: Path
) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text(GOLDEN.read_text())

    command = ringback(*("admin", "eval", "--file", str(file)), DATABASE_URL=dsn, OPENAI_API_KEY="")

    assert command.code == 1
    assert "OPENAI_API_KEY" in command.stderr
    assert "Traceback" not in command.stderr


async def test_a_second_reader_is_tried_on_lies_and_on_right_values(
    ringback: Ringback, dsn: str, sandbox: Sandbox
) -> None:
    trying = ("--second-reading", "--most", 1, "--model", MODEL)

    trusting = evaluate(ringback, dsn, sandbox, *trying, "--json")
    assert trusting.code == 0, trusting.said
    numbers = [{"field": "pallets", "value": number} for number in (12, 15, 16, 18, 25, 40, 60)]
    await sandbox.control("PUT", "/llm/second-reader", {"lies": numbers})
    wary = evaluate(ringback, dsn, sandbox, *trying, "--json")
    as_table = evaluate(ringback, dsn, sandbox, *trying)
    assert (wary.code, as_table.code) == (0, 0), as_table.said

    before, after = json.loads(trusting.stdout), json.loads(wary.stdout)
    assert before["lies"]["read"] == after["lies"]["read"] > 20
    assert before["lies"]["doubted"] < 5
    assert before["right"]["doubted"] == 0
    assert after["lies"]["doubted"] > 10
    assert 0 < after["right"]["doubted"] < after["right"]["read"]
    low, high = after["lies"]["interval"]
    assert low < after["lies"]["share"] < high
    assert after["failed"] == 0
    assert after["cost_cents"] > 0
    assert "all lies: caught" in as_table.stdout
    assert f"Cost: {after['cost_cents']} cents." in as_table.stdout


def test_what_is_to_be_tried_is_said_once(ringback: Ringback, dsn: str, sandbox: Sandbox) -> None:
    command = evaluate(ringback, dsn, sandbox, "--second-reading", "--file", GOLDEN)

    assert command.code == USAGE
    assert "Give one of --agent, --file and --second-reading." in command.stderr
