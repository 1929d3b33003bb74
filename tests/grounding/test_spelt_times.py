from datetime import datetime
from typing import Any

import pytest

from backend.grounding.agreement.english import contradiction
from backend.grounding.agreement.evidenced import Evidenced
from backend.grounding.agreement.spelt_times import spelt_out
from backend.grounding.fields import Scalar
from tests.records.calls import BEGAN_AT

KINDS = {
    "time": Scalar(kind="string", format="time"),
    "text": Scalar(kind="string"),
    "instant": Scalar(kind="string", format="date-time"),
}
kinds = pytest.mark.parametrize("kind", KINDS)
# A quote, what it says, and what it does not say.
SAID = [
    ("five five five", "05:55", "05:45"),
    ("zero seven three zero", "07:30", "07:20"),
    ("zero 7 3 0", "07:30", "07:20"),
    ("fifteen thirty", "15:30", "15:20"),
    ("sixteen thirty hours", "16:30", "16:40"),
    ("oh eight hundred", "08:00", "09:00"),
    ("zero eight hundred hours", "08:00", "07:00"),
    ("twelve hundred", "12:00", "11:00"),
    ("twenty hundred hours", "20:00", "21:00"),
    ("seventeen oh five", "17:05", "17:15"),
    ("five oh five", "05:05", "05:15"),
    ("oh eight oh five", "08:05", "08:50"),
    ("eight three zero", "08:30", "08:20"),
    ("seven three oh in the morning", "07:30", "07:13"),
    ("seven three zero p.m.", "19:30", "19:20"),
    ("zero zero three zero", "00:30", "00:20"),
    ("two two one zero", "22:10", "22:20"),
    ("one one one one", "11:11", "11:12"),
    ("0730", "07:30", "07:20"),
    ("eight fifteen", "08:15", "08:50"),
    ("be there at seven", "07:00", "08:00"),
]
said = pytest.mark.parametrize(("quote", "right", "wrong"), SAID)


def found(kind: str, clock: str, quote: str) -> str | None:
    value: Any = clock
    if kind == "instant":
        hour, minute = map(int, clock.split(":"))
        value = datetime(2026, 11, 22, hour, minute, tzinfo=BEGAN_AT.tzinfo).isoformat()
    evidenced = Evidenced(name="arrival", value=value, quote=quote, began_at=BEGAN_AT)
    return contradiction(KINDS[kind], evidenced)


@kinds
@said
def test_a_time_that_is_spelt_out_supports_the_value(
    kind: str, quote: str, right: str, wrong: str
) -> None:
    assert found(kind, right, quote) is None


@kinds
@said
def test_a_time_that_is_spelt_out_speaks_against_another_value(
    kind: str, quote: str, right: str, wrong: str
) -> None:
    assert found(kind, wrong, quote) is not None


@pytest.mark.parametrize("kind", ["time", "instant"])
@pytest.mark.parametrize(
    ("quote", "other_half"),
    [("seven three zero p.m.", "07:30"), ("7:30 in the evening", "07:30"), ("8 a.m.", "20:00")],
)
def test_the_other_half_of_the_day_is_another_time(kind: str, quote: str, other_half: str) -> None:
    assert found(kind, other_half, quote) is not None


@pytest.mark.parametrize(
    ("texts", "is_clock", "read"),
    [
        ("4 1 5 5 5 5 0 1 0 0", True, "4 1 5 5 5 5 0 1 0 0"),
        ("march 5 2026", False, "march 5 2026"),
        ("8 o clock", True, "8 o clock"),
        ("1200 dollars", False, "1200 dollars"),
        ("1530", False, "1530"),
        ("1530", True, "15 30"),
        ("9 9 9", True, "9 9 9"),
        ("4 5 people", True, "4 5 people"),
    ],
)
def test_what_is_no_time_is_left_as_it_is(texts: str, read: str, *, is_clock: bool) -> None:
    assert spelt_out(texts.split(), is_clock=is_clock) == read.split()


def test_one_at_night_is_early() -> None:
    assert found("instant", "01:00", "at one at night") is None
