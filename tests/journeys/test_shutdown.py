"""Starting, stopping and starting again, as an operator does it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.cli.running import GRACE_SECONDS
from tests.support.embedded import was_shut_down
from tests.support.installation import SETTINGS
from tests.support.processes import (
    Process,
    Processes,
    free_port,
    is_ready,
    living_below,
    processes_in,
    says,
)
from tests.support.service import log_in
from tests.support.waiting import until

# To leave the streams, to finish what runs, and to shut PostgreSQL down.
LONGEST_STOP_SECONDS = GRACE_SECONDS + 10


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    with processes_in(tmp_path) as processes:
        yield processes


def start_demo(processes: Processes, *arguments: str) -> Process:
    # Its temporary folder is ours, so that what it starts there is seen.
    folder = str(processes.folder)
    settings = {"PORT": str(free_port()), "DATA_DIR": "data", "TMPDIR": folder}
    return processes.start("demo", "ringback", "demo", *arguments, **settings)


def start_up(processes: Processes) -> tuple[Process, str]:
    port = free_port()
    nowhere = {"RETELL_BASE_URL": "http://127.0.0.1:9", "OPENAI_BASE_URL": "http://127.0.0.1:9"}
    settings = SETTINGS | nowhere | {"PORT": str(port), "DATA_DIR": "data"}
    return processes.start("up", "ringback", "up", **settings), f"http://127.0.0.1:{port}"


async def nothing_is_left_of(processes: Processes) -> None:
    async def probe() -> bool:
        return living_below(processes.folder) == []

    await until(probe, f"all to end, but {living_below(processes.folder)}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_ends_open_streams_and_everything_else_in_time(
    processes: Processes, number: signal.Signals
) -> None:
    up, url = start_up(processes)
    await is_ready(url, up)
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {await log_in(client)}"
        async with client.stream("GET", "/api/v1/events") as stream:
            rest = stream.aiter_text()
            assert "retry" in await anext(rest)

            up.ask_to_end(number)

            assert await up.exit_code(LONGEST_STOP_SECONDS) == 0, up.log
            # The stream has ended as streams do, not in the middle of something.
            assert "data:" not in "".join([text async for text in rest])
    assert was_shut_down(processes.folder / "data")
    await nothing_is_left_of(processes)

    up.restart()
    await is_ready(url, up)
    assert await up.end(number) == 0


async def test_ctrl_c_in_the_terminal_ends_the_demo_and_all_it_started(
    processes: Processes,
) -> None:
    demo = start_demo(processes)
    await says(demo, "Log in as")
    assert any("sandbox" in each for each in living_below(processes.folder))

    # A terminal interrupts everything that it started, the sandbox too.
    os.killpg(demo.pid, signal.SIGINT)

    assert await demo.exit_code(LONGEST_STOP_SECONDS) == 0, demo.log
    assert "Traceback" not in demo.log
    await nothing_is_left_of(processes)


async def test_a_killed_demo_leaves_no_process_behind(processes: Processes) -> None:
    demo = start_demo(processes)
    await says(demo, "Log in as")

    os.kill(demo.pid, signal.SIGKILL)

    await nothing_is_left_of(processes)


async def test_one_call_of_the_demo_ends_in_a_printed_record(processes: Processes) -> None:
    demo = start_demo(processes, "--once", "--speed", "20")

    assert await demo.exit_code(120) == 0, demo.log
    for said in ("call.started", "still rolling", "call.ended", "record.extracted"):
        assert said in demo.log
    assert "Record, valid" in demo.log
    assert "delayed" in demo.log
    await nothing_is_left_of(processes)
    assert list(processes.folder.glob("ringback-*")) == []


@pytest.mark.parametrize(
    ("scenario", "reason"), [("no_answer", "dial_no_answer"), ("nonsense", "Retell says:")]
)
async def test_a_demo_without_a_record_fails_and_says_why(
    processes: Processes, scenario: str, reason: str
) -> None:
    demo = start_demo(processes, "--once", "--speed", "20", "--scenario", scenario)

    assert await demo.exit_code(120) == 1, demo.log
    assert "The demo failed." in demo.log
    assert reason in demo.log
    assert "Traceback" not in demo.log
    await nothing_is_left_of(processes)
