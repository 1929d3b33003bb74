from typing import Any

import pytest

from backend.grounding.agreement.english import contradiction
from backend.grounding.agreement.evidenced import Evidenced
from backend.grounding.fields import Scalar, read_schema
from tests.records.calls import BEGAN_AT

FIELDS: dict[str, dict[str, Any]] = {
    "load_secure": {"type": "boolean", "description": "Whether the load is secure."},
    "no_injuries": {"type": "boolean"},
    "status": {"type": "string", "enum": ["on_time", "delayed", "arrived", "at the dock", "no"]},
    "seats": {"type": "integer"},
    "late_minutes": {"type": "integer"},
    "budget": {"type": "number"},
    "callback": {"type": "string", "format": "phone"},
    "due": {"type": "string", "format": "date"},
    "at": {"type": "string", "format": "time"},
    "eta": {"type": "string", "format": "date-time"},
    "time": {"type": "string"},
    "city": {"type": "string"},
    "reason": {"type": "string"},
    "genre": {"type": "string"},
    "mail": {"type": "string", "format": "email"},
    "refundable": {"type": "boolean", "description": "Whether the ticket is refundable or not"},
    "fare": {"type": "string", "enum": ["Economy", "Premium Economy", "First Class"]},
    "phone": {"type": "string"},
    "price": {"type": "string"},
    "year": {"type": "integer"},
}
ROOT = read_schema({"type": "object", "properties": FIELDS})


def found(name: str, value: Any, quote: str, **around: Any) -> str | None:
    field = ROOT.members[name]
    assert isinstance(field, Scalar)
    return contradiction(field, Evidenced(name=name, value=value, quote=quote, **around))


@pytest.mark.parametrize(
    ("name", "value", "quote"),
    [
        ("load_secure", True, "No."),
        ("load_secure", True, "nope, sorry"),
        ("load_secure", False, "Yes, sir."),
        ("load_secure", True, "it's not secure"),
        ("status", "on_time", "I'm delayed"),
        ("status", "arrived", "I'm on time"),
        ("status", "delayed", "at the dock"),
        ("seats", 4, "three seats"),
        ("seats", 3, "two of the seats, row 12"),
        ("late_minutes", 180, "two hours late"),
        ("late_minutes", 45, "half an hour"),
        ("late_minutes", 90, "a quarter of an hour"),
        ("late_minutes", 140, "two and a half hours"),
        ("late_minutes", 30, "an hour"),
        ("seats", 3, "two of us"),
        ("seats", 2, "just me"),
        ("seats", 3, "me and my wife"),
        ("seats", 3, "me and three friends"),
        ("seats", 21, "20 percent"),
        ("late_minutes", 90, "an hour and twenty minutes"),
        ("year", 1986, "eighty-five"),
        ("time", "5 pm", "sixteen hundred hours"),
        ("price", "$3,000", "2 grand"),
        ("phone", "415-555-0133", "five five five zero one thirty two"),
        ("seats", 4, "can you help me with that"),
        ("seats", 4, "no, that is all"),
        ("budget", 4.0, "four and a half stars"),
        ("price", "$152", "until March 14th"),
        ("price", "$3,200", "I have noted all of that"),
        ("budget", -4, "minus 5"),
        ("budget", 1206, "$1,205"),
        ("budget", 8.9, "seven point nine"),
        ("refundable", False, "Yes."),
        ("fare", "First Class", "Premium Economy"),
        ("late_minutes", 45, "thirty-five minutes"),
        ("budget", 1300, "twelve hundred a month"),
        ("budget", 500, "50k"),
        ("budget", 121, "a hundred and twenty dollars"),
        ("callback", "+14155550101", "four one five, five five five, zero one zero zero"),
        ("due", "2026-11-21", "on the 22nd of November"),
        ("due", "2026-11-21", "in December"),
        ("due", "2026-11-21", "next Friday"),
        ("at", "09:30", "8:30"),
        ("at", "20:00", "at seven pm"),
        ("time", "8:30 pm", "no, 9:30"),
        ("time", "8:30 am", "8:30 pm"),
        ("time", "tomorrow", "today"),
        ("time", "next Thursday", "next Monday"),
        ("time", "March 4th", "March 3rd"),
        ("time", "half past 4", "half past 3"),
        ("time", "1:30 pm", "you have a winner"),
        ("time", "next Friday", "lovely, thank you"),
        ("eta", "2026-11-21T23:05:00Z", "four one five, five five five, zero one zero zero"),
        ("city", "Sacramento", "I'm in Las Vegas"),
        ("city", "New York", "Newark"),
    ],
)
def test_a_value_that_its_quote_denies_is_caught(name: str, value: Any, quote: str) -> None:
    assert found(name, value, quote) is not None


@pytest.mark.parametrize(
    ("name", "value", "quote"),
    [
        ("load_secure", True, "Yes."),
        ("load_secure", False, "no"),
        ("load_secure", True, "no, no, it's all tied down"),
        ("load_secure", False, "it's not secure"),
        ("no_injuries", True, "No."),
        ("status", "delayed", "I'm running late"),
        ("status", "arrived", "I'm not delayed, I'm here"),
        ("status", "delayed", "delayed, not on time"),
        ("status", "arrived", "I was delayed on the way up but by now I am parked at door 14"),
        ("status", "delayed", "no"),
        ("seats", 3, "three seats"),
        ("seats", 3, "me and two friends"),
        ("seats", 5, "two adults and three kids"),
        ("seats", 1, "just me"),
        ("seats", 2, "my wife and I"),
        ("seats", 3, "two of us, no, make it three"),
        ("seats", 4, "just me and the kids"),
        ("seats", 0, "direct, please"),
        ("seats", 7, "a week"),
        ("seats", 1, "myself"),
        ("seats", 0, "no one"),
        ("seats", 3, "Thursday through Sunday"),
        ("seats", 14, "a fortnight"),
        ("seats", 8, "a week and a day"),
        ("late_minutes", 80, "an hour and twenty minutes"),
        ("budget", 1500000, "one and a half million"),
        ("year", 1985, "eighty-five"),
        ("year", 2009, "oh nine"),
        ("time", "4 pm", "sixteen hundred hours"),
        ("at", "13:00", "thirteen hundred"),
        ("at", "07:00", "first thing, seven"),
        ("time", "1st of March", "Mar 1"),
        ("due", "2026-12-25", "on Christmas"),
        ("price", "$2,000", "2 grand"),
        ("price", "$0", "no charge"),
        ("phone", "415-555-0132", "five five five zero one thirty two"),
        ("seats", 2, "me and my cousin"),
        ("seats", 1, "I need a room"),
        ("seats", 0, "no bags"),
        ("late_minutes", 15, "a quarter of an hour"),
        ("late_minutes", 60, "about an hour"),
        ("budget", 300, "300 dollars a week"),
        ("budget", 4.5, "four and a half stars"),
        ("budget", 7.9, "seven point nine"),
        ("budget", -5, "5 below zero"),
        ("budget", 20, "nineteen ninety-nine"),
        ("refundable", True, "Yes."),
        ("fare", "Premium Economy", "premium economy"),
        ("time", "12:30 am", "twelve thirty at night"),
        ("phone", "415-555-0132", "four one five, five five five, oh one three two"),
        ("price", "$23.50", "twenty three dollars and fifty cents"),
        ("seats", 12, "a dozen"),
        ("late_minutes", 120, "two hours late"),
        ("late_minutes", 90, "an hour and a half"),
        ("late_minutes", 30, "half an hour"),
        ("late_minutes", 150, "two and a half hours"),
        ("budget", 1200, "$1,200"),
        ("budget", 1250, "fifteen thousand a year"),
        ("budget", 50000, "50k"),
        ("budget", 19.99, "nineteen ninety-nine"),
        ("callback", "+14155550100", "four one five, five five five, zero one zero zero"),
        ("callback", "+14155550100", "the number you called"),
        ("callback", "+14155550100", "it ends in 0100"),
        ("due", "2026-11-21", "on the 21st of November"),
        ("due", "2026-11-21", "Saturday"),
        ("due", "2026-11-21", "the day after Friday"),
        ("due", "2026-11-21", "tomorrow at 8"),
        ("due", "2026-11-21", "I may come"),
        ("at", "20:30", "8:30 in the evening"),
        ("at", "08:00", "eight o'clock"),
        ("at", "08:45", "quarter to nine"),
        ("eta", "2026-11-21T08:00:00Z", "seven, no, put eight"),
        ("time", "8:30 pm", "evening 8:30"),
        ("time", "20:30", "8:30 pm"),
        ("time", "2:30", "half past 2"),
        ("time", "March 5th", "next Tuesday for 3 days"),
        ("time", "the 5th", "March 5th"),
        ("time", "I am coming at 8", "8 pm"),
        ("time", "at noon", "whenever"),
        ("time", "3 days", "a couple of nights"),
        ("city", "Las Vegas", "Vegas"),
        ("city", "LA", "Los Angeles"),
        ("city", "New York", "NYC"),
        ("city", "Washington D.C.", "District of Columbia"),
        ("city", "Bakersfield", "bakers field"),
        ("city", "San Francisco", "San Fran"),
        ("city", "home", "at my place"),
        ("city", "Москва", "in Moscow"),
        ("reason", "Heavy traffic", "they closed two lanes"),
    ],
)
def test_a_value_that_its_quote_allows_is_left_alone(name: str, value: Any, quote: str) -> None:
    assert found(name, value, quote) is None


def test_a_no_to_a_question_that_turns_it_round_is_left_alone() -> None:
    assert (
        found("load_secure", value=True, quote="No.", answers_to="Any problem with the load?")
        is None
    )
    assert found("load_secure", value=True, quote="No.", answers_to="Is it loose or not?") is None
    assert (
        found("load_secure", value=True, quote="No.", answers_to="Is the load secure?") is not None
    )


def test_a_name_the_other_side_had_said_needs_no_more_than_a_yes() -> None:
    assert found("city", "Phoenix", "Yes.", answers_to="Are you near Phoenix?") is None
    assert found("city", "Phoenix", "Yes.", answers_to="Are you near Tucson?") is not None


def test_a_time_the_other_side_had_said_needs_no_more_than_assent() -> None:
    asked = "How about 4:30 pm?"
    assert found("time", "4:30 pm", "Yeah, that works for me", answers_to=asked) is None
    assert found("time", "4:30 pm", "I love that place", answers_to=asked) is not None


def test_a_not_right_before_the_quote_counts() -> None:
    assert found("load_secure", value=True, quote="secure", preceded_by="not") is not None
    assert found("load_secure", value=True, quote="secure", preceded_by="all") is None


@pytest.mark.parametrize(
    ("name", "value", "quote"),
    [
        ("eta", "2026-11-22T15:00:00Z", "tomorrow at eight a.m."),
        ("eta", "2026-11-23T14:00:00Z", "tomorrow at eight a.m."),
        ("eta", "2026-11-23T02:00:00Z", "tomorrow at eight a.m."),
        ("eta", "2026-11-24T14:00:00Z", "Monday, eight o'clock"),
        ("due", "2026-11-21", "tomorrow"),
        ("time", "tomorrow", "today around noon"),
        ("time", "next Monday", "March 3rd"),
        ("time", "8:30", "quarter past 9"),
        ("time", "half past 3 in the afternoon", "at 12 pm"),
        ("time", "the 9th of this month", "on March 4th"),
        ("time", "next Tuesday", "that makes 174 dollars"),
        ("time", "3:30 pm", "you will hear from us soon"),
        ("seats", 3, "we'd like seats by the window"),
        ("mail", "anna@example.com", "robert dot miller at acme dot org"),
        ("city", "San Rafael", "in Santa Rosa"),
    ],
)
def test_with_the_start_of_the_call_days_and_times_are_reckoned(
    name: str, value: Any, quote: str
) -> None:
    assert found(name, value, quote, began_at=BEGAN_AT) is not None


@pytest.mark.parametrize(
    ("name", "value", "quote"),
    [
        ("eta", "2026-11-22T14:00:00Z", "tomorrow at eight a.m."),
        ("eta", "2026-11-22T14:00:00Z", "tomorrow at eight"),
        ("eta", "2026-11-22T02:00:00Z", "tonight at 8 p.m."),
        ("eta", "2026-11-21T18:05:00Z", "in two hours"),
        ("eta", "2026-11-23T14:00:00Z", "Monday, eight o'clock"),
        ("due", "2026-11-22", "tomorrow"),
        ("due", "2026-11-23", "not tomorrow, the day after"),
        ("time", "tomorrow", "Sunday"),
        ("time", "next Monday", "November 23rd"),
        ("time", "quarter to 5", "at 4:45"),
        ("seats", 2, "just me and my wife"),
        ("seats", 1, "only one, no, just a single seat"),
        ("mail", "anna.bell@example.com", "a double n a dot bell at example dot com"),
    ],
)
def test_what_fits_the_start_of_the_call_is_left_alone(name: str, value: Any, quote: str) -> None:
    assert found(name, value, quote, began_at=BEGAN_AT) is None


def test_a_value_that_was_said_elsewhere_is_not_proven_by_any_quote() -> None:
    said = {"all_words": {"i", "like", "drama", "enjoy", "the", "movie"}}

    assert found("genre", "Drama", "Enjoy the movie!", **said) is not None
    assert found("genre", "Opera", "Enjoy the movie!", **said) is not None
    assert found("genre", "Drama", "I like dramas", **said) is None
    assert found("reason", "Opera", "Enjoy the movie!", **said) is None


def test_what_the_other_side_turned_down_is_no_evidence() -> None:
    asked: dict[str, Any] = {"is_agents_turn": True}
    asked |= {"quote": "Is the load secure?", "answered_by": "No."}
    assert found("load_secure", value=True, **asked)
    assert found("load_secure", value=False, **asked) is None
    asked = {"is_agents_turn": True}
    assert found("city", "Indio", "So you are in Indio?", answered_by="No, sir", **asked)
    assert found("city", "Indio", "So you are in Indio?", answered_by="Yes.", **asked) is None
