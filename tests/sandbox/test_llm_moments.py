"""Dates, times and lengths of time as people say them. It is Friday, 20 November 2026."""

from datetime import UTC, date, datetime, time

import pytest

from backend.sandbox.llm.answering.clock_times import find_durations, find_times
from backend.sandbox.llm.answering.dates import find_dates
from backend.sandbox.llm.answering.instants import find_instants, likely

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("see you tomorrow", "tomorrow", date(2026, 11, 21)),
        ("the day after tomorrow", "the day after tomorrow", date(2026, 11, 22)),
        ("on Friday", "Friday", date(2026, 11, 27)),
        ("on Monday", "Monday", date(2026, 11, 23)),
        ("next Thursday", "next Thursday", date(2026, 11, 26)),
        ("Thursday next week", "Thursday next week", date(2026, 11, 26)),
        ("last Friday", "last Friday", date(2026, 11, 13)),
        ("until March 13th", "March 13th", date(2027, 3, 13)),
        ("the 4th of December", "the 4th of December", date(2026, 12, 4)),
        ("December the fourth", "December the fourth", date(2026, 12, 4)),
        ("May 3, 2028", "May 3, 2028", date(2028, 5, 3)),
        ("on the 11th, I think", "the 11th", date(2026, 12, 11)),
        ("12/24", "12/24", date(2026, 12, 24)),
        ("24/12/27", "24/12/27", date(2027, 12, 24)),
        ("2027-01-31", "2027-01-31", date(2027, 1, 31)),
        ("some time next week", "next week", None),
        ("June 31st", "June 31st", None),
        ("by January", "January", None),
        ("el martes", "martes", date(2026, 11, 24)),
        ("15 de marzo", "15 de marzo", date(2027, 3, 15)),
    ],
)
def test_a_date_is_worked_out_from_today(text: str, words: str, expected: date | None) -> None:
    (found,) = find_dates(text, TODAY)

    assert (text[found.start : found.end], found.day) == (words, expected)


@pytest.mark.parametrize("text", ["I may go", "the first stop", "a second one", "the day", ""])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text, TODAY) == ()


def test_without_a_today_only_full_dates_are_known() -> None:
    found = find_dates("tomorrow, Friday, March 3rd or 2027-03-03", None)

    assert [day.day for day in found] == [None, None, None, date(2027, 3, 3)]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("at 5:45 p.m. sharp", "5:45 p.m", time(17, 45)),
        ("around six thirty pm", "six thirty pm", time(18, 30)),
        ("8 in the morning", "8 in the morning", time(8)),
        ("twelve in the morning", "twelve in the morning", time(0)),
        ("half past 2", "half past 2", time(14, 30)),
        ("a quarter to five", "a quarter to five", time(16, 45)),
        ("9 o'clock", "9 o'clock", time(9)),
        ("by noon", "noon", time(12)),
        ("midnight", "midnight", time(0)),
        ("at 14:30", "14:30", time(14, 30)),
        ("evening 6", "evening 6", time(18)),
        ("until 5, I guess", "5", time(17)),
        ("let's say two thirty", "two thirty", time(14, 30)),
        ("a las cinco y media de la tarde", "cinco y media de la tarde", time(17, 30)),
    ],
)
def test_a_time_of_day_is_read_as_people_mean_it(text: str, words: str, expected: time) -> None:
    (found,) = find_times(text)

    assert (text[found.start : found.end], likely(found)) == (words, expected)


@pytest.mark.parametrize(
    "text",
    ["at 2355 Chestnut", "about two hours", "at one point", "25:10", "I-80", "version 3.15.2"],
)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert find_times(text) == ()


@pytest.mark.parametrize(
    ("text", "words", "seconds"),
    [
        ("about two hours late", "two hours", 7200),
        ("in an hour and a half", "an hour and a half", 5400),
        ("half an hour", "half an hour", 1800),
        ("a couple of days", "couple of days", 172_800),
        ("2-minute wait", "2-minute", 120),
        ("tres semanas", "tres semanas", 1_814_400),
    ],
)
def test_a_length_of_time_is_measured(text: str, words: str, seconds: float) -> None:
    (found,) = find_durations(text)

    assert (text[found.start : found.end], found.seconds) == (words, seconds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow at 8 in the morning", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("at 3 on Monday", datetime(2026, 11, 23, 15, tzinfo=UTC)),
        ("around ten", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("around nine", datetime(2026, 11, 20, 21, tzinfo=UTC)),
        ("at 8 am", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("in about two hours", datetime(2026, 11, 20, 11, 4, 5, tzinfo=UTC)),
        ("I'm 30 minutes out", datetime(2026, 11, 20, 9, 34, 5, tzinfo=UTC)),
    ],
)
def test_an_instant_is_the_next_that_fits(text: str, expected: datetime) -> None:
    assert [moment for *_, moment in find_instants(text, NOW)] == [expected]


@pytest.mark.parametrize("text", ["two hours late", "on Monday", "soon"])
def test_a_delay_or_a_day_alone_names_no_instant(text: str) -> None:
    assert list(find_instants(text, NOW)) == []


def test_without_a_now_there_are_no_instants() -> None:
    assert list(find_instants("tomorrow at 8", None)) == []
