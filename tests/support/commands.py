"""Commands of `ringback`, each in a process of its own.

They are forked from a process that has imported everything, since importing takes longer than all
the rest. Arguments, environment, folder, output and exit code are what an operator's would be.
"""

import multiprocessing
import os
import signal
import sys
from itertools import count
from pathlib import Path

from backend.cli.app import main
from tests.support.environment import environment

PATIENCE_SECONDS = 60.0
# How commands end; see `backend.cli.app`.
FAILED, USAGE = 1, 2

_forks = multiprocessing.get_context("forkserver")
# The last ones are what the vendors' packages import when they are first used.
_forks.set_forkserver_preload(
    ["pytest", __name__, "instructor.auto_client", "openai.resources", "httpcore", "httpcore2"]
)
_numbers = count(1)


class Command:
    """One run of a command."""

    def __init__(self, folder: Path, arguments: tuple[str, ...], settings: dict[str, str]) -> None:
        self._outputs = [folder / f"command-{next(_numbers)}.{name}" for name in ("out", "err")]
        for path in self._outputs:
            path.touch()
        self._process = _forks.Process(
            target=_run, args=(arguments, environment(settings), folder, self._outputs)
        )
        self._process.start()

    @property
    def stdout(self) -> str:
        return self._outputs[0].read_text()

    @property
    def stderr(self) -> str:
        return self._outputs[1].read_text()

    @property
    def said(self) -> str:
        return self.stdout + self.stderr

    @property
    def code(self) -> int:
        """The exit code; waits for the end."""
        self._process.join(PATIENCE_SECONDS)
        code = self._process.exitcode
        assert code is not None, f"not over after {PATIENCE_SECONDS} s; said: {self.said}"
        return code

    @property
    def is_over(self) -> bool:
        return self._process.exitcode is not None

    def ask_to_end(self, number: signal.Signals = signal.SIGTERM) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def _run(
    arguments: tuple[str, ...], variables: dict[str, str], folder: Path, outputs: list[Path]
) -> None:
    os.setsid()
    os.chdir(folder)
    os.environ.clear()  # noqa: TID251 - this process becomes another program
    os.environ.update(variables)  # noqa: TID251 - as above
    for number, path in enumerate(outputs, start=1):
        os.dup2(os.open(path, os.O_WRONLY), number)
    sys.argv = ["ringback", *arguments]
    main()
