"""Days said without weekday and month: holidays, "in two days", "12/3", "the third"."""

import pytest

from tests.records.calls import BEGAN_AT
from tests.records.contradictions import contradicted

DATE = {"type": "string", "format": "date"}
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("January 1st", "New Year's Day"),
        ("January 1st", "on New Year's"),
        ("December 31st", "New Year's Eve"),
        ("December 24th", "Christmas Eve"),
        ("November 23rd", "in two days"),
        ("tomorrow", "in a day"),
        ("today", "this evening"),
        ("today", "as soon as possible"),
        ("day after tomorrow", "in two days"),
        ("3 days", "it takes three days, in 3 days"),
    ],
)
def test_a_day_by_another_name_is_left_alone(value: str, quote: str) -> None:
    assert contradicted(TEXT, value, quote, began_at=BEGAN_AT) is None


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("December 31st", "New Year's Day"),
        ("December 26th", "on Christmas"),
        ("November 24th", "in two days"),
        ("tomorrow", "the day after tomorrow"),
        ("tomorrow", "this evening"),
    ],
)
def test_another_day_than_the_named_one_is_caught(value: str, quote: str) -> None:
    assert contradicted(TEXT, value, quote, began_at=BEGAN_AT) is not None


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("2027-01-01", "New Year's Day"),
        ("2026-12-03", "12/3"),
        ("2026-03-12", "12/3"),
        ("2026-12-03", "on the 3rd"),
        ("2026-12-03", "the third, please"),
        ("2026-11-29", "the third one"),
        ("1985-07-22", "July 22nd nineteen eighty-five"),
        ("1985-07-22", "the 22nd of July eighty-five"),
        ("1985-07-22", "7/22/85"),
        ("2002-02-02", "February second two thousand two"),
        ("2026-11-23", "two days from now"),
        ("2026-12-03", "the 3rd, 24/7"),
        ("2026-12-03", "the third of us can do Thursday"),
        ("2026-12-03", "December third at nineteen thirty"),
        ("2026-12-20", "around Christmas, the week before"),
    ],
)
def test_a_date_that_fits_what_was_said_is_left_alone(value: str, quote: str) -> None:
    assert contradicted(DATE, value, quote, began_at=BEGAN_AT) is None


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("2027-01-02", "New Year's Day"),
        ("2026-12-04", "12/3"),
        ("2026-12-13", "on the 3rd"),
        ("2026-12-03", "on the 3rd of this month"),
        ("2026-12-23", "the third, please"),
        ("1986-07-22", "July 22nd nineteen eighty-five"),
        ("1958-07-22", "the 22nd of July eighty-five"),
        ("1986-07-22", "7/22/85"),
        ("2012-02-02", "February second two thousand two"),
        ("2026-11-24", "two days from now"),
    ],
)
def test_a_date_that_was_not_said_is_caught(value: str, quote: str) -> None:
    assert contradicted(DATE, value, quote, began_at=BEGAN_AT) is not None
