"""What rules tell of a call without a model, and what each answer rests on."""

from time import perf_counter
from typing import Any

import pytest
from pydantic import ValidationError

from backend.calls.models import Turn
from backend.quality.criteria.measuring import measure
from backend.quality.judging.verdicts import Result
from backend.quality.policies.config import Criterion
from tests.support import builders


def _told(rule: dict[str, Any], *lines: str, said_by: str = "agent") -> Result:
    return _measured(rule, [Turn.model_validate(t) for t in builders.turns(*lines)], said_by)


def _measured(rule: dict[str, Any], turns: list[Turn], said_by: str = "agent") -> Result:
    wanted = {"key": "a", "name": "A", "rule": rule, "said_by": said_by}
    return measure(Criterion.model_validate(wanted), turns)


AI = {"kind": "says_it_is_an_ai"}


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("Hi, I'm an AI assistant of Northwind.", "yes"),
        ("This is the virtual assistant of Northwind.", "yes"),
        ("I am Northwind's automated voice assistant.", "yes"),
        ("Soy el asistente virtual de Northwind.", "yes"),
        ("Hier ist die K\u00fcnstliche Intelligenz von Northwind.", "yes"),
        ("I'm not a robot, I'm Sam.", "no"),
        ("Hi, this is Sam from Northwind.", "no"),
        ("Hay un problema con su carga.", "no"),
        ("We paid it on Friday.", "no"),
    ],
)
def test_says_it_is_an_ai(words: str, verdict: str) -> None:
    assert _told(AI, f"agent: {words}").verdict == verdict


def test_what_is_said_too_late_or_by_the_other_does_not_count() -> None:
    lines = ("agent: Hi.", "user: Are you an AI?", "agent: Well.", "agent: I am an AI.")

    assert _told(AI | {"within_agent_turns": 2}, *lines).verdict == "no"
    assert _told(AI | {"within_agent_turns": 3}, *lines).verdict == "yes"


def test_a_verdict_has_its_words_and_where_to_hear_them() -> None:
    told = _told(AI, "user: Hello?", "agent: Good morning. I'm an AI. How are you?")

    assert told.evidence.model_dump() == {
        "quote": "I'm an AI.",
        "turns": [1],
        "start_ms": 2000,
        "found": True,
    }
    assert told.proven_by == "rule"


def test_what_was_not_said_names_the_turns_looked_at() -> None:
    told = _told(AI, "agent: Hi.", "user: Hi.", "agent: So.", "agent: Bye.")

    assert (told.evidence.quote, told.evidence.turns) == (None, [0, 2])


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("This call is being recorded.", "yes"),
        ("This call may be recorded, is that fine?", "yes"),
        ("May I record this call?", "yes"),
        ("This call is not recorded.", "no"),
        ("I note that for the record.", "no"),
        ("Dieses Gespr\u00e4ch wird aufgezeichnet.", "yes"),
    ],
)
def test_asks_to_record(words: str, verdict: str) -> None:
    assert _told({"kind": "asks_to_record"}, f"agent: {words}").verdict == verdict


def test_a_name_is_a_whole_word_however_it_is_written() -> None:
    rule = {"kind": "says_the_name", "names": ["North Wind"]}

    assert _told(rule, "agent: This is NORTH-WIND logistics.").verdict == "yes"
    assert _told(rule, "agent: This is North Windows.").verdict == "no"


def test_words_that_must_not_be_said_are_found_in_the_right_mouth() -> None:
    rule = {"kind": "words_never_said", "words": ["guarantee", "act now"]}
    lines = ("agent: Hello.", "user: Do you guarantee it?", "agent: Act, now!")

    told = _told(rule, *lines)

    assert (told.verdict, told.evidence.turns, told.evidence.quote) == ("no", [2], "Act, now!")
    assert _told(rule, *lines[:2]).verdict == "yes"
    assert _told(rule, *lines[:2], said_by="anyone").verdict == "no"


@pytest.mark.parametrize("said", ["Act - now", "act... NOW!", "act_now"])
def test_words_in_a_row_are_found_whatever_is_written_between_them(said: str) -> None:
    for phrase in ("act now", "act -- now", "... act ! ! ! now ..."):
        rule = {"kind": "words_never_said", "words": [phrase]}

        assert _told(rule, f"agent: Please, {said}").verdict == "no"
        assert _told(rule, "agent: The pact is now known.").verdict == "yes"


@pytest.mark.parametrize("phrase", ["...", "- - -", "_", " "])
def test_a_phrase_of_punctuation_alone_is_refused(phrase: str) -> None:
    with pytest.raises(ValidationError, match="needs a letter or a digit"):
        _told({"kind": "words_never_said", "words": [phrase]}, "agent: Hello.")


def test_a_long_turn_is_searched_at_once() -> None:
    text = "I'm not an AI. " * 4000 + "!" * 10_000 + "ok, as an AI I help."
    began = perf_counter()

    told = _told(AI, f"agent: {text}")

    assert (told.verdict, perf_counter() - began < 0.5) == ("yes", True)


def _timed(*spoken: tuple[str, int | None, int | None]) -> list[Turn]:
    return [
        Turn(turn=n, role=role, text="some words", start_ms=start, end_ms=end)  # type: ignore[arg-type]  # roles of the test
        for n, (role, start, end) in enumerate(spoken)
    ]


def test_the_longest_silence_is_measured_and_can_be_heard() -> None:
    turns = _timed(("agent", 0, 1000), ("user", 1500, 2000), ("agent", 7000, 8000))

    told = _measured({"kind": "longest_silence", "most_seconds": 4.9}, turns)

    assert (told.verdict, told.evidence.turns, told.evidence.start_ms) == ("no", [1, 2], 2000)
    assert _measured({"kind": "longest_silence", "most_seconds": 5}, turns).verdict == "yes"


def test_what_cannot_be_measured_does_not_apply() -> None:
    turns = _timed(("agent", None, None), ("user", None, None))

    for rule in (
        {"kind": "longest_silence", "most_seconds": 4},
        {"kind": "interruptions", "most": 0},
    ):
        told = _measured(rule, turns)
        assert (told.verdict, told.score) == ("not_applicable", None)


def test_the_talk_is_shared_by_time_or_else_by_words() -> None:
    rule = {"kind": "talk_share", "most_percent": 60}

    assert _measured(rule, _timed(("agent", 0, 7000), ("user", 7000, 10_000))).verdict == "no"
    assert _measured(rule, _timed(("agent", 0, 6000), ("user", 6000, 10_000))).verdict == "yes"
    assert _measured(rule, _timed(("agent", None, None), ("user", None, None))).verdict == "yes"


def test_an_interruption_is_the_agents_and_more_than_an_overlap() -> None:
    rule = {"kind": "interruptions", "most": 0}

    assert _measured(rule, _timed(("user", 0, 3000), ("agent", 2000, 4000))).verdict == "no"
    assert _measured(rule, _timed(("user", 0, 3000), ("agent", 2800, 4000))).verdict == "yes"
    assert _measured(rule, _timed(("agent", 0, 3000), ("user", 2000, 4000))).verdict == "yes"
