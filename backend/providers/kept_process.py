"""A process of this service that answers one line of JSON after the other, kept while it is used.

Native code runs there: it neither blocks the service nor stays in its memory, and when it dies it
takes nothing with it.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backend.platform.errors import UpstreamFailed
from backend.providers.turns import Turns

# Whatever is asked or answered is one line.
_LINE_BYTES = 16 * 1024 * 1024
_UNREADABLE = "The process for it answered with something unreadable."


class KeptProcess:
    """Starts a module when it is first asked, and ends it when nobody has asked for a while.

    `arguments` finds what it is started with, and may raise what whoever asks is to get; `failed`
    is the error of a process that cannot be started, ends or answers nonsense.
    """

    def __init__(
        self,
        module: str,
        arguments: Callable[[], Sequence[str]],
        *,
        failed: type[UpstreamFailed],
        idle_seconds: float,
        answer_seconds: float | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._module, self._arguments, self._failed = module, arguments, failed
        self._idle_seconds, self._answer_seconds = idle_seconds, answer_seconds
        self._environment = environment or {}
        self._turns = Turns()
        self._asking: set[asyncio.Task[dict[str, Any]]] = set()
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.TimerHandle | None = None

    async def ask(
        self,
        asked: Mapping[str, object],
        *,
        seconds: float | None = None,
        is_urgent: bool = False,
    ) -> dict[str, Any]:
        """Give its answer, an object. Raises `failed` where there is none, or half of one.

        What is urgent comes before all else that waits. Raises TimeoutError after so many seconds,
        waiting for its turn included; what was begun then goes on, since whoever asks next would
        have to wait for another process to start.
        """
        asking = asyncio.create_task(self._answer(asked, is_urgent=is_urgent))
        self._asking.add(asking)
        asking.add_done_callback(self._forget)
        try:
            done, _ = await asyncio.wait({asking}, timeout=seconds)
        except asyncio.CancelledError:
            asking.cancel()
            raise
        if not done:
            if not self._turns.is_on(asking):
                asking.cancel()
            raise TimeoutError
        return asking.result()

    def _forget(self, asking: asyncio.Task[dict[str, Any]]) -> None:
        self._asking.discard(asking)
        if not asking.cancelled():
            asking.exception()  # Perhaps nobody waits for it any more.

    async def _answer(self, asked: Mapping[str, object], *, is_urgent: bool) -> dict[str, Any]:
        async with self._turns.turn(is_urgent=is_urgent):
            if self._ending is not None:
                self._ending.cancel()
            try:
                async with asyncio.timeout(self._answer_seconds):
                    answer = await self._exchange(json.dumps(asked).encode() + b"\n")
            except TimeoutError:
                await self.close()
                raise self._failed("The process for it gives no answer.") from None
            except BaseException:
                # Half way through an answer nobody waits for, the next one would be wrong.
                await self.close()
                raise
            loop = asyncio.get_running_loop()
            self._ending = loop.call_later(self._idle_seconds, self._end)
        return answer

    async def close(self) -> None:
        """End the process; whoever waits for an answer gets none."""
        if self._ending is not None:
            self._ending.cancel()
        process = self._end()
        if process is not None:
            await process.wait()

    def _end(self) -> asyncio.subprocess.Process | None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
        return process

    async def _exchange(self, asked: bytes) -> dict[str, Any]:
        process = await self._running()
        assert process.stdin is not None  # noqa: S101 - piped
        assert process.stdout is not None  # noqa: S101 - piped
        try:
            process.stdin.write(asked)
            await process.stdin.drain()
            line = await process.stdout.readline()
            answer = json.loads(line) if line else None
        except OSError as error:
            raise self._failed("The process for it has ended.") from error
        except ValueError as error:  # also of a line without an end
            raise self._failed(_UNREADABLE) from error
        if not line:
            raise self._failed("The process for it has ended.")
        if not isinstance(answer, dict):
            raise self._failed(_UNREADABLE)
        return answer

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            arguments = await asyncio.to_thread(self._arguments)
            try:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    self._module,
                    *arguments,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                    limit=_LINE_BYTES,
                    env=os.environ | self._environment,  # noqa: TID251 - handed on
                )
            except OSError as error:
                raise self._failed("The process for it cannot be started.") from error
        return self._process
