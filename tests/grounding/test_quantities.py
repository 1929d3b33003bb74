"""Numbers as they are said, read with sign, scale, unit and role."""

import pytest
from hypothesis import given, strategies as st

from backend.grounding.mentions.quantities import NumberRole, quantities_in

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int) -> str:
    """Say a number as an American does."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return f"{TENS[number // 10]} {ONES[number % 10]}" if number % 10 else TENS[number // 10]
    for scale, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            rest = f" {in_words(number % scale)}" if number % scale else ""
            return f"{in_words(number // scale)} {name}{rest}"
    raise AssertionError(number)


def readings(text: str, language: str = "en") -> set[float]:
    [only] = quantities_in(text, language)
    return set(only.readings)


@given(st.integers(0, 9_999_999))
def test_what_is_said_in_words_is_read(number: int) -> None:
    assert number in readings(in_words(number))


@given(st.integers(1, 9_999_999))
def test_a_minus_is_never_lost(number: int) -> None:
    assert readings(f"minus {in_words(number)}") == {-number}
    assert readings(f"it is -{number} there") == {-number}


@given(st.lists(st.integers(0, 9), min_size=2, max_size=12))
def test_digits_read_one_by_one_are_one_number(digits: list[int]) -> None:
    [only] = quantities_in(" ".join(ONES[digit] for digit in digits), "en")

    assert only.digits == "".join(map(str, digits))
    assert not {float(digit) for digit in digits[:1]} & only.readings or len(set(digits)) < 3


@given(st.integers(0, 99), st.integers(1, 9))
def test_a_point_is_never_lost(whole: int, tenth: int) -> None:
    assert readings(f"{in_words(whole)} point {ONES[tenth]}") == {float(f"{whole}.{tenth}")}
    assert readings(f"point {ONES[tenth]}") == {tenth / 10}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2 lakh rupees", 200_000),
        ("two lakh fifty thousand", 250_000),
        ("1,50,000 rupees", 150_000),
        ("three crore", 30_000_000),
        ("two billion", 2_000_000_000),
        ("$1.2M", 1_200_000),
        ("50k", 50_000),
        ("half a million", 500_000),
        ("a couple hundred thousand", 200_000),
        ("one oh five thousand", 105_000),
        ("double two", 22),
        (".5 milligrams", 0.5),
    ],
)
def test_scales_and_figures_are_read_whole(text: str, number: float) -> None:
    assert number in readings(text)


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("fr", "nonante-cinq francs", 95),
        ("fr", "quatre-vingt-dix-sept", 97),
        ("fr", "1 500,50 euros", 1500.5),
        ("de", "zwei Komma fünf Millionen Euro", 2_500_000),
        ("de", "dreiundzwanzig", 23),
        ("es", "treinta y cinco mil", 35_000),
        ("es", "1.500 euros", 1500),
        ("pt", "duzentos e cinquenta", 250),
        ("it", "venticinque", 25),
        ("nl", "vijfentwintig", 25),
    ],
)
def test_other_languages_are_read(language: str, text: str, number: float) -> None:
    assert number in readings(text, language)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("ten to twelve pallets", [NumberRole.END, NumberRole.END]),
        ("10-15 minutes", [NumberRole.END, NumberRole.END]),
        ("seven out of ten", [NumberRole.ALONE, NumberRole.WHOLE]),
        ("twenty two fifty an hour", [NumberRole.RATE]),
        ("16 hours a day", [NumberRole.RATE]),
        ("sixteen pallets", [NumberRole.ALONE]),
    ],
)
def test_a_number_has_a_role(text: str, roles: list[NumberRole]) -> None:
    assert [each.role for each in quantities_in(text, "en")] == roles


def test_unit_and_currency_are_told() -> None:
    [weight], [price] = quantities_in("80 kilos", "en"), quantities_in("40 euros", "en")

    assert (weight.unit, price.currency) == ("kilogram", "EUR")
