"""How often drift is told where there is none, and where there is some; simulated, by fixed seeds.

A call has five shares, three numbers, and two fields with choices. They hang together as in life:
a call that nobody answered is short and cheap.
"""

from collections import Counter
from collections.abc import Callable
from itertools import repeat
from random import Random
from typing import TypeAlias

import pytest

from backend.insights.drift.judging import (
    FEWEST,
    FEWEST_DAYS,
    Finding,
    Pair,
    judge,
)
from backend.insights.metrics.sampling import Sample

Side: TypeAlias = Sample | Counter[str]
PAIRS = 1000
SHARES = {"answered": 0.6, "valid": 0.85, "review": 0.1, "late": 0.3, "filled": 0.95}
CHOICES = {"outcome": (0.5, 0.3, 0.15, 0.05), "mood": (0.7, 0.2, 0.1)}


def _shares(random: Random, n: int, share: float) -> Sample:
    yes = sum(random.random() < share for _ in repeat(None, n))
    return Sample(Counter({100.0: yes, 0.0: n - yes}), n)


def _numbers(random: Random, n: int, scale: float) -> Sample:
    """Lengths as they are: most short, some long, in whole seconds."""
    return Sample(Counter(float(round(random.lognormvariate(4, 0.7) * scale)) for _ in range(n)))


def _chosen(random: Random, n: int, weights: tuple[float, ...]) -> Counter[str]:
    return Counter(random.choices("abcd"[: len(weights)], weights, k=n))


def _days(random: Random, n: int, mean: float) -> Sample:
    return Sample(Counter(float(round(random.gauss(mean, mean**0.5))) for _ in range(n)))


def _family(random: Random, n: int, baseline_n: int) -> list[Pair]:
    """Make all that is compared of two samples of the same kind of calls."""
    pairs = [
        Pair(name, _shares(random, n, share), _shares(random, baseline_n, share))
        for name, share in SHARES.items()
    ]
    pairs += [
        Pair(name, _numbers(random, n, 1), _numbers(random, baseline_n, 1))
        for name in ("length", "cost", "score")
    ]
    pairs += [
        Pair(name, _chosen(random, n, weights), _chosen(random, baseline_n, weights))
        for name, weights in CHOICES.items()
    ]
    return [*pairs, Pair("calls", _days(random, 7, 40), _days(random, 28, 40), is_by_day=True)]


def test_no_more_than_one_comparison_in_twenty_without_a_change_is_called_drift() -> None:
    random, called = Random(2026), 0
    for _ in range(PAIRS):
        findings = judge(_family(random, 60, 90))
        assert "too_few" not in {each.verdict for each in findings}
        called += any(each.verdict == "drift" for each in findings)
    assert called <= PAIRS * 0.05


@pytest.mark.parametrize(
    ("make", "seed"),
    [
        (lambda random: Pair("share", _shares(random, 100, 0.4), _shares(random, 250, 0.4)), 1),
        (lambda random: Pair("rare", _shares(random, 60, 0.03), _shares(random, 90, 0.03)), 2),
        (lambda random: Pair("length", _numbers(random, 60, 1), _numbers(random, 200, 1)), 3),
        (
            lambda random: Pair(
                "outcome",
                _chosen(random, 80, CHOICES["outcome"]),
                _chosen(random, 200, CHOICES["outcome"]),
            ),
            4,
        ),
        (
            lambda random: Pair(
                "calls", _days(random, 7, 40), _days(random, 28, 40), is_by_day=True
            ),
            5,
        ),
    ],
    ids=["share", "rare share", "length", "choice", "calls a day"],
)
def test_each_test_alone_errs_as_seldom(make: Callable[[Random], Pair], seed: int) -> None:
    random = Random(seed)
    called = sum(judge([make(random)])[0].verdict == "drift" for _ in range(PAIRS))
    # 5 %, and what chance adds to that in a thousand: three standard errors.
    assert called <= PAIRS * 0.05 + 3 * (PAIRS * 0.05 * 0.95) ** 0.5


# At least; of 200 rounds. With these seeds it is 0.885, 0.985, 0.98, 0.93, 0.98 and 0.195.
POWER = {
    "answered 60 % to 40 %, 100 calls against 400": 0.85,
    "valid 85 % to 75 %, 300 calls against 1,200": 0.95,
    "length a quarter shorter, 150 calls against 600": 0.95,
    "outcome moves by 15 of 100, 200 calls against 800": 0.9,
    "calls a day 40 to 28, 7 days against 28": 0.95,
    "valid 85 % to 80 %, 100 calls against 400": 0.15,
}


def _planted(random: Random) -> list[Pair]:
    moved = (0.35, 0.45, 0.15, 0.05)
    weights = CHOICES["outcome"]
    several: tuple[tuple[Side, Side], ...] = (
        (_shares(random, 100, 0.4), _shares(random, 400, 0.6)),
        (_shares(random, 300, 0.75), _shares(random, 1200, 0.85)),
        (_numbers(random, 150, 0.75), _numbers(random, 600, 1)),
        (_chosen(random, 200, moved), _chosen(random, 800, weights)),
        (_days(random, 7, 28), _days(random, 28, 40)),
        (_shares(random, 100, 0.8), _shares(random, 400, 0.85)),
    )
    return [
        Pair(name, one, other, is_by_day="7 days" in name)
        for name, (one, other) in zip(POWER, several, strict=True)
    ]


def test_a_planted_change_is_found_as_often_as_is_promised(
    record_property: Callable[[str, object], None],
) -> None:
    random, found = Random(7), Counter[str]()
    rounds = 200
    for _ in range(rounds):
        found.update(each.metric for each in judge(_planted(random)) if each.verdict == "drift")
    power = {name: found[name] / rounds for name in POWER}
    record_property("power", power)
    assert all(power[name] >= least for name, least in POWER.items()), power


def _one(pair: Pair) -> Finding:
    (found,) = judge([pair])
    return found


def test_too_few_is_an_answer() -> None:
    few, many = Sample(Counter({100.0: FEWEST - 1}), FEWEST - 1), Sample(Counter({0.0: 90}), 90)
    for pair in (
        Pair("valid", few, many),
        Pair("valid", many, few),
        Pair("valid", Sample(), Sample()),
        Pair("outcome", Counter("ab"), Counter({"a": 90})),
        Pair(
            "calls", _days(Random(1), FEWEST_DAYS - 1, 9), _days(Random(1), 28, 9), is_by_day=True
        ),
    ):
        found = _one(pair)
        assert (found.verdict, found.test, found.adjusted_p_value) == ("too_few", None, None)


def test_what_is_sure_but_tiny_is_no_drift() -> None:
    one = Sample(Counter({100.0: 5100, 0.0: 4900}), 10_000)
    other = Sample(Counter({100.0: 4900, 0.0: 5100}), 10_000)
    found = _one(Pair("valid", one, other))
    assert found.p_value is not None
    assert found.p_value < 0.01
    assert (found.verdict, found.window.value, found.baseline.value) == ("no_drift", 51, 49)


def test_a_finding_says_what_it_was_and_what_it_is() -> None:
    found = _one(Pair("outcome", Counter({"a": 80, "b": 20}), Counter({"a": 20, "b": 80})))
    assert (found.verdict, found.test, found.effect) == ("drift", "fisher_exact", "cramers_v")
    assert found.window.shares == {"a": 80, "b": 20}
    longer = _one(Pair("length", Sample(Counter(range(60, 120))), Sample(Counter(range(60)))))
    assert (longer.verdict, longer.effect_size, longer.window.median) == ("drift", 1, 89)
