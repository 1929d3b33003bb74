"""Installations of real processes. Every test in this folder is a journey."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from tests.support.figures import Figures, told
from tests.support.installation import SETTINGS, Installation, installed
from tests.support.processes import processes_in

Install = Callable[..., AbstractAsyncContextManager[Installation]]
JOURNEY_SECONDS = 1200
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("journey")
            item.add_marker(pytest.mark.timeout(JOURNEY_SECONDS))


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Tell the figures of all journeys, a line of JSON each."""
    if lines := told([each for some in terminalreporter.stats.values() for each in some]):
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    return Figures(request)


@pytest.fixture(scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder as `ringback migrate` leaves it, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    with processes_in(folder) as processes:
        process = processes.start("migrate", "ringback", "migrate", **SETTINGS, DATA_DIR="data")
        assert await process.exit_code(120) == 0, process.log
    return folder / "data"


@pytest.fixture
def install(tmp_path: Path, migrated: Path) -> Install:
    """Give what runs an installation of the test's own: `async with install(…) as running`."""
    return partial(installed, tmp_path, migrated)
