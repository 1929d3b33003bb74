import pytest
from hypothesis import given, strategies as st

from backend.grounding.speech.words import composed, decisive, words


def said(text: str) -> list[str]:
    return [word.text for word in words(composed(text))]


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("I'm late.", ["i am late", "Im LATE!", "I\u2019m, uh, late\u2026"]),
        ("can't", ["cannot", "cant", "can not", "can\u2019t"]),
        ("won't", ["will not", "wont"]),
        ("they don't", ["they dont", "they do not"]),
        ("two hours", ["2 hours", "Two, um, hours"]),
        ("twenty-five", ["25", "twenty five"]),
        ("one thousand two hundred and ninety", ["1,290", "$1290", "1290"]),
        ("two thousand five hundred", ["2500", "2 thousand 500"]),
        ("fifteen hundred", ["1500"]),
        ("a hundred", ["a 100"]),
        ("fifty k", ["50k", "50,000", "fifty thousand"]),
        ("1.2 million", ["1,200,000"]),
        ("March third", ["march 3rd", "March 3"]),
        ("the twenty-first", ["the 21st", "the 21"]),
        ("eight thirty p.m.", ["8:30 pm", "8:30 P.M."]),
        ("08:00", ["8:00", "eight zero"]),
        ("Jos\u00e9's caf\u00e9", ["jose's cafe", "Jose\u0301\u2019s cafe\u0301"]),
        ("Stra\u00dfe", ["STRASSE"]),
        ("\u0663", ["3"]),
    ],
)
def test_what_sounds_the_same_reads_the_same(text: str, others: list[str]) -> None:
    for other in others:
        assert said(other) == said(text), other


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("can", "can't"),
        ("two", "three"),
        ("8:30 am", "8:30 pm"),
        ("fifty, five", "fifty-five"),
        ("twenty twenty-six", "46"),
        ("one two three", "123"),
        ("thirteen hundred", "thirty hundred"),
        ("2.5", "25"),
    ],
)
def test_what_sounds_different_reads_differently(text: str, other: str) -> None:
    assert said(text) != said(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u6211\u660e\u5929\u53bb", ["\u6211", "\u660e", "\u5929", "\u53bb"]),
        ("\u0928\u0939\u0940\u0902, \u0915\u0932", ["\u0928\u0939\u0940\u0902", "\u0915\u0932"]),
        ("d\u00e9j\u00e0 vu", ["deja", "vu"]),
        ("", []),
        ("... \u2014 !", []),
    ],
)
def test_other_scripts_are_read_too(text: str, expected: list[str]) -> None:
    assert said(text) == expected


@given(st.text())
def test_any_text_can_be_read_and_each_word_has_its_place(text: str) -> None:
    text = composed(text)
    found = words(text)

    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert [word.start for word in found] == sorted(word.start for word in found)


@given(st.text(alphabet="abc XYZ'.,-0123456789\u00e9"))
def test_case_does_not_matter(text: str) -> None:
    assert said(text.upper()) == said(text.lower())


def test_the_words_that_decide_are_numbers_negations_and_times() -> None:
    found = decisive(said("No, I can't be there at 8 on Friday, not tomorrow at two pm"))

    assert sorted(found.elements()) == sorted("no not not 8 friday tomorrow 2 pm".split())  # noqa: SIM905 - reads as said
