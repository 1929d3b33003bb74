"""Places for an embedded PostgreSQL."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.platform.embedded_postgres.server import EmbeddedPostgres
from tests.support.embedded import cluster, is_down, until


@pytest.fixture
async def empty_dir(tmp_path: Path) -> AsyncIterator[Path]:
    """Give a place for data, and see to it that no test leaves a server behind."""
    place = tmp_path / ".ringback"
    yield place
    await until(lambda: is_down(place))


@pytest.fixture
def data_dir(empty_dir: Path, prepared: Path) -> Path:
    """Give a place that has data, as a first start leaves it."""
    cluster(empty_dir).parent.mkdir(parents=True)
    subprocess.run(["/bin/cp", "-a", prepared, cluster(empty_dir)], check=True)
    return empty_dir


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("prepared")
    server = EmbeddedPostgres(place, durable=False)
    server.start()
    server.stop()
    return cluster(place)
