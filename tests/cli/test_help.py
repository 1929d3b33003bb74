import subprocess
import sys

import pytest

from tests.cli.conftest import Ringback
from tests.support.commands import USAGE
from tests.support.processes import BIN

COMMANDS = ["up", "serve", "worker", "migrate", "demo", "sandbox", "admin"]


def test_the_installed_command_explains_itself() -> None:
    done = subprocess.run([BIN / "ringback", "--help"], capture_output=True, text=True, check=True)

    assert "between your company and its voice agents on Retell" in " ".join(done.stdout.split())
    assert ".env.example" in done.stdout
    for name in COMMANDS:
        assert f" {name} " in done.stdout


@pytest.mark.parametrize(
    ("command", "promise"),
    [
        ("up", "Migrate, then run API and worker in one process"),
        ("serve", "Run the API alone"),
        ("worker", "Run the worker alone"),
        ("migrate", "Bring the database's tables up to date"),
        ("demo", "Try everything without an account"),
        ("sandbox", "--state-file"),
        ("admin", "user"),
        ("admin user create", "Create a user"),
        ("admin openapi", "Print the API's OpenAPI document"),
    ],
)
def test_each_command_says_what_it_does(ringback: Ringback, command: str, promise: str) -> None:
    asked = ringback(*command.split(), "--help")

    assert asked.code == 0
    assert promise in " ".join(asked.stdout.split())
    assert asked.stderr == ""


def test_help_needs_no_settings(ringback: Ringback) -> None:
    assert ringback("serve", "--help", PORT="none", SECRET_KEY="short").code == 0


@pytest.mark.parametrize("wrong", ["", "deploy", "serve --port 80", "demo --speed 0", "up now"])
def test_wrong_usage_is_explained_and_not_run(ringback: Ringback, wrong: str) -> None:
    command = ringback(*wrong.split())

    assert command.code == USAGE
    assert "Usage: ringback" in command.said


def test_libraries_that_are_long_to_load_are_not_loaded_before_they_are_needed() -> None:
    loaded = "import sys, backend.cli.app, backend.main; print('numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"
