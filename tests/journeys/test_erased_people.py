"""Ten people are called, one is erased: nothing of them is left, comes late, or is restored."""

import asyncio
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.platform.embedded_postgres.server import EmbeddedPostgres, embedded_postgres
from backend.retention import receipts
from tests.journeys.conftest import Install
from tests.journeys.test_restored_backup import run
from tests.support.embedded import fetch, is_down, until
from tests.support.figures import Figures
from tests.support.installation import Installation
from tests.support.people import dump, holding
from tests.support.retell_side import RetellSide, deliver
from tests.support.service import SECRET, Service
from tests.support.waiting import until as patiently

PEOPLE, CALLS = 10, 5
# Fifty calls take a minute where nobody else works, and many where others do.
PATIENCE = 300
# Nothing is lost here, so nobody has to look for it while the machine is slow.
UNHURRIED = {
    "DEADLINE_DIALING_SECONDS": "120",
    "DEADLINE_IN_PROGRESS_SECONDS": "120",
    "DEADLINE_ANALYSIS_SECONDS": "120",
    "SWEEP_INTERVAL_SECONDS": "60",
}
SCHEMA = {"type": "object", "properties": {"location": {"type": ["string", "null"]}}}
# What erasing itself writes, what goes on by itself, and who is logged in.
ITS_OWN = {"erased_subjects", "erasures", "events", "ledger_keys", "schedules", "dial_queues"}
ITS_OWN |= {"pgqueuer_log", "sweeps", "audit_entries", "limits", "epochs", "log_epochs"}


@dataclass
class Person:
    number: str
    name: str
    sentence: str
    call_ids: list[str] = field(default_factory=list)

    @property
    def marks(self) -> tuple[str, ...]:
        return self.number, self.name, self.sentence


def people() -> list[Person]:
    words = [chr(ord("a") + n) * 3 for n in range(PEOPLE)]
    return [
        Person(
            f"+14155550{150 + n}", f"Marker{word.title()}", f"the {word}parcel fell into the sea"
        )
        for n, word in enumerate(words)
    ]


async def call_all(customer: Service, agent: dict[str, Any], called: list[Person]) -> None:
    for person in called:
        for _ in range(CALLS):
            known = {"driver_name": person.name, "note": person.sentence}
            placed = await customer.call(agent, to_number=person.number, variables=known)
            person.call_ids.append(placed["id"])
            text = f"{person.name} says: {person.sentence}"
            await customer.post(f"/calls/{placed['id']}/comments", {"text": text})

    async def probe() -> bool:
        settled = await customer.get("/calls/count", q="Marker", record_status="valid")
        open_ = await customer.get("/calls/count", q="Marker", record_status="needs_review")
        waiting = await customer.get("/deliveries", status="pending")
        return settled["count"] + open_["count"] == PEOPLE * CALLS and not waiting["items"]

    await patiently(probe, "all to be called and told of", patience=PATIENCE)


def files_of(running: Installation) -> dict[str, bytes]:
    """Read all files but PostgreSQL's own, whose freed pages are for `vacuum` to fill."""
    kept = [path for path in running.data_dir.rglob("*") if path.is_file()]
    named = {str(path.relative_to(running.data_dir)): path for path in kept}
    return {
        name: path.read_bytes() for name, path in named.items() if not name.startswith("postgres")
    }


async def left_of(running: Installation, person: Person) -> dict[str, Any]:
    """Look for somebody in the database, in files, in logs and at Retell."""
    contents = files_of(running)
    at_retell = json.dumps(await running.sandbox.control("GET", "/calls"))
    logs = "".join(process.log for process in [*running.apis, *running.workers])
    return {
        "tables": holding(await dump(EmbeddedPostgres(running.data_dir).dsn), *person.marks),
        "files": [
            name
            for name, content in contents.items()
            if any(mark.encode() in content for mark in person.marks)
        ],
        "retell": [mark for mark in person.marks if mark in at_retell],
        "logs": [mark for mark in person.marks if mark in logs],
    }


NOTHING: dict[str, Any] = {"tables": {}, "files": [], "retell": [], "logs": []}


async def erased(customer: Service, number: str) -> dict[str, Any]:
    erasure = await customer.post("/erasures", {"phone_number": number})

    async def probe() -> dict[str, Any] | None:
        found: dict[str, Any] = await customer.get(f"/erasures/{erasure['id']}")
        return found if found["status"] == "done" else None

    return await patiently(probe, "the erasure to be done", patience=PATIENCE)


async def restore(running: Installation, backup: Path) -> None:
    """Restore a backup made long ago into a new cluster: what is due by the clock is due."""
    used_by = [*running.apis, *running.workers]
    await asyncio.gather(*(process.end() for process in used_by))
    await until(lambda: is_down(running.data_dir))
    shutil.rmtree(running.data_dir / "postgres")
    with embedded_postgres(running.data_dir) as dsn:
        await run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={dsn}", str(backup))
        await fetch(dsn, "update schedules set next_run_at = now() - interval '2 hours'")
    await running.restart(*used_by)


async def test_one_of_ten_people_is_erased_for_good(
    install: Install, tmp_path: Path, figures: Figures
) -> None:
    backup, called = tmp_path / "ringback.dump", people()
    somebody, others = called[4], called[:4] + called[5:]
    async with install(sandbox=("--speed", "200"), **UNHURRIED) as running:
        customer = await running.customer()
        agent = await customer.published_agent(
            record_schema=SCHEMA,
            variables=[{"name": name, "description": name} for name in ("driver_name", "note")],
        )
        store = {"kind": "object_store", "config": {"format": "ndjson"}, "name": "Warehouse"}
        events = ["call.ended", "record.extracted"]
        await customer.post("/destinations", store | {"events": events})
        await call_all(customer, agent, called)
        dsn = EmbeddedPostgres(running.data_dir).dsn
        await run("pg_dump", "--format=custom", f"--file={backup}", f"--dbname={dsn}")
        retell_id = (await customer.get(f"/calls/{somebody.call_ids[0]}"))["retell_call_id"]
        before, found = await dump(dsn), await left_of(running, somebody)
        assert found["tables"].keys() >= {"calls", "call_comments", "messages", "webhooks"}
        assert found["files"]
        assert found["retell"]

        done = await erased(customer, somebody.number)

        assert await left_of(running, somebody) == NOTHING
        _all_others_are_as_before(before, await dump(dsn), others)
        assert done["found"]["tables"]["calls"] == CALLS
        assert done["found"]["places"]["calls at Retell"] == CALLS
        _is_proof(done["receipt"])
        assert (await customer.post("/erasures/verify", done["receipt"]))["valid"]

        side = RetellSide(
            agent["retell_agent_id"], call_id=retell_id, members={"to_number": somebody.number}
        )
        late = side.analyzed(direction="outbound", call_summary=somebody.sentence)
        assert (await deliver(customer.client, "default", late)).status_code == 204
        await patiently(lambda: _is_settled(customer), "the late webhook to be applied")
        assert await left_of(running, somebody) == NOTHING

        await restore(running, backup)
        assert holding(await dump(dsn), somebody.number), "It was in the backup."

        async def is_erased_again() -> bool:
            asked = "select count(*) from erasures where status = 'done'"
            return bool(await fetch(dsn, asked))

        await patiently(is_erased_again, "the restored to be erased again", patience=PATIENCE)
        assert await left_of(running, somebody) == NOTHING
        assert await fetch(dsn, "select count(*) from calls") == (PEOPLE - 1) * CALLS
        figures.tell(
            calls=PEOPLE * CALLS,
            tables_with_somebody=len(found["tables"]),
            rows_with_somebody=sum(found["tables"].values()),
            files_with_somebody=len(found["files"]),
            left=NOTHING,
        )


async def _is_settled(customer: Service) -> bool:
    newest = (await customer.get("/webhooks", limit=1))["items"][0]
    return bool(newest["state"] == "ignored")


def _all_others_are_as_before(
    before: dict[str, list[str]], after: dict[str, list[str]], others: list[Person]
) -> None:
    marks = [mark for other in others for mark in (*other.marks, *other.call_ids)]
    for table, rows in before.items():
        if table not in ITS_OWN:
            kept = set(after[table])
            gone = [row for row in rows if row not in kept]
            assert not [row for row in gone if any(mark in row for mark in marks)], table


def _is_proof(receipt: dict[str, Any]) -> None:
    keys = [receipts.public_key(SECRET)]
    assert set(receipt["payload"]["remaining"].values()) == {0}
    assert receipts.complaint_about(receipt, keys) is None
    changed = json.loads(json.dumps(receipt).replace('"calls": 5', '"calls": 4'))
    assert receipts.complaint_about(changed, keys) is not None
