"""What is sensitive is found, and what is only a number is left."""

import random
import time

import pytest

from backend.redaction.finding import Sensitive, find
from tests.redaction.conversations import MAKERS, NAMES, ordinary, sentence

ALL = tuple(Sensitive)
PLANTED = 5_000


@pytest.mark.parametrize("kind", ALL)
def test_of_five_thousand_planted_at_most_one_in_a_hundred_is_missed(kind: Sensitive) -> None:
    chance = random.Random(f"planted {kind}")
    missed = []
    for _ in range(PLANTED):
        planted = MAKERS[kind](chance)
        said = sentence(chance, planted)
        begin = said.index(planted)
        # What leads up to it may stay: the digits of a social security number are what counts.
        inner = planted.removeprefix("my social is ")
        first = begin + len(planted) - len(inner)
        spans = find(said, [kind], names=NAMES if kind is Sensitive.NAME else ())
        if not any(start <= first and first + len(inner) <= end for start, end, _ in spans):
            missed.append(said)
    assert len(missed) <= PLANTED // 100, missed[:20]


def test_of_ordinary_numbers_at_most_one_in_a_hundred_is_masked() -> None:
    chance = random.Random("ordinary")
    masked = []
    for _ in range(PLANTED):
        said = sentence(chance, ordinary(chance))
        if find(said, ALL):
            masked.append(said)
    assert len(masked) <= PLANTED // 100, masked[:20]


@pytest.mark.parametrize(
    ("said", "kind", "found"),
    [
        ("it's 4111 1111 1111 1111 ok", Sensitive.CARD, "4111 1111 1111 1111"),
        ("four" + " one" * 15, Sensitive.CARD, None),
        ("call 415 555 0100 then", Sensitive.PHONE, "415 555 0100"),
        ("plus one four one five five five five oh one double oh", Sensitive.PHONE, None),
        ("mike at example dot com", Sensitive.EMAIL, "mike at example dot com"),
        ("GB82 WEST 1234 5698 7654 32, yes", Sensitive.IBAN, "GB82 WEST 1234 5698 7654 32"),
        ("GB82, WEST 1234.\n5698 7654 32", Sensitive.IBAN, "GB82, WEST 1234.\n5698 7654 32"),
        ("on 34 GB82 WEST 1234 5698 7654 32", Sensitive.IBAN, "GB82 WEST 1234 5698 7654 32"),
        ("it is 123-45-6789", Sensitive.SSN, "123-45-6789"),
    ],
)
def test_it_is_found_as_people_say_it(said: str, kind: Sensitive, found: str | None) -> None:
    ((start, end, told),) = find(said, ALL)

    assert (told, said[start:end]) == (kind, found or said)


@pytest.mark.parametrize(
    "said",
    [
        "4111 1111 1111 1112",
        "GB83 WEST 1234 5698 7654 32",
        "666-45-6789",
        "load 48213, 45000 pounds, 3:30, exit 415",
        "I'll be at the dock at 5, or 6",
        "",
    ],
)
def test_what_does_not_check_is_left(said: str) -> None:
    assert find(said, ALL) == []


def test_only_what_is_asked_for_is_found() -> None:
    said = "4111111111111111 or mike@example.com"

    assert [span.kind for span in find(said, [Sensitive.EMAIL])] == [Sensitive.EMAIL]


def test_a_long_text_takes_no_longer_a_word() -> None:
    """An hour of digits, as somebody might send to keep a worker busy."""
    short, long = "4 1 5 " * 50, "4 1 5 " * 1_000

    def seconds(text: str) -> float:
        began = time.process_time()
        find(text, ALL)
        return time.process_time() - began

    assert seconds(long) < 400 * max(seconds(short), 0.001)


_PLAIN_SHAPES = {
    "one word": "a",
    "words with dots": "a.",
    "a sign at every other place": "a@",
    "signs alone": "@",
    "at after at": "a at a.",
    "spaces": " ",
    "said with dots": "a dot ",
    "at, and a host that never ends": "at a dot ",
    "digits in one": "7",
    "digits apart": "7 ",
    "letters and digits": "DE12 ",
    "double": "double   ",
    "plus": "+",
    "number and plus": "+1 ",
    "social": "social 1 ",
    "brackets": "(",
    "dashes": "1-",
    "a number said": "four one double oh ",
    "other letters": "\u0930\u093f ",
}


@pytest.mark.parametrize("shape", _PLAIN_SHAPES.values(), ids=_PLAIN_SHAPES.keys())
def test_whatever_is_sent_takes_a_time_that_grows_with_its_length_alone(shape: str) -> None:
    def seconds(length: int) -> float:
        text = (shape * length)[:length]
        began = time.process_time()
        find(text, ALL, names=["Maria Okafor"])
        return time.process_time() - began

    assert seconds(24_000) < 10 * max(seconds(6_000), 0.05)


def test_many_names_take_a_time_that_grows_with_their_number_alone() -> None:
    def seconds(count: int) -> float:
        names = [f"a n{number}" for number in range(count)]
        text = "a " * count
        began = time.process_time()
        find(text, [Sensitive.NAME], names=names)
        return time.process_time() - began

    assert seconds(20_000) < 10 * max(seconds(5_000), 0.05)


@pytest.mark.parametrize(
    ("said", "names", "found"),
    [
        ("it is maria  OKAFOR, yes", ["Maria Okafor"], ["maria  OKAFOR"]),
        ("Okafor or Marianne", ["Maria Okafor"], ["Okafor"]),
        ("Mr O'Brien (Bo)", ["O'Brien", "(Bo)"], ["O'Brien", "Bo"]),
        ("this is Anne-Marie.", ["Anne-Marie"], ["Anne-Marie"]),
        ("J R called", ["J R"], ["J R"]),
        ("nobody of them", ["A", "", "  ", "-"], []),
    ],
)
def test_names_are_found_whole_and_by_their_parts(
    said: str, names: list[str], found: list[str]
) -> None:
    spans = find(said, [Sensitive.NAME], names=names)

    assert [said[start:end] for start, end, _ in spans] == found
