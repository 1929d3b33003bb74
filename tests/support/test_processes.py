"""Programs under test can be interrupted, however the tests themselves were started."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.embedded import python
from tests.support.processes import processes_in, says

WAITS = "import time; print('waiting', flush=True); time.sleep(60)"


@pytest.fixture
def ignored_interrupts() -> Iterator[None]:
    """As in a script's background, where whoever is started ignores interrupts."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ignored_interrupts")
async def test_a_script_is_interrupted_though_the_tests_ignore_it() -> None:
    with python(WAITS, stderr=subprocess.DEVNULL) as process:
        assert await process.answer() == "waiting"
        process.popen.send_signal(signal.SIGINT)

        assert process.popen.wait(10) == -signal.SIGINT


@pytest.mark.usefixtures("ignored_interrupts")
async def test_a_program_is_interrupted_though_the_tests_ignore_it(tmp_path: Path) -> None:
    with processes_in(tmp_path) as processes:
        process = processes.start("waits", "python", "-c", WAITS)
        await says(process, "waiting")

        assert await process.end(signal.SIGINT) == -signal.SIGINT
