"""Programs of ours as processes: started, watched, killed, started again, and ended for certain."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import httpx

from tests.support.environment import environment, interruptible
from tests.support.waiting import until

BIN = Path(sys.executable).parent
# Importing takes seconds, and many at once on a busy machine take many more.
START_SECONDS = 90.0
STOP_SECONDS = 30.0
SHOWN_LINES = 120


class Program(Protocol):
    """Anything that runs, says things, and may end before it should."""

    @property
    def is_over(self) -> bool: ...
    @property
    def said(self) -> str: ...


class Process:
    """One process, with all it wrote. `restart` gives it another life under the same name."""

    def __init__(
        self, name: str, command: list[str], folder: Path, settings: Mapping[str, str]
    ) -> None:
        self.name = name
        self.lives = 0
        self._command = command
        self._folder = folder
        self._settings = settings
        self._log = folder / f"{name}.log"
        self._start()

    def _start(self) -> None:
        self.lives += 1
        self._began_at = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log, interruptible():
            self._popen = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=environment(self._settings),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_over(self) -> bool:
        return self._popen.poll() is not None

    @property
    def said(self) -> str:
        """What it wrote in this life."""
        with self._log.open("rb") as log:
            log.seek(self._began_at)
            return log.read().decode(errors="replace")

    @property
    def log(self) -> str:
        """What it wrote in all its lives."""
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """Kill it as `kill -9` does, with what it started in its own session."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()

    def restart(self) -> None:
        assert self.is_over, f"{self.name} still runs"
        self._start()

    def ask_to_end(self, number: signal.Signals = signal.SIGTERM) -> None:
        os.kill(self.pid, number)

    async def exit_code(self, within: float = STOP_SECONDS) -> int:
        """Wait for its end, which must come in time."""
        try:
            return await asyncio.to_thread(self._popen.wait, within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} had not ended after {within} s") from None

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.ask_to_end(number)
        return await self.exit_code()


class Processes:
    """The processes of one test. Their logs are shown in the end, which pytest does on failure."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._started: list[Process] = []

    def start(self, name: str, *command: str, **settings: str) -> Process:
        """Start `ringback …`, or a module by `python -m …`."""
        program = str(BIN / command[0])
        process = Process(name, [program, *command[1:]], self.folder, settings)
        self._started.append(process)
        return process

    def kill_all(self) -> None:
        for process in self._started:
            process.kill()

    def show(self) -> None:
        for process in self._started:
            tail = "\n".join(process.log.splitlines()[-SHOWN_LINES:])
            sys.stdout.write(f"\n----- {process.name}, life {process.lives} -----\n{tail}\n")


@contextmanager
def processes_in(folder: Path) -> Iterator[Processes]:
    processes = Processes(folder)
    try:
        yield processes
    finally:
        processes.kill_all()
        processes.show()


async def says(program: Program, text: str, *, patience: float = START_SECONDS) -> str:
    """Wait for a line with this text, and return it. A program that ends says no more."""

    async def probe() -> str | None:
        is_over = program.is_over
        found = next((line for line in program.said.splitlines() if text in line), None)
        assert found or not is_over, f"ended without saying {text!r}: {program.said}"
        return found

    return await until(probe, f"{text!r} to be said", patience=patience)


async def is_ready(url: str, program: Program, *, patience: float = START_SECONDS) -> None:
    """Wait until the API at this address is ready to serve."""

    async def probe() -> bool:
        assert not program.is_over, f"ended before it was ready: {program.said}"
        with suppress(httpx.HTTPError):
            return (await client.get("/health/ready")).status_code == 200
        return False

    async with httpx.AsyncClient(base_url=url, timeout=5) as client:
        await until(probe, f"{url} to be ready", patience=patience)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def living_below(folder: Path) -> list[str]:
    """List the processes that were started in, or with, anything below the folder."""
    found = ((process.name, _command_about(process, folder)) for process in _processes())
    return [f"{pid} {command}" for pid, command in found if command]


def _processes() -> Iterator[Path]:
    return Path("/proc").glob("[0-9]*")


def _command_about(process: Path, folder: Path) -> str:
    """Return the command line if it is about the folder, and nothing if not or if it has ended."""
    try:
        command, cwd = (process / "cmdline").read_bytes(), (process / "cwd").readlink()
    except OSError:
        return ""
    # A zombie has ended: it has no command line.
    words = command.replace(b"\0", b" ").decode(errors="replace").strip()
    return words if str(folder) in words or cwd.is_relative_to(folder) else ""
