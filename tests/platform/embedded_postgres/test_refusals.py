import shutil
from pathlib import Path

import pytest

from backend.platform.embedded_postgres import binaries
from backend.platform.embedded_postgres.errors import EmbeddedPostgresFailed, failed
from tests.support.embedded import cluster, fetch, is_down, log_path, running


async def test_data_of_another_version_is_refused_and_left_alone(data_dir: Path) -> None:
    version = cluster(data_dir) / "PG_VERSION"
    version.write_text("16\n")

    with pytest.raises(EmbeddedPostgresFailed, match=r"written by PostgreSQL 16.*runs 18.*export"):
        async with running(data_dir):
            pass

    assert version.read_text() == "16\n"


async def test_what_postgres_says_is_told_when_it_does_not_start(data_dir: Path) -> None:
    control = cluster(data_dir) / "global" / "pg_control"
    removed = shutil.move(control, data_dir)

    with pytest.raises(EmbeddedPostgresFailed) as failure:
        async with running(data_dir):
            pass
    assert failure.value.detail.startswith(f"PostgreSQL did not start in {data_dir}/postgres: ")
    assert "pg_control" in failure.value.detail
    assert str(log_path(data_dir)) in failure.value.detail
    assert is_down(data_dir)

    shutil.move(removed, control)
    async with running(data_dir) as server:
        assert await fetch(server.dsn, "SELECT 1") == 1


async def test_a_file_in_the_place_of_the_folder_is_named(empty_dir: Path) -> None:
    shutil.copyfile(__file__, empty_dir)

    with pytest.raises(EmbeddedPostgresFailed, match=r"\.ringback.*set DATA_DIR to a folder"):
        async with running(empty_dir):
            pass


async def test_a_platform_without_programs_is_told_what_to_do(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "PACKAGE", "no_such_package")

    with pytest.raises(EmbeddedPostgresFailed, match="set DATABASE_URL to a PostgreSQL"):
        async with running(data_dir):
            pass


def test_a_full_disk_is_named_as_such() -> None:
    output = (
        "creating subdirectories ... ok\n"
        'initdb: error: could not write to file "pg_wal/xlogtemp": No space left on device\n'
        "initdb: removing contents of data directory\n"
    )

    failure = failed("PostgreSQL data could not be made in /data", output, otherwise="see the log")

    assert failure.detail == (
        "PostgreSQL data could not be made in /data: error: could not write to file "
        '"pg_wal/xlogtemp": No space left on device; '
        "free some space, or set DATA_DIR to a folder on another disk."
    )
