"""Long calls: parts of whole turns that overlap, and one record in which no field is lost."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st

from backend.records.parts import merge, split
from tests.records.calls import call

SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": ["string", "null"]},
        "stops": {
            "type": "array",
            "items": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
        "trip": {"type": "object", "properties": {"late": {"type": "boolean"}}},
    },
}


def said(value: Any, turn: int = 0, quote: str = "q") -> dict[str, Any]:
    return {"quote": quote if value is not None else None, "turns": [turn], "value": value}


@given(
    lengths=st.lists(st.integers(0, 300), min_size=1, max_size=60),
    size=st.integers(50, 2000),
    overlap=st.integers(0, 300),
)
def test_each_turn_is_in_a_part_and_each_part_begins_where_the_one_before_ends_or_earlier(
    lengths: list[int], size: int, overlap: int
) -> None:
    turns = call(*("user: " + "x" * length for length in lengths))

    parts = split(turns, size=size, overlap=overlap)

    assert sorted({turn.turn for part in parts for turn in part}) == list(range(len(turns)))
    for before, after in pairwise(parts):
        assert before[0].turn < after[0].turn <= before[-1].turn + 1
        assert after[-1].turn > before[-1].turn


def test_a_short_call_is_one_part() -> None:
    assert split(call("user: hello")) == [call("user: hello")]
    assert split([]) == [[]]


def test_two_hours_of_talk_are_split_with_overlap() -> None:
    lines = [f"{'agent' if n % 2 else 'user'}: {'word ' * 40}{n}" for n in range(2000)]
    turns = call(*lines)

    parts = split(turns)

    assert sum(len(turn.text) for turn in turns) > 400_000
    assert all(sum(len(turn.text) for turn in part) <= 60_000 for part in parts)
    for before, after in pairwise(parts):
        assert len({t.turn for t in before} & {t.turn for t in after}) >= 5


def test_the_last_proven_word_counts() -> None:
    answers = [
        {"city": said("Indio", 1)},
        {"city": said("Barstow", 50)},
        {"city": said("Atlantis", 90, "invented")},
        {"city": said(None)},
    ]

    merged = merge(SCHEMA, answers, lambda answer: answer["quote"] == "q")

    assert merged["city"] == said("Barstow", 50)


def test_what_is_not_proven_anywhere_is_kept_for_the_checks_to_find() -> None:
    merged = merge(SCHEMA, [{"city": said("Atlantis")}, {"city": said(None)}], lambda _: False)

    assert merged["city"]["value"] == "Atlantis"


def test_lists_are_joined_without_what_two_parts_share() -> None:
    answers: list[dict[str, Any]] = [
        {"stops": [{"city": said("Indio", 1)}, {"city": said("Barstow", 40)}], "trip": {}},
        {"stops": [{"city": said("barstow ", 40)}, {"city": said("Tulsa", 80)}]},
    ]

    merged = merge(SCHEMA, answers, lambda _: True)

    assert [stop["city"]["value"] for stop in merged["stops"]] == ["Indio", "Barstow", "Tulsa"]


@pytest.mark.parametrize("part", [0, 1, 2])
def test_no_field_is_lost_whichever_part_has_it(part: int) -> None:
    answers: list[dict[str, Any]] = [{"city": said(None), "stops": [], "trip": {}}] * 3
    answers[part] = {
        "city": said("Indio"),
        "stops": [{"city": said("Tulsa")}],
        "trip": {"late": said(value=True)},
    }

    merged = merge(SCHEMA, answers, lambda _: True)

    assert merged["city"]["value"] == "Indio"
    assert merged["stops"][0]["city"]["value"] == "Tulsa"
    assert merged["trip"]["late"]["value"] is True
