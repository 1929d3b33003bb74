"""Commands as an operator gives them, in an empty folder, with settings that are good."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import Command

SETTINGS = {
    "RETELL_API_KEY": "key_test",
    "RETELL_BASE_URL": "http://127.0.0.1:9",
    "OPENAI_API_KEY": "sk-test",
    "SECRET_KEY": "a secret for tests that is long enough",
    "PORT": "0",
}


class Ringback:
    """Starts `ringback` with arguments and settings, again and again."""

    def __init__(self, folder: Path) -> None:
        self.started: list[Command] = []
        self._folder = folder

    def __call__(self, *arguments: str, **settings: object) -> Command:
        changed = {name: str(value) for name, value in settings.items()}
        self.started.append(Command(self._folder, arguments, SETTINGS | changed))
        return self.started[-1]


@pytest.fixture
def ringback(tmp_path: Path) -> Iterator[Ringback]:
    """Give the command; what is still running in the end is killed."""
    ringback = Ringback(tmp_path)
    yield ringback
    for command in ringback.started:
        command.kill()
