"""`ringback admin record extract`: records made once more, when what stopped them is gone."""

import asyncio
from uuid import UUID

import pytest

from backend.auth import service as auth
from backend.platform import db
from backend.platform.db import Sessions
from backend.records import service as records
from backend.records.models import Origin, Record, RecordStatus
from tests.cli.conftest import Ringback
from tests.support import builders
from tests.support.commands import FAILED, USAGE, Command

SCHEMA = {"type": "object", "properties": {"late": {"type": ["boolean", "null"]}}}


@pytest.fixture
async def made(sessions: Sessions) -> dict[str, Record]:
    """Records of calls: one failed, one valid, one that somebody approved."""
    async with db.transaction(sessions) as session:
        org = await auth.ensure_default_organisation(session)
        agent = await builders.published_agent(session, org.id, record_schema=SCHEMA)
        calls = [await builders.call(session, agent, lines=("user: Late.",)) for _ in range(3)]
        return {
            "failed": await builders.record(session, calls[0], status=RecordStatus.FAILED),
            "valid": await builders.record(session, calls[1]),
            "approved": await builders.record(session, calls[2], origin=Origin.APPROVAL),
        }


async def revisions(sessions: Sessions, record: Record) -> list[str]:
    async with db.transaction(sessions) as session:
        found = await records.list_revisions(session, record.org_id, record.call_id)
        return [revision.status.value for revision in found]


async def extract(ringback: Ringback, dsn: str, *arguments: str | UUID) -> Command:
    words = [str(argument) for argument in arguments]
    command = ringback("admin", "record", "extract", *words, DATABASE_URL=dsn)
    await asyncio.to_thread(lambda: command.code)
    return command


async def test_all_records_in_a_state_are_made_once_more(
    ringback: Ringback, dsn: str, sessions: Sessions, made: dict[str, Record]
) -> None:
    command = await extract(ringback, dsn, "--status", "failed")

    assert (command.code, command.stdout) == (0, "1 records are to be made again.\n")
    assert await revisions(sessions, made["failed"]) == ["failed", "pending"]
    assert await revisions(sessions, made["valid"]) == ["valid"]


async def test_what_a_person_has_vouched_for_stays(
    ringback: Ringback, dsn: str, sessions: Sessions, made: dict[str, Record]
) -> None:
    by_status = await extract(ringback, dsn, "--status", "valid")
    by_name = await extract(ringback, dsn, made["approved"].call_id)

    assert by_status.stdout == "1 records are to be made again.\n"
    assert by_name.code == FAILED
    assert "A person has vouched for revision 1." in by_name.stderr
    assert await revisions(sessions, made["approved"]) == ["valid"]
    assert await revisions(sessions, made["valid"]) == ["valid", "pending"]


async def test_calls_or_a_state_have_to_be_named(ringback: Ringback, dsn: str) -> None:
    command = await extract(ringback, dsn)

    assert command.code == USAGE
    assert "name calls, or a --status" in " ".join(command.stderr.split())
