"""Worker and API are killed in every step of recordings. Each is transcribed, once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import numpy as np
import pytest

from backend.recordings import sweeping
from tests.journeys.conftest import Install
from tests.support.embedded import running as using_postgres
from tests.support.figures import Figures
from tests.support.installation import Installation
from tests.support.processes import Process
from tests.support.room import open_room
from tests.support.sandbox import Sandbox
from tests.support.service import Service, test_settings
from tests.support.sound import encoded, mono, stereo
from tests.support.waiting import until

COUNT = 50
SENT_AT_ONCE = 4
# What one worker does at once.
LANE = 4
PATIENCE_SECONDS = 300.0

# A step ends with an update of the recording; it waits while the test has the step's lock.
HOLDING = 50
HOLD = f"""
    create function hold() returns trigger language plpgsql as $$
    begin
        perform pg_advisory_xact_lock_shared({HOLDING}, hashtext(old.step));
        return new;
    end $$;
    create trigger hold before update on recordings
        for each row when (old.step is not null) execute function hold()
"""
HELD = """
    select exists (
        select from pg_locks where locktype = 'advisory' and classid = $1::int and not granted
    )
"""
OUTCOMES = """
    select id::text, status, (select count(*) from calls where calls.id = call_id) as calls,
        (select count(*) from events where name = 'recording.transcribed'
            and data ->> 'recording_id' = recordings.id::text) as told
    from recordings where status != 'awaiting_upload'
"""
# Whose API was killed between the last byte and the answer; the client has sent it anew.
GIVEN_UP = "select id::text from recordings where status = 'awaiting_upload'"


def sound(number: int) -> bytes:
    """Say something else in each: the same bytes again would be refused."""
    lines = (f"agent: Order {number} is on its way.", f"user: I am {number} minutes late.")
    return encoded((stereo if number % 2 else mono)(*lines, pause=0.2))


class Sender:
    """Sends recordings as a client that repeats what was not answered."""

    def __init__(self, customer: Service, agent: dict[str, Any]) -> None:
        self.recording_ids: list[str] = []
        self.sent_again = 0
        self._client = customer.client
        self._agent_id: str = agent["id"]
        self._places = asyncio.Semaphore(SENT_AT_ONCE)

    async def send(self, number: int) -> None:
        """Send one in one request; where it is there already, that is what the answer says."""
        async with self._places:
            answer = await self._ask(
                "POST",
                "/api/v1/recordings/upload",
                data={"agent_id": self._agent_id, "channels": '{"0": "agent", "1": "user"}'},
                files={"file": (f"call-{number}.wav", sound(number))},
            )
            told = answer.json()
            assert answer.status_code in {202, 409}, told
            self.recording_ids.append(told["id"] if answer.is_success else told["recording_id"])

    async def send_in_steps(
        self, content: bytes, half_sent: asyncio.Event, go_on: asyncio.Event
    ) -> None:
        """Send one to a signed address, stopping in the middle of the first time."""
        body = {"agent_id": self._agent_id, "file_name": "long.wav", "size_bytes": len(content)}
        opened = (await self._ask("POST", "/api/v1/recordings", json=body)).json()
        url = opened["upload"]["url"]

        async def half() -> AsyncIterator[bytes]:
            yield content[: len(content) // 2]
            half_sent.set()
            await go_on.wait()
            yield content[len(content) // 2 :]

        sent = {"content-length": str(len(content))}
        with pytest.raises(httpx.TransportError):
            await self._client.put(url, content=half(), headers=sent)
        await self._ask("PUT", url, content=content)
        done = await self._ask("POST", f"/api/v1/recordings/{opened['id']}/complete")
        assert done.status_code in {202, 409}, done.text
        self.recording_ids.append(opened["id"])

    async def _ask(self, method: str, url: str, **options: Any) -> httpx.Response:
        while True:
            try:
                return await self._client.request(method, url, **options)
            except httpx.TransportError:
                self.sent_again += 1
                await asyncio.sleep(0.1)


class Killer:
    """Kills processes while recordings are in a step, and starts them again."""

    def __init__(self, running: Installation, database: "asyncpg.Connection[Any]") -> None:
        self.kills = 0
        self.killed_in: Counter[str] = Counter()
        self._running = running
        self._database = database

    async def kill_in(self, step: str, *beside: Process) -> None:
        """Let none out of a step, and kill when one would leave it."""
        database = self._database
        await database.execute("select pg_advisory_lock($1, hashtext($2))", HOLDING, step)

        async def probe() -> bool:
            return bool(await database.fetchval(HELD, HOLDING))

        await until(probe, f"one {step}", patience=PATIENCE_SECONDS)
        await self._kill(*beside)
        await database.execute("select pg_advisory_unlock($1, hashtext($2))", HOLDING, step)
        await self._running.restart(*self._running.workers, *beside)

    async def kill_while_heard(self) -> None:
        """Let the provider hang, and kill when all that is done at once waits for it."""
        sandbox = self._running.sandbox
        before = (await asked(sandbox))["requests"].get("deepgram", 0)
        fault = {"kind": "hang", "provider": "deepgram", "times": LANE}
        await sandbox.control("POST", "/transcription/faults", fault)

        async def probe() -> bool:
            return bool((await asked(sandbox))["requests"].get("deepgram", 0) >= before + LANE)

        await until(probe, "the provider to be asked", patience=PATIENCE_SECONDS)
        await self._kill(*self._running.apis)
        await self._running.restart(*self._running.workers, *self._running.apis)

    async def _kill(self, *beside: Process) -> None:
        for victim in (*self._running.workers, *beside):
            victim.kill()
        self.kills += 1
        rows = await self._database.fetch("select step from recordings where step is not null")
        self.killed_in.update(row["step"] for row in rows)


async def asked(sandbox: Sandbox) -> dict[str, Any]:
    told: dict[str, Any] = await sandbox.control("GET", "/transcription/asked")
    return told


async def swept(running: Installation, dsn: str) -> list[Path]:
    """Run the sweep, and list the files that the storage has then."""
    files = running.data_dir / "files"
    settings = test_settings(dsn, running.sandbox, storage={"url": f"file://{files}"})
    async with open_room(settings) as room:
        await sweeping.delete_orphans(room.runtime, older_than=timedelta(0))
    folder = files / "recordings"
    return [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]


async def test_killed_in_every_step_each_recording_is_transcribed_once(
    install: Install, figures: Figures, tmp_path: Path
) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    transcriber = {"TRANSCRIBER": "deepgram/sandbox", "DEEPGRAM_API_KEY": "sandbox"}
    async with (
        install(**transcriber, TMPDIR=str(scratch)) as running,
        using_postgres(running.data_dir) as server,
    ):
        database = await asyncpg.connect(server.dsn)
        await database.execute(HOLD)
        customer = await running.customer()
        sender = Sender(customer, await customer.published_agent())
        killer = Killer(running, database)
        half_sent, was_killed = asyncio.Event(), asyncio.Event()

        long = encoded(np.tile(mono(), 12), "pcm_s16le")
        sending = [asyncio.create_task(sender.send_in_steps(long, half_sent, was_killed))]
        await half_sent.wait()
        sending += [asyncio.create_task(sender.send(number)) for number in range(1, COUNT)]
        await killer.kill_in("checking", *running.apis)
        was_killed.set()
        await killer.kill_in("decoding")
        await killer.kill_while_heard()
        await killer.kill_in("joining")
        await asyncio.gather(*sending)

        async def probe() -> bool:
            query = "select count(*) from recordings where status in ('completed', 'failed')"
            return bool(await database.fetchval(query) >= COUNT)

        await until(probe, "all to be over", patience=PATIENCE_SECONDS)
        rows = await database.fetch(OUTCOMES)
        given_up = {row["id"] for row in await database.fetch(GIVEN_UP)}
        chunks = await database.fetchval("select count(*) from recording_chunks")
        files = await swept(running, server.dsn)
        heard: dict[str, int] = (await asked(running.sandbox))["heard"]
        await database.close()

    outcomes = {row["id"]: (row["status"], row["calls"], row["told"]) for row in rows}
    figures.tell(
        recordings=len(outcomes),
        kills=killer.kills,
        killed_in=dict(killer.killed_in),
        sent_again=sender.sent_again,
        chunks=chunks,
        heard_twice=sum(heard.values()) - chunks,
    )
    assert outcomes == dict.fromkeys(sender.recording_ids, ("completed", 1, 1))
    assert len(outcomes) == COUNT
    assert set(killer.killed_in) == {"checking", "decoding", "transcribing", "joining"}
    assert len(heard) == chunks
    assert sum(heard.values()) - chunks <= killer.kills * LANE
    kept = {"source", "outline.json", "copy.flac"}
    assert {path.parts[1] for path in files} - given_up == set(outcomes)
    assert {path.parts[2] for path in files} <= kept
    assert list(scratch.iterdir()) == []
