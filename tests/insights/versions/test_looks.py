"""How often versions without a change are told to differ over all looks, and how many changes are.

Simulated, by fixed seeds: a version's calls come in one after the other, and are looked at as the
service does.
"""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from backend.insights.drift.judging import Pair, judge
from backend.insights.metrics.sampling import Sample
from backend.insights.versions.looks import LOOKS, next_look, reached

PAIRS = 1000
SHARES = {"answered": 0.6, "valid": 0.85, "review": 0.1, "late": 0.3}
OUTCOMES = (0.5, 0.3, 0.15, 0.05)


def _calls(random: Random, n: int, **change: float) -> dict[str, list[Any]]:
    calls: dict[str, list[Any]] = {
        name: [100.0 * (random.random() < change.get(name, share)) for _ in range(n)]
        for name, share in SHARES.items()
    }
    scale = change.get("length", 1.0)
    for name in ("length", "score"):
        of = scale if name == "length" else 1.0
        calls[name] = [float(round(random.lognormvariate(4, 0.7) * of)) for _ in range(n)]
    calls["outcome"] = random.choices("abcd", OUTCOMES, k=n)
    return calls


def _sample(name: str, values: list[Any]) -> Sample | Counter[str]:
    if name == "outcome":
        return Counter(values)
    return Sample(Counter(values), len(values) if name in SHARES else 0)


def _told(calls: dict[str, list[Any]], before: dict[str, list[Any]]) -> dict[int, set[str]]:
    """Look at a version as its calls come in; give what each look told that was not told yet."""
    told: dict[int, set[str]] = {}
    baseline = {name: _sample(name, values) for name, values in before.items()}
    for look in LOOKS:
        pairs = [
            Pair(name, _sample(name, values[:look]), baseline[name])
            for name, values in calls.items()
        ]
        found = {each.metric for each in judge(pairs, looks=len(LOOKS)) if each.verdict == "drift"}
        told[look] = found - set().union(*told.values())
    return told


def test_of_a_thousand_unchanged_versions_no_more_than_fifty_are_told_over_all_looks(
    record_property: Callable[[str, object], None],
) -> None:
    random, told = Random(2026), 0
    for number in range(PAIRS):
        before = _calls(random, (120, 400, 900)[number % 3])
        told += any(_told(_calls(random, LOOKS[-1]), before).values())
    record_property("told", told)
    assert told <= PAIRS * 0.05


def test_forty_rare_shares_beside_ten_thousand_calls_err_as_seldom(
    record_property: Callable[[str, object], None],
) -> None:
    """Where tails of 1 in 40,000 decide, and a small sample is far from normal."""
    random, told, rounds, before = Random(40), 0, 250, 10_000
    for _ in range(rounds):
        # As good as binomial, of so many.
        usual = [round(random.gauss(0.1 * before, (0.09 * before) ** 0.5)) for _ in range(40)]
        baseline = [Sample(Counter({100.0: n, 0.0: before - n}), before) for n in usual]
        values = [[100.0 * (random.random() < 0.1) for _ in range(LOOKS[-1])] for _ in range(40)]
        told += any(
            each.verdict == "drift"
            for look in LOOKS
            for each in judge(
                [
                    Pair(f"share {n}", Sample(Counter(of[:look]), look), baseline[n])
                    for n, of in enumerate(values)
                ],
                looks=len(LOOKS),
            )
        )
    record_property("told", told)
    assert told <= rounds * 0.05


def test_looking_five_times_without_paying_for_it_would_tell_more() -> None:
    """What the test above would see if looks were free."""
    random, told = Random(2026), 0
    for _ in range(200):
        before = _sample("valid", _calls(random, 400)["valid"])
        values = _calls(random, LOOKS[-1])["valid"]
        told += any(
            judge([Pair("valid", _sample("valid", values[:look]), before)])[0].verdict == "drift"
            for look in LOOKS
        )
    assert told > 200 * 0.05


# At least, by the look at so many calls, against 400 before; of 100.
POWER = {
    "answered 60 % to 40 %": ({"answered": 0.4}, 200, 85),
    "valid 85 % to 70 %": ({"valid": 0.7}, 400, 85),
    "a third shorter": ({"length": 0.67}, 200, 85),
}


@pytest.mark.parametrize("name", POWER)
def test_a_planted_change_is_told_once_and_by_when_it_is_promised(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    change, by, least = POWER[name]
    (metric,) = change
    random, found = Random(7), Counter[int]()
    for _ in range(100):
        told = _told(_calls(random, LOOKS[-1], **change), _calls(random, 400))
        found.update(look for look, metrics in told.items() if metric in metrics)
    assert found.total() <= 100
    in_time = sum(n for look, n in found.items() if look <= by)
    record_property("in_time", in_time)
    assert in_time >= least, found


def test_looks_are_by_calls_alone() -> None:
    assert [reached(calls) for calls in (0, 49, 50, 99, 100, 399, 800, 10_000)] == [
        *(0, 0, 1, 1, 2, 3, 5, 5)
    ]
    assert [next_look(looks) for looks in (0, 1, 5)] == [50, 100, None]
