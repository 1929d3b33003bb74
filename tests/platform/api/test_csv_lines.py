"""Lines of CSV that spreadsheets open."""

import pytest

from backend.platform.api import csv_lines


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1*2", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "+", "-a"],  # noqa: RUF001 - meant
)
def test_what_would_be_a_formula_is_text(text: str) -> None:
    assert csv_lines.safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Mike", "+14155550100", "-3.5", "+2", "a=b", "' =1"])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert csv_lines.safe(text) == text


def test_a_line_ends_as_csv_does_and_quotes_what_it_must() -> None:
    assert csv_lines.line_of(["a,b", "=1"]) == '"a,b",\'=1\r\n'
