"""A process that is kept: one answer after the other, and nobody waits for ever."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from backend.providers.embedding.errors import EmbedderFailed
from backend.providers.kept_process import KeptProcess
from tests.support.waiting import until

# Says what it was asked, once it may.
_ECHO = """#!/bin/sh
echo started >> {folder}/starts
while read -r asked; do
    echo "$asked" >> {folder}/asked
    while [ ! -e {folder}/go ]; do sleep 0.02; done
    printf '{{"asked": %s}}\\n' "$asked"
done
"""


class Slow:
    """A process that answers nothing until it is let go."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.process = KeptProcess("any", tuple, failed=EmbedderFailed, idle_seconds=60)

    def go(self) -> None:
        (self._folder / "go").touch()

    def lines(self, name: str) -> list[str]:
        path = self._folder / name
        return path.read_text().splitlines() if path.exists() else []

    async def has_been_asked(self, times: int) -> None:
        async def probe() -> bool:
            return len(self.lines("asked")) >= times

        await until(probe, "the process to be asked")

    def ask(self, number: int, **how: Any) -> "asyncio.Task[dict[str, Any]]":
        return asyncio.create_task(self.process.ask({"number": number}, **how))


@pytest.fixture
async def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Slow]:
    script = tmp_path / "python"
    script.write_text(_ECHO.format(folder=tmp_path))
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    slow = Slow(tmp_path)
    yield slow
    await slow.process.close()


async def test_who_waits_too_long_is_told_and_the_process_goes_on(slow: Slow) -> None:
    given_up = slow.ask(1)
    await slow.has_been_asked(1)
    late = [slow.ask(number, seconds=0.05) for number in (2, 3)]
    for each in late:
        with pytest.raises(TimeoutError):
            await each
    slow.go()

    assert await given_up == {"asked": {"number": 1}}
    assert await slow.ask(4) == {"asked": {"number": 4}}
    # What had not been begun was never asked.
    assert slow.lines("asked") == ['{"number": 1}', '{"number": 4}']
    assert slow.lines("starts") == ["started"]


async def test_an_answer_that_nobody_waits_for_is_nobody_else_s(slow: Slow) -> None:
    with pytest.raises(TimeoutError):
        await slow.ask(1, seconds=1.0)
    slow.go()

    assert await slow.ask(2) == {"asked": {"number": 2}}
    assert slow.lines("starts") == ["started"]


async def test_what_is_urgent_comes_before_what_waits_longer(slow: Slow) -> None:
    first = slow.ask(1)
    await slow.has_been_asked(1)
    others = [slow.ask(number) for number in (2, 3)]
    gone = slow.ask(4, is_urgent=True)
    urgent = [slow.ask(number, is_urgent=True) for number in (5, 6)]
    await asyncio.sleep(0)
    gone.cancel()
    slow.go()

    await asyncio.gather(first, *others, *urgent)

    asked = [f'{{"number": {number}}}' for number in (1, 5, 6, 2, 3)]
    assert slow.lines("asked") == asked
