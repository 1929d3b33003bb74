"""Amounts as people say them, in the field's own unit and of all who are counted."""

import pytest

from tests.records.contradictions import contradicted

COUNT = {"type": "integer"}


@pytest.mark.parametrize(
    ("quote", "right", "wrong"),
    [
        ("three quarters of an hour", 45, 3),
        ("three-quarters of an hour", 45, 35),
        ("an hour and a quarter", 75, 60),
        ("an hour and three quarters", 105, 60),
        ("one and a quarter hours", 75, 15),
        ("one hour forty five", 105, 45),
        ("1 hour and 20 minutes", 80, 20),
        ("2h", 120, 180),
        ("two and a half thousand", 2500, 2000),
        ("three quarters of a thousand", 750, 3),
        ("a million and a half", 1_500_000, 1_000_000),
        ("two dozen", 24, 2),
        ("a couple dozen", 24, 12),
        ("half a dozen", 6, 12),
        ("a dozen and a half", 18, 12),
        ("a couple of nights", 2, 3),
        ("both of us", 2, 4),
        ("a fortnight", 14, 7),
        ("a family of four", 4, 3),
        ("two couples", 4, 2),
        ("a week and a half", 10, 7),
        ("a week and three days", 10, 3),
        ("twenty nineteen", 2019, 2020),
        ("between ten and twelve", 11, 10),
    ],
)
def test_an_amount_is_reckoned_as_it_was_said(quote: str, right: int, wrong: int) -> None:
    is_span = quote.startswith("between")
    assert is_span or contradicted(COUNT, right, quote) is None
    assert contradicted(COUNT, wrong, quote) is not None


@pytest.mark.parametrize(
    ("name", "description", "quote", "right", "wrong"),
    [
        ("minutes_late", "", "two hours", 120, 2),
        ("number_of_days", "", "one week", 7, 1),
        ("stay", "Length of the stay in nights", "two weeks", 14, 2),
        ("passengers", "", "two adults and one child", 3, 2),
    ],
)
def test_an_amount_is_counted_as_its_field_counts(
    name: str, description: str, quote: str, right: int, wrong: int
) -> None:
    field = {**COUNT, "description": description}
    assert contradicted(field, right, quote, name=name) is None
    assert contradicted(field, wrong, quote, name=name) is not None


def test_what_is_counted_by_itself_or_by_the_night_is_left_alone() -> None:
    assert contradicted(COUNT, 2, "two adults and one child", name="number_of_adults") is None
    rate = {**COUNT, "description": "Price per night"}
    assert contradicted(rate, 100, "100 dollars for a week", name="price") is None
    assert contradicted(COUNT, 10, "from ten to twelve", name="earliest_hour") is None
    assert contradicted(COUNT, 10, "between ten and twelve", name="earliest_hour") is None


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("770 9th Avenue", "seven seventy ninth avenue"),
        ("770 9th Avenue", "seven hundred seventy ninth avenue"),
        ("1512 West 5th Street", "fifteen twelve west fifth street"),
        ("415-555-0132", "415-555-0132"),
        ("415-555-0132", "415 555 01 32, after 5 pm"),
        ("415-555-0132", "415 triple five 0132, after five"),
    ],
)
def test_street_and_phone_numbers_may_be_said_in_groups(value: str, quote: str) -> None:
    assert contradicted({"type": "string"}, value, quote) is None


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("771 9th Avenue", "seven seventy ninth avenue"),
        ("415-555-0123", "415-555-0132"),
        ("416-555-0132", "415-555-0132"),
        ("415-555-0132", "Thank you, I have noted all of that."),
    ],
)
def test_another_number_than_the_one_in_groups_is_caught(value: str, quote: str) -> None:
    assert contradicted({"type": "string"}, value, quote) is not None
