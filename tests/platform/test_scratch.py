"""Scratch folders: gone when they were used, and when whoever used them was killed."""

import subprocess
import sys
from pathlib import Path

import pytest

from backend.platform import scratch

KILLED = """
import os, signal
from backend.platform.scratch import scratch_folder

with scratch_folder() as folder:
    (folder / "voice").write_bytes(b"hello")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def test_what_was_used_is_gone_and_what_is_in_use_stays(place: Path) -> None:
    with scratch.scratch_folder() as folder:
        (folder / "voice").write_bytes(b"hello")

        assert folder.parent == place
        assert scratch.remove_abandoned() == 0
        assert (folder / "voice").exists()

    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next(place: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED], check=False, timeout=60)
    assert len(list(place.rglob("voice"))) == 1

    assert scratch.remove_abandoned() == 1

    assert list(place.iterdir()) == []
