"""Whether the worker works, for those who watch processes: one answer, over HTTP."""

import asyncio
import json
import time
from contextlib import suppress

from loguru import logger
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.platform import db
from backend.platform.settings import Settings

SILENT_SECONDS = 30.0
_PAUSE_SECONDS = 5.0
_ANSWER_SECONDS = 5.0


class Pulse:
    """When this process last had an answer of the database: without one, no job is done."""

    def __init__(self) -> None:
        self._beat_at = time.monotonic()

    @property
    def seconds_since(self) -> float:
        return time.monotonic() - self._beat_at

    async def run(self, engine: AsyncEngine) -> None:
        while True:
            try:
                async with engine.connect() as connection:
                    await connection.execute(text("select 1"))
                self._beat_at = time.monotonic()
            except (*db.CONNECTION_LOST, SQLAlchemyError) as error:
                logger.debug("worker.no_pulse", reason=type(error).__name__)
            await asyncio.sleep(_PAUSE_SECONDS)


async def tell_health(settings: Settings, port: int, stopping: asyncio.Event) -> None:
    """Answer every request until told to stop: 200 while there is a pulse, 503 without one."""
    pulse = Pulse()
    engine = db.create_engine(settings.database)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_ANSWER_SECONDS):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(_response(pulse.seconds_since))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, settings.host, port)
    beating = asyncio.create_task(pulse.run(engine))
    try:
        await stopping.wait()
    finally:
        server.close()
        beating.cancel()
        await asyncio.wait([beating])
        await engine.dispose()


def _response(seconds: float) -> bytes:
    is_alive = seconds < SILENT_SECONDS
    status = "200 OK" if is_alive else "503 Service Unavailable"
    body = json.dumps(
        {"status": "ok" if is_alive else "silent", "seconds_since_sign": round(seconds, 1)}
    ).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
