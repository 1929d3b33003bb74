import pytest
from hypothesis import given, strategies as st

from backend.calls.models import Turn
from backend.grounding.transcript import Transcript
from tests.records.calls import CHECK_IN, transcript

CALL = Transcript(CHECK_IN)


@pytest.mark.parametrize(
    ("quote", "turn", "text"),
    [
        ("I'm running two hours late", 1, "I'm running two hours late"),
        ("I am running 2 hours late", 1, "I'm running two hours late"),
        ("RUNNING TWO HOURS LATE!!", 1, "running two hours late"),
        ("running late ... near Flagstaff", 1, None),
        ("I'm running ... near Flagstaff", 1, "I'm running two hours late, I'm near Flagstaff"),
        ("tomorrow at 8 am", 3, "tomorrow at 8 a.m"),
        ("tomorrow at eight AM.", 3, "tomorrow at 8 a.m"),
        ("No", 5, "No"),
        ("no.", 5, "No"),
        ("I'm runing two hours late", 1, "I'm running two hours late"),
        (
            "I'm running two hours late, near Flagstaff",
            1,
            "I'm running two hours late, I'm near Flagstaff",
        ),
    ],
)
def test_a_quote_is_found_as_it_was_said(quote: str, turn: int, text: str | None) -> None:
    found = CALL.find(quote, [turn])

    assert (found and found.text) == text
    assert found is None or found.turns == (turn,)


@pytest.mark.parametrize(
    "quote",
    [
        "I'm running three hours late",
        "I'm not running two hours late",
        "I'm running two hours early",
        "tomorrow at 8 pm",
        "today at 8 a.m.",
        "I'm near Albuquerque",
        "I can talk any longer",
        "the truck is on fire",
        "",
        "...",
        "uh",
    ],
)
def test_what_nobody_said_is_not_found(quote: str) -> None:
    assert CALL.find(quote, [1, 3, 9]) is None


@pytest.mark.parametrize("named", [[], [0], [7, 99], [-1]])
def test_a_telling_quote_is_found_in_another_turn(named: list[int]) -> None:
    found = CALL.find("near Flagstaff", named)

    assert found is not None
    assert found.turns == (1,)


@pytest.mark.parametrize("quote", ["No", "yes", "Yes.", "8", "okay"])
def test_what_is_said_in_every_call_needs_its_turn(quote: str) -> None:
    assert CALL.find(quote, []) is None
    assert CALL.find(quote, [11]) is None


def test_of_several_places_the_named_one_is_taken_else_the_nearest() -> None:
    call = transcript(
        "user: to Reno please",
        "agent: from where?",
        "user: to Reno please",
        "agent: sorry?",
        "user: to Reno please",
    )

    assert [call.find("to Reno please", named) for named in ([0], [2], [1], [])] == [
        ((0,), "to Reno please", ""),
        ((2,), "to Reno please", ""),
        ((2,), "to Reno please", ""),
        ((4,), "to Reno please", ""),
    ]


def test_a_quote_may_go_on_after_an_interjection() -> None:
    found = CALL.find("I can't talk any longer", [9])

    assert found is not None
    assert (found.turns, found.text) == ((9, 11), "I can't talk any longer")


def test_a_quote_may_hold_a_question_and_its_answer() -> None:
    found = CALL.find("Is the load secure? Yes.", [6, 7])

    assert found is not None
    assert found.turns == (6, 7)


def test_a_quote_does_not_join_what_was_said_far_apart() -> None:
    call = transcript(
        "user: I would like to go", "agent: I see, tell me where you are", "user: to Reno please"
    )

    assert call.find("I would like to go to Reno please", [0, 2]) is None


def test_a_quote_does_not_run_through_half_the_call() -> None:
    call = transcript(*(f"{'user' if n % 2 else 'agent'}: word{n}" for n in range(10)))

    assert call.find("word1 word2 word3", [1]) is not None
    assert call.find("word1 word2 word3 word4 word5", [1]) is None


@pytest.mark.parametrize("quote", ["$174", "174", "174 dollars"])
def test_signs_at_a_number_belong_to_it(quote: str) -> None:
    found = transcript("agent: It's $174, all in.").find(quote, [0])

    assert (found and found.text) == (None if "dollars" in quote else quote)


def test_the_word_before_a_quote_is_told() -> None:
    found = transcript("user: I'm not delayed").find("delayed", [0])

    assert found is not None
    assert found.preceded_by == "not"


def test_what_an_answer_answers_to_is_told() -> None:
    assert CALL.said_before(5) == "Are you hurt?"
    assert CALL.said_before(11) == "Mm-hm."
    assert CALL.said_before(0) == ""
    assert CALL.said_before(99) == ""


def test_turns_need_not_be_numbered_from_zero_or_in_order() -> None:
    turns = [
        Turn(turn=7, role="user", text="I am in Reno"),
        Turn(turn=3, role="agent", text="in Nevada?"),
    ]

    found = Transcript(turns).find("in Reno, in Nevada", [7])

    assert found is not None
    assert found.turns == (7, 3)


def test_nothing_is_found_in_an_empty_call() -> None:
    assert Transcript([]).find("anything at all, really", [0]) is None


SPEECH = st.text(alphabet="abcdefg ,.'?", max_size=60)
TURNS = st.lists(st.tuples(st.sampled_from(["agent", "user"]), SPEECH), min_size=1, max_size=8)


@given(st.data())
def test_words_copied_from_a_turn_are_always_found_in_it(data: st.DataObject) -> None:
    said = data.draw(TURNS)
    call = transcript(*(f"{role}: {text}" for role, text in said))
    number = data.draw(st.integers(0, len(said) - 1))
    spoken = said[number][1].split()
    first = data.draw(st.integers(0, len(spoken)))
    quote = " ".join(spoken[first : data.draw(st.integers(first, len(spoken)))])

    found = call.find(quote, [number])

    if any(letter.isalpha() for letter in quote):
        assert found is not None
        assert found.turns == (number,)
    else:
        assert found is None


@given(TURNS, st.text(alphabet="opqrstuvwxyz ", min_size=1).filter(str.strip))
def test_other_words_are_never_found(said: list[tuple[str, str]], quote: str) -> None:
    call = transcript(*(f"{role}: {text}" for role, text in said))

    assert call.find(quote, list(range(len(said)))) is None


@given(st.lists(st.text(max_size=80), max_size=4), st.text(max_size=40))
def test_nothing_that_may_be_said_or_quoted_breaks_the_search(said: list[str], quote: str) -> None:
    turns = [Turn(turn=n, role="user", text=text) for n, text in enumerate(said)]

    found = Transcript(turns).find(quote, [0])

    assert found is None or set(found.turns) <= set(range(len(said)))
