"""Passages hold a question with its answer, and all that was said once."""

from hypothesis import given, strategies as st

from backend.calls.models import Turn
from backend.insights.cutting import cut

_ROLES = st.sampled_from(["agent", "user", "transfer_target", "dtmf", "unknown"])
_TEXTS = st.text("ab .\n", max_size=900)


def _turns(*said: tuple[str, str]) -> list[Turn]:
    return [
        Turn.model_validate({"turn": n, "role": role, "text": text, "start_ms": 1000 * n})
        for n, (role, text) in enumerate(said)
    ]


@given(st.lists(st.tuples(_ROLES, _TEXTS), max_size=40))
def test_each_turn_that_says_anything_is_in_one_passage(said: list[tuple[str, str]]) -> None:
    turns = _turns(*said)

    passages = cut(turns)

    texts = [" ".join(turn.text.split()) for turn in turns if turn.text.strip()]
    assert "\n".join(each.text for each in passages) == "\n".join(texts)
    places = [place for each in passages for place in (each.first_turn, each.last_turn)]
    assert places == sorted(places)


@given(st.lists(st.tuples(_ROLES, _TEXTS), max_size=40))
def test_a_passage_is_long_only_where_one_turn_is(said: list[tuple[str, str]]) -> None:
    for each in cut(_turns(*said)):
        assert each.first_turn == each.last_turn or len(each.text.replace("\n", "")) <= 800


def test_an_answer_stays_with_its_question() -> None:
    question = "And could you tell me what is holding up the trailer at the yard today?"
    turns = _turns(
        ("agent", "Good morning, this is the dispatch desk. " * 6),
        ("user", "Morning."),
        ("agent", question),
        ("user", "The tire is flat."),
    )

    first, second = cut(turns)

    assert (first.first_turn, first.last_turn) == (0, 1)
    assert (second.first_turn, second.last_turn, second.start_ms) == (2, 3, 2000)
    assert second.text == f"{question}\nThe tire is flat."


def test_what_was_not_said_is_no_passage() -> None:
    assert cut(_turns(("agent", "  "), ("user", ""))) == []
