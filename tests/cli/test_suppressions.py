"""`ringback admin suppressions missing`: what a restored database has forgotten of opt-outs."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from backend.compliance import lists, queries, service as compliance
from backend.compliance.models import Scope, Suppression
from backend.platform import db, ids
from tests.cli.conftest import Ringback
from tests.support import builders
from tests.support.commands import FAILED
from tests.support.room import Room
from tests.support.service import SECRET

NUMBERS = ["+14155550100", "+14155550101", "+14155550102"]


def _line(suppression_id: UUID, number: str | None) -> str:
    """Write what a destination was told, as a file of results has it."""
    data: dict[str, Any] = {"suppression_id": str(suppression_id), "scope": "all"}
    if number is not None:
        call = {"id": str(ids.new_id()), "source": "outbound", "to_number": number}
        data["call"] = call | {"ended_at": "2026-11-02T15:04:05+00:00"}
    told = {"type": "suppression.added", "timestamp": "2026-11-02T15:04:06Z"}
    return json.dumps(told | {"data": data | {"source": "transcript"}})


async def test_what_others_were_told_after_the_backup_is_shown_and_can_be_imported(
    room: Room, ringback: Ringback, dsn: str, tmp_path: Path
) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        kept = Suppression(
            org_id=room.org.id, to_number=NUMBERS[0], scope=Scope.ALL, source="person"
        )
        await compliance.suppress(session, [kept])
    forgotten, nameless = ids.new_id(), ids.new_id()
    told = tmp_path / "told.ndjson"
    lines = [
        _line(kept.id, NUMBERS[0]),
        _line(forgotten, NUMBERS[1]),
        _line(forgotten, NUMBERS[1]),
        _line(nameless, None),
        json.dumps({"type": "call.ended", "data": {"suppression_id": str(ids.new_id())}}),
        "[]", '{"type": "suppression.added", "data": 3}', "{nonsense",
    ]  # fmt: skip
    told.write_text("\n".join(lines), encoding="utf-8")
    check = ("admin", "suppressions", "missing", str(told), "--org", room.org.slug)
    settings = {"DATABASE_URL": dsn, "SECRET_KEY": SECRET}

    first = ringback(*check, **settings)
    code = await asyncio.to_thread(lambda: first.code)

    assert code == FAILED, first.said
    assert "Told of 3, missing 2." in first.stderr
    assert str(nameless) in first.stderr
    await lists.import_list(
        room.runtime.sessions, room.org.id, first.stdout.encode(), by=room.org.id, dry_run=False
    )
    async with db.transaction(room.runtime.sessions) as session:
        back = await queries.list_of_numbers(session, room.org.id, NUMBERS)
        other = await builders.organisation(session)
    assert {each.to_number for each in back} == set(NUMBERS[:2])
    assert str(next(e for e in back if e.to_number == NUMBERS[1]).asked_at.date()) == "2026-11-02"
    elsewhere = ringback(*check[:-1], other.slug, **settings)
    await asyncio.to_thread(lambda: elsewhere.code)
    assert "Told of 3, missing 3." in elsewhere.stderr
