"""Lines of CSV for people who open them in spreadsheets, which run what looks like a formula."""

import csv
import io
import re
from collections.abc import Iterable

# What spreadsheets take for the beginning of a formula, some of them wide characters too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - meant
_NUMBER = re.compile(r"[+-][0-9]+(\.[0-9]+)?")


def safe(text: str) -> str:
    """Write what would be a formula so that it is text. Numbers stay, those of phones too."""
    is_formula = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def line_of(cells: Iterable[str]) -> str:
    """Write a line, each cell as text."""
    line = io.StringIO()
    csv.writer(line).writerow([safe(cell) for cell in cells])
    return line.getvalue()
