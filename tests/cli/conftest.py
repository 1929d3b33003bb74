"""Commands as an operator gives them, in an empty folder, with settings that are good."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.support.commands import Command

SETTINGS = {
    "RETELL_API_KEY": "key_test",
    "RETELL_BASE_URL": "http://127.0.0.1:9",
    "OPENAI_API_KEY": "sk-test",
    "SECRET_KEY": "a secret for tests that is long enough",
    "PORT": "0",
}


class Ringback(Protocol):
    def __call__(self, *arguments: str, **settings: object) -> Command: ...


@pytest.fixture
def ringback(tmp_path: Path) -> Iterator[Ringback]:
    """Start `ringback`; what is still running in the end is killed."""
    started: list[Command] = []

    def start(*arguments: str, **settings: object) -> Command:
        changed = {name: str(value) for name, value in settings.items()}
        started.append(Command(tmp_path, arguments, SETTINGS | changed))
        return started[-1]

    yield start
    for command in started:
        command.kill()
