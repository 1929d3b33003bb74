"""What is heard in a transcript: the words that count, and none that only sound like them."""

import pytest
from hypothesis import given, strategies as st

from backend.calls.models import Turn
from backend.conduct.hearing import find_denial, find_disclosure, find_opt_out
from tests.conduct.sentences import (
    DENIED,
    DISCLOSED,
    NEVER,
    ORDINARY,
    PERHAPS,
    SURE,
    UNDENIED,
    UNDISCLOSED,
    lines,
)


def turns(*said: str) -> list[Turn]:
    spoken = [line.partition(": ") for line in said]
    return [
        Turn.model_validate({"turn": number, "role": role, "text": text})
        for number, (role, _, text) in enumerate(spoken)
    ]


def _sureness(text: str) -> bool | None:
    found = find_opt_out(turns("agent: Hello.", f"user: {text}"), is_machine=False)
    return None if found is None else found.is_sure


@pytest.mark.parametrize("text", lines(SURE))
def test_who_asks_for_no_more_calls_is_heard(text: str) -> None:
    assert _sureness(text) is True


@pytest.mark.parametrize("text", lines(PERHAPS))
def test_who_may_mean_something_less_is_for_a_person_to_judge(text: str) -> None:
    assert _sureness(text) is False


@pytest.mark.parametrize("text", lines(ORDINARY))
def test_an_ordinary_sentence_is_never_sure(text: str) -> None:
    assert _sureness(text) is not True


@pytest.mark.parametrize(
    "other", ["?", ", he said", " at nine", ". I have a new number.", " if so"]
)
@pytest.mark.parametrize("text", [text for text in lines(SURE) if ". " not in text])
def test_what_narrows_a_sentence_leaves_it_to_a_person(text: str, other: str) -> None:
    assert _sureness(text.rstrip(".!") + other) is not True


@pytest.mark.parametrize("text", lines(NEVER))
def test_who_says_something_else_is_not_misheard(text: str) -> None:
    assert _sureness(text) is None


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, all_ in DISCLOSED.items() for text in lines(all_)]
)
def test_a_disclosure_is_heard_with_its_words(kind: str, text: str) -> None:
    found = find_disclosure(kind, turns("user: Hello?", f"agent: Good morning. {text}"))

    assert found is not None
    assert (found.turn, found.quote) == (1, text)


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, all_ in UNDISCLOSED.items() for text in lines(all_)]
)
def test_what_discloses_nothing_counts_for_nothing(kind: str, text: str) -> None:
    assert find_disclosure(kind, turns(f"agent: {text}")) is None


@pytest.mark.parametrize("text", lines(DENIED))
def test_who_denies_being_a_machine_is_heard_with_their_words(text: str) -> None:
    found = find_denial(turns("user: Are you a robot?", f"agent: {text} How are you?"))

    assert found is not None
    assert (found.turn, found.quote) == (1, text)


@pytest.mark.parametrize("text", lines(UNDENIED))
def test_what_denies_nothing_is_no_denial(text: str) -> None:
    assert find_denial(turns(f"agent: {text}")) is None


@pytest.mark.parametrize("denial", ["I'm not a robot.", "No, not a machine."])
def test_a_denial_cancels_no_disclosure_before_or_after_it(denial: str) -> None:
    disclosure = "I'm an AI assistant from Brightline."
    for said in (
        (f"agent: {disclosure}", f"agent: {denial}"),
        (f"agent: {denial}", f"agent: {disclosure}"),
        (f"agent: {disclosure} {denial}",),
        (f"agent: {denial} {disclosure}",),
    ):
        found = find_disclosure("ai", turns(*said))

        assert found is not None
        assert found.quote == disclosure


def test_a_denial_stands_until_it_is_put_right() -> None:
    denied = ["agent: I'm an AI assistant."] * 2 + ["user: Really?", "agent: No, I'm human."]

    standing = find_denial(turns(*denied))
    put_right = find_denial(turns(*denied, "agent: I was joking. I'm an AI assistant."))

    assert standing is not None
    assert (standing.turn, standing.quote) == (3, "No, I'm human.")
    assert put_right is None


def test_only_the_agent_denies() -> None:
    assert find_denial(turns("user: I'm not a robot.", "agent: Okay.")) is None


def test_what_belongs_to_the_beginning_counts_there_alone() -> None:
    late = turns(*["agent: One moment."] * 3, "agent: I'm an AI assistant.", "agent: Opt out?")

    assert find_disclosure("ai", late) is None
    assert find_disclosure("opt_out", turns(*["agent: Hm."] * 5, "agent: You can opt out."))


def test_only_the_other_side_asks_and_only_the_agent_discloses() -> None:
    swapped = turns("agent: Never call me again.", "user: I'm an AI assistant.")

    assert find_opt_out(swapped, is_machine=False) is None
    assert find_disclosure("ai", swapped) is None


def test_sure_words_go_before_unsure_ones_and_a_machine_says_nothing_for_sure() -> None:
    said = turns("user: Leave me alone.", "user: And stop calling me.")

    sure = find_opt_out(said, is_machine=False)
    machine = find_opt_out(said, is_machine=True)

    assert sure is not None
    assert (sure.turn, sure.is_sure) == (1, True)
    assert machine is not None
    assert (machine.turn, machine.is_sure) == (0, False)


@given(st.lists(st.sampled_from(lines(SURE + PERHAPS + NEVER)) | st.text(), max_size=4))
def test_a_quote_is_in_its_turn_as_it_was_said(said: list[str]) -> None:
    spoken = [Turn(turn=n, role="user", text=text) for n, text in enumerate(said)]

    found = find_opt_out(spoken, is_machine=False)

    assert found is None or found.quote in said[found.turn]


def test_what_they_say_next_may_narrow_it() -> None:
    said = turns("user: Don't call this number again.", "agent: Sorry.", "user: Use my cell.")

    found = find_opt_out(said, is_machine=False)

    assert found is not None
    assert (found.turn, found.is_sure) == (0, False)


@pytest.mark.parametrize(("languages", "is_sure"), [({"es"}, True), ({"en"}, False), ((), True)])
def test_words_of_a_language_that_is_not_spoken_are_unsure(
    languages: set[str], *, is_sure: bool
) -> None:
    said = turns("user: No me llamen más.")

    found = find_opt_out(said, is_machine=False, languages=languages)

    assert found is not None
    assert found.is_sure is is_sure


def test_a_quote_that_was_decided_on_hides_no_other() -> None:
    said = turns("user: Leave me alone.", "user: Don't call me.")

    found = find_opt_out(said, is_machine=False, but=["leave me alone"])
    nothing = find_opt_out(said[:1], is_machine=False, but=["Leave me alone!"])

    assert found is not None
    assert (found.turn, nothing) == (1, None)
