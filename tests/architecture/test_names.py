"""Names that others rely on: of events, failures, states and jobs."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import pytest

import backend
from backend.compliance.gate import REFUSALS
from backend.platform.errors import AppError
from backend.platform.events import kinds_of_events
from backend.platform.settings import GivenSettings
from backend.stream.entries import BEHIND, RESYNC, SNAPSHOT
from backend.wiring import build

ROOT = Path(__file__).parents[2]
T = TypeVar("T")


@pytest.fixture(scope="module", autouse=True)
def everything() -> None:
    """Import every module, so that every class is there."""
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if not module.name.startswith(("backend.sandbox", "backend.migrations")):
            importlib.import_module(module.name)


def _ours(kind: type[T]) -> Iterator[type[T]]:
    """Find every class of the service below this one; the sandbox shares no names with it."""
    for below in kind.__subclasses__():
        in_sandbox = below.__module__.startswith("backend.sandbox")
        if below.__module__.startswith("backend.") and not in_sandbox:
            yield below
        yield from _ours(below)


def _repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def test_every_event_says_in_the_past_tense_what_happened_to_what() -> None:
    names = [event.name for event in kinds_of_events()]

    assert _repeated(names) == []
    assert [name for name in names if not re.fullmatch(r"[a-z]+\.[a-z_]+", name)] == []
    assert len(names) > 15


def test_every_event_others_can_see_is_documented_and_no_others() -> None:
    text = (ROOT / "docs/events.md").read_text()
    documented = re.findall(r"^\| `([a-z_.]+)` \|", text, re.MULTILINE)

    assert sorted(documented) == sorted(
        event.name for event in kinds_of_events() if event.is_logged
    )


def test_the_browser_asks_for_every_event_by_its_name() -> None:
    text = (ROOT / "frontend/src/api/feed/events.ts").read_text()
    listed = text.partition("EventName, true> = {")[2].partition("}")[0]
    asked = re.findall(r"^  \"?([a-z_.]+)\"?: true,", listed, re.MULTILINE)

    logged = {event.name for event in kinds_of_events() if event.is_logged}
    assert sorted(asked) == sorted(logged | {SNAPSHOT, RESYNC, BEHIND})


def test_every_failure_has_a_code_that_means_one_thing() -> None:
    """Two rooms may fail in the same way: to whoever asks it is one problem."""
    failures = list(_ours(AppError))
    unnamed = [kind.__name__ for kind in failures if "code" not in vars(kind)]
    meanings = {(kind.code, kind.title) for kind in failures if "code" in vars(kind)}

    # What may be retried is a kind that is never raised itself.
    assert unnamed == ["Retryable"]
    assert _repeated([code for code, _ in meanings]) == []
    # What the gate says goes by one name everywhere, as a call's `status_reason` too.
    others = {code for code, _ in meanings} - REFUSALS
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in others)
    assert not any(title.endswith(".") for _, title in meanings)


def test_no_two_sets_of_states_have_one_name() -> None:
    assert _repeated([kind.__name__ for kind in _ours(StrEnum)]) == []


def test_every_state_is_written_in_small_letters() -> None:
    values = [member.value for kind in _ours(StrEnum) for member in kind]

    assert [
        value for value in values if not re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", value)
    ] == []


def test_every_job_has_a_name_of_its_own() -> None:
    wiring = build(GivenSettings(_env_file=None))
    jobs = [job.job_name for several in wiring.subscriptions.values() for job in several]
    schedules = [schedule.name for schedule in wiring.schedules]

    assert _repeated(jobs) == []
    assert _repeated(schedules) == []
