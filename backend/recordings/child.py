"""Running the process that reads a file, and hearing what it says."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from loguru import logger

from backend.platform.errors import Retryable
from backend.recordings.sound.order import Chunk, Order, Sound
from backend.recordings.sound.refusals import REFUSALS, Broken

# A line has the outline of a recording at the most.
_LINE_BYTES = 1024 * 1024


class ReaderDied(Retryable):
    code, title = "reader-died", "The process that reads recordings died"


async def read_in_child(
    order: Order,
    *,
    on_seconds: Callable[[float], Awaitable[None]],
    on_chunk: Callable[[Chunk], Awaitable[None]],
) -> Sound:
    """Read a file in a process of its own. Raises SoundRefused; ends the process when canceled."""
    arguments = json.dumps(asdict(order) | {"path": str(order.path), "folder": str(order.folder)})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "backend.recordings.sound",
        arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LINE_BYTES,
        # Nothing here multiplies matrices, and a thread for each core takes longest to start.
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # noqa: TID251 - handed on
    )
    assert process.stdout is not None  # noqa: S101 - piped above
    sound: Sound | None = None
    try:
        async for line in process.stdout:
            said: dict[str, Any] = json.loads(line)
            if "seconds" in said:
                await on_seconds(said["seconds"])
            elif "chunk" in said:
                await on_chunk(Chunk(**said["chunk"]))
            elif "refused" in said:
                raise REFUSALS[said["refused"]["code"]](said["refused"]["detail"])
            else:
                sound = Sound(**said["sound"])
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if sound is None:
        logger.warning("recording.reader_died", exit_code=code)
        if code < 0:
            # Killed by a signal of its own making, it would be again; by another, it would not.
            raise _died(code)
        raise Broken("The file cannot be read. Send it in another format, such as WAV.")
    return sound


def _died(code: int) -> Exception:
    crashed = {-4, -6, -7, -8, -11}  # ILL, ABRT, BUS, FPE, SEGV
    if code in crashed:
        return Broken("The file cannot be read. Send it in another format, such as WAV.")
    return ReaderDied("The process that reads recordings was ended.")
