"""Embedding on this machine, in processes of their own that are kept while they are used.

What is native code there cannot take the service with it. Questions, for which somebody waits, have
a process apart from passages, which are embedded when the machine has nothing better to do.
"""

import asyncio
import base64
import json
import os
import struct
import sys
from collections.abc import Sequence
from typing import Any

from backend.providers.embedding.errors import EmbedderFailed, EmbedderNotUsable
from backend.providers.embedding.local_model import find_weights

_IDLE_SECONDS = 600.0
_ANSWER_SECONDS = 300.0
# A batch of vectors is one line.
_LINE_BYTES = 16 * 1024 * 1024
_LOWEST_PRIORITY = 19
_UNREADABLE = "The process that embeds answered with something unreadable."


class LocalEmbedder:
    def __init__(self) -> None:
        self._questions = _Child(niceness=0, threads=max(1, (os.cpu_count() or 2) // 2))
        self._passages = _Child(niceness=_LOWEST_PRIORITY, threads=1)

    def hurry(self) -> None:
        """Have passages embedded as questions are, where nothing else is to be done."""
        self._passages = self._questions

    async def embed(self, texts: Sequence[str], *, is_question: bool) -> list[list[float]]:
        """Embed some texts, the questions before the passages. Raises EmbedderNotUsable."""
        child = self._questions if is_question else self._passages
        answer = await child.ask({"texts": list(texts), "is_question": is_question})
        if "refused" in answer:
            raise EmbedderNotUsable(f"{answer['refused']} Run `make local` again.")
        if "failure" in answer:
            raise EmbedderFailed(f"Embedding failed on this machine ({answer['failure']}).")
        return _read(answer, len(texts))

    async def close(self) -> None:
        await self._questions.close()
        await self._passages.close()


class _Child:
    """A process that answers one line after the other, and ends when nobody asks."""

    def __init__(self, *, niceness: int, threads: int) -> None:
        self._niceness, self._threads = niceness, threads
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.TimerHandle | None = None

    async def ask(self, asked: dict[str, object]) -> dict[str, Any]:
        """Give its answer. Raises EmbedderFailed where there is none, or half of one."""
        async with self._turn:
            if self._ending is not None:
                self._ending.cancel()
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    process = await self._running()
                    answer = await _exchange(process, json.dumps(asked).encode() + b"\n")
            except TimeoutError:
                await self.close()
                raise EmbedderFailed("The process that embeds gives no answer.") from None
            except OSError:
                await self.close()
                raise EmbedderFailed("The process that embeds cannot be started.") from None
            except BaseException:
                # Half way through an answer nobody waits for, the next one would be wrong.
                await self.close()
                raise
            self._ending = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._end)
        return answer

    async def close(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "backend.providers.embedding.local_process",
                str(find_weights()),
                str(self._niceness),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LINE_BYTES,
                env=os.environ | {"OMP_NUM_THREADS": str(self._threads)},  # noqa: TID251 - handed on
            )
        return self._process


async def _exchange(process: asyncio.subprocess.Process, asked: bytes) -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise EmbedderFailed("The process that embeds cannot be spoken to.")
    try:
        process.stdin.write(asked)
        await process.stdin.drain()
        line = await process.stdout.readline()
        answer = json.loads(line) if line else None
    except OSError as error:
        raise EmbedderFailed("The process that embeds has ended.") from error
    except ValueError as error:  # also of a line without an end
        raise EmbedderFailed(_UNREADABLE) from error
    if not line:
        raise EmbedderFailed("The process that embeds has ended.")
    if not isinstance(answer, dict):
        raise EmbedderFailed(_UNREADABLE)
    return answer


def _read(answer: dict[str, Any], count: int) -> list[list[float]]:
    try:
        form, content = f"<{answer['dimensions']}f", base64.b64decode(answer["vectors"])
        vectors = [list(vector) for vector in struct.iter_unpack(form, content)]
    except (KeyError, TypeError, ValueError, struct.error) as error:
        raise EmbedderFailed(_UNREADABLE) from error
    if len(vectors) != count:
        raise EmbedderFailed(_UNREADABLE)
    return vectors
