"""Contacts as people have them: JSON, CSV, or a sheet of XLSX. Read into rows of text."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.campaigns.errors import ContactsInvalid
from backend.campaigns.workbook import Row, WorkbookRefused, read_workbook

MOST_LINES = 100_000
NUMBER, ZONE, POSTAL, METADATA = "to_number", "time_zone", "postal_code", "metadata"
_NAMES = {
    "to_number": NUMBER, "phone_number": NUMBER, "phone": NUMBER, "number": NUMBER,
    "telephone": NUMBER, "mobile": NUMBER, "time_zone": ZONE, "timezone": ZONE, "zone": ZONE,
    "postal_code": POSTAL, "zip": POSTAL, "zip_code": POSTAL, "postcode": POSTAL,
}  # fmt: skip
IGNORED = "-"


@dataclass(frozen=True)
class Sheet:
    """The columns of a table, by their header, and its lines; None is a line that is broken.

    `numbers` says of each line which it is in the table, from 1: empty lines count there.
    """

    columns: Sequence[str]
    lines: Sequence[Sequence[str] | None]
    numbers: Sequence[int]


@dataclass(frozen=True)
class Columns:
    """What each column is: a member of a contact, or `variables.…`; others are left out."""

    targets: Mapping[str, str]
    unmapped: Sequence[str] = field(default_factory=tuple)


def read_csv(content: bytes) -> Sheet:
    """Read CSV with commas, semicolons or tabs, in UTF-8, or UTF-16 with its mark."""
    text = _decoded(content)
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True
    )
    rows: list[Row] = []
    try:
        for place, row in enumerate(reader):
            if any(cell.strip() for cell in row):
                # Tuples of text alone cost the garbage collector nothing.
                rows.append((place, tuple(row)))
            _refuse_more(len(rows) - 1)
    except csv.Error as wrong:
        detail = f"It cannot be read as CSV: {wrong}, in line {reader.line_num} of it."
        raise ContactsInvalid(detail) from None
    return _sheet(rows)


def _decoded(content: bytes) -> str:
    is_utf16 = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise ContactsInvalid("It is not UTF-8: save it as CSV UTF-8.") from None


def read_xlsx(content: bytes) -> Sheet:
    """Read the first sheet that has anything. Rows above the header that are empty are left out."""
    try:
        return _sheet(read_workbook(content, MOST_LINES + 1))
    except WorkbookRefused as refused:
        raise ContactsInvalid(str(refused)) from None


def _sheet(rows: Sequence[Row]) -> Sheet:
    if not rows:
        raise ContactsInvalid("The list is empty.")
    (first, header), *others = rows
    return Sheet(
        columns=[cell.strip() for cell in header],
        lines=[None if _is_broken(cells) else cells for _, cells in others],
        numbers=[place - first for place, _ in others],
    )


def _is_broken(cells: Sequence[str]) -> bool:
    return any("\n" in cell or "\r" in cell for cell in cells)


def _refuse_more(lines: int) -> None:
    if lines > MOST_LINES:
        raise ContactsInvalid(f"A list may have {MOST_LINES} lines; send longer ones in parts.")


def columns_of(sheet: Sheet, variables: Sequence[str], given: Mapping[str, str]) -> Columns:
    """Say which column is which: as `given`, else by the header's own names."""
    unknown = sorted(set(given) - set(sheet.columns))
    if unknown:
        raise ContactsInvalid(f"There is no column called {unknown[0]!r} to be mapped.")
    by_name = {_plain(name): f"variables.{name}" for name in variables} | _NAMES
    targets: dict[str, str] = {}
    for column in sheet.columns:
        target = given.get(column, by_name.get(_plain(column)))
        if target and target != IGNORED and target not in targets.values():
            targets[column] = target
    if NUMBER not in targets.values():
        raise ContactsInvalid(
            "No column is called to_number. Name the columns in the first line, or map one to "
            "to_number."
        )
    return Columns(targets, [column for column in sheet.columns if column not in targets])


def _plain(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").split())


def rows_of(sheet: Sheet, columns: Columns) -> Iterator[dict[str, Any] | None]:
    """Give each line as the contact that JSON would have for it; None: it is broken."""
    targets = [
        (place, columns.targets[name])
        for place, name in enumerate(sheet.columns)
        if name in columns.targets
    ]
    for line in sheet.lines:
        yield None if line is None else _row(line, targets)


def _row(line: Sequence[str], targets: Sequence[tuple[int, str]]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for place, target in targets:
        value = line[place].strip() if place < len(line) else ""
        member, _, name = target.partition(".")
        if not value:
            continue
        if name:
            row.setdefault(member, {})[name] = value
        else:
            row[member] = value
    return row


def read_json(content: bytes) -> Sequence[Any]:
    """Read `{"contacts": […]}`, or the list alone."""
    try:
        given = json.loads(content)
    except ValueError:
        raise ContactsInvalid("It is not JSON.") from None
    except RecursionError:
        raise ContactsInvalid("Its JSON is nested too deeply.") from None
    contacts = given.get("contacts") if isinstance(given, dict) else given
    if not isinstance(contacts, list):
        raise ContactsInvalid("JSON contacts are a list, as `contacts`.")
    _refuse_more(len(contacts))
    return contacts
