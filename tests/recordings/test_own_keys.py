"""A sender's own key: used for one recording, and found nowhere."""

import os
from pathlib import Path

import asyncpg
import pytest

from backend.platform.settings import Settings
from tests.support.customers import Customer
from tests.support.recordings import completed, failed
from tests.support.sandbox import Sandbox
from tests.support.service import running_service
from tests.support.sound import encoded, mono, stereo
from tests.support.waiting import until

KEY = "own-key-that-nobody-else-may-ever-see-5551"


async def test_a_senders_own_key_is_used_and_written_nowhere(
    customer: Customer, sandbox: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    agent = await customer.published_agent()

    response = await customer.client.post(
        "/api/v1/recordings/upload",
        data={"agent_id": agent["id"]},
        files={"file": ("a.wav", encoded(stereo()))},
        headers={"X-Transcriber-Key": KEY},
    )
    await completed(customer, response.json()["id"])

    assert KEY in (await sandbox.control("GET", "/transcription/asked"))["keys"]
    assert customer.settings.database.url is not None
    assert await _in_database(customer.settings.database.url.get_secret_value()) == []
    assert _in_files(customer.settings) == []
    assert _in_processes() == []
    said = capfd.readouterr()
    assert KEY not in said.out + said.err


async def _in_database(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        tables = await connection.fetch(
            "select quote_ident(table_name) as name from information_schema.tables "
            "where table_schema = 'public' and table_type = 'BASE TABLE'"
        )
        return [
            row["name"]
            for row in tables
            if await connection.fetchval(
                f"select count(*) from {row['name']} as t "  # noqa: S608 - the database's own names
                "where t::text like $1 or t::text like $2",
                f"%{KEY}%",
                f"%{KEY.encode().hex()}%",
            )
        ]
    finally:
        await connection.close()


def _in_files(settings: Settings) -> list[str]:
    assert settings.storage.url is not None
    folder = Path(settings.storage.url.removeprefix("file://"))
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files != []
    return [str(path) for path in files if KEY.encode() in path.read_bytes()]


def _in_processes() -> list[str]:
    mine = str(os.getpid())
    return [
        path.parent.name
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if path.parent.name != mine and KEY.encode() in _read(path)
    ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


async def test_a_key_is_lost_with_its_process_and_can_be_brought_again(
    settings: Settings, sandbox: Sandbox
) -> None:
    await sandbox.control("POST", "/transcription/reset")
    async with running_service(settings) as service:
        agent = await service.published_agent()
        await sandbox.control("POST", "/transcription/faults", {"kind": "hang"})
        sent = await service.client.post(
            "/api/v1/recordings/upload",
            data={"agent_id": agent["id"]},
            files={"file": ("a.wav", encoded(mono()))},
            headers={"X-Transcriber-Key": KEY},
        )

        async def is_asked() -> bool:
            asked = await sandbox.control("GET", "/transcription/asked")
            return bool(asked["requests"])

        await until(is_asked, "the provider to be asked", patience=40)
    await sandbox.control("POST", "/transcription/reset")

    async with running_service(settings) as service:
        recording_id = sent.json()["id"]
        assert (await failed(service, recording_id))["code"] == "key_lost"
        await service.post(f"/recordings/{recording_id}/retry", **{"X-Transcriber-Key": KEY})
        await completed(service, recording_id)
