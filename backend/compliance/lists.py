"""Lists of numbers as CSV, in and out. What was written out can be read in again."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from backend.compliance import queries, service
from backend.compliance.errors import ListInvalid
from backend.compliance.models import Scope, Suppression
from backend.compliance.numbers import read_e164
from backend.compliance.schemas import RESERVED_SOURCES, LineError, ListRead, SuppressionCreate
from backend.platform import clock, db
from backend.platform.api import csv_lines

COLUMNS = ("to_number", "scope", "source", "reason", "call_id", "asked_at", "ended_at")
_TAKEN = ("to_number", "scope", "source", "reason", "asked_at", "ended_at")
_NUMBER_NAMES = frozenset({"to_number", "phone_number", "phone", "number", "telephone"})
_SOURCE = "list"
_AT_ONCE = 1000
_MOST_ERRORS = 1000
_LONGEST_CELL = 10_000


@dataclass
class _Read:
    """What a list has: those to suppress, and what is wrong with the first bad lines."""

    lines: int = 0
    invalid: int = 0
    good: dict[tuple[str, Scope], SuppressionCreate] = field(default_factory=dict)
    errors: list[LineError] = field(default_factory=list)

    def refuse(self, message: str) -> None:
        self.invalid += 1
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(LineError(line=self.lines, message=message))


async def import_list(
    sessions: db.Sessions, org_id: UUID, content: bytes, *, by: UUID, dry_run: bool
) -> ListRead:
    """Suppress the numbers of a list, a part at a time. The same list twice adds nothing twice."""
    read = await asyncio.to_thread(_read, content)
    added, distinct = 0, list(read.good.values())
    for start in range(0, len(distinct), _AT_ONCE):
        taken = distinct[start : start + _AT_ONCE]
        part = [each.added(org_id, by) for each in taken]
        undated = {own.id for each, own in zip(taken, part, strict=True) if each.asked_at is None}
        added += await _take(sessions, org_id, part, undated=undated, dry_run=dry_run)
    return ListRead(
        lines=read.lines,
        added=added,
        already=read.lines - read.invalid - added,
        invalid=read.invalid,
        errors=read.errors,
    )


async def _take(
    sessions: db.Sessions,
    org_id: UUID,
    wanted: Sequence[Suppression],
    *,
    undated: Collection[UUID],
    dry_run: bool,
) -> int:
    async with db.transaction(sessions) as session:
        if dry_run:
            standing = await service.find_standing(session, org_id, wanted, undated=undated)
        else:
            standing = await service.suppress_listed(session, org_id, wanted, undated=undated)
    return sum(found is own for found, own in zip(standing, wanted, strict=True))


def _read(content: bytes) -> _Read:
    """Read a list. Of lines of one number and scope the one asked latest counts."""
    read, now = _Read(), clock.now()
    for row in _rows(content):
        read.lines += 1
        if row is None:
            read.refuse("a cell has a line break, so lines may be hidden in it: is a quote wrong?")
            continue
        has_ended = row.pop("ended_at", None) is not None
        if row.get("source") in RESERVED_SOURCES:
            row["source"] = _SOURCE
        try:
            wanted = SuppressionCreate.model_validate({"source": _SOURCE} | row)
        except ValidationError as invalid:
            read.refuse(_in_words(invalid))
            continue
        if not has_ended:
            held = read.good.setdefault((wanted.to_number, wanted.scope), wanted)
            if (wanted.asked_at or now) > (held.asked_at or now):
                read.good[wanted.to_number, wanted.scope] = wanted
    return read


def _rows(content: bytes) -> Iterator[dict[str, str] | None]:
    """Read the lines, by their header, or as numbers alone where there is none.

    None is a line that goes on in the next: a stray quote may have made it.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ListInvalid("The list is not UTF-8: save it as CSV UTF-8.") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as wrong:
        detail = f"The list cannot be read as CSV: {wrong}, in line {reader.line_num} of it."
        raise ListInvalid(detail) from None
    if not rows:
        raise ListInvalid("The list is empty.")
    columns = _columns(rows[0])
    if columns is None:
        columns = {"to_number": 0}
    else:
        rows = rows[1:]
    for row in rows:
        if any("\n" in cell or "\r" in cell for cell in row):
            yield None
            continue
        cells = {name: row[place].strip() for name, place in columns.items() if place < len(row)}
        yield {name: cell[:_LONGEST_CELL] for name, cell in cells.items() if cell}


def _columns(header: Sequence[str]) -> Mapping[str, int] | None:
    """Find which column is which; None: the first line is a number already."""
    if any("\n" in cell or "\r" in cell for cell in header):
        raise ListInvalid("The first line has a cell with a line break: is a quote wrong?")
    names = [cell.strip().lower().replace(" ", "_") for cell in header]
    found = next((place for place, name in enumerate(names) if name in _NUMBER_NAMES), None)
    if found is None:
        if read_e164(header[0]) is not None:
            return None
        raise ListInvalid(
            "No column is called to_number. Name the columns in the first line: to_number, and "
            "scope, source and reason if you have them."
        )
    others = {name: names.index(name) for name in _TAKEN[1:] if name in names}
    return {"to_number": found, **others}


def _in_words(invalid: ValidationError) -> str:
    parts = []
    for error in invalid.errors(include_url=False, include_context=False):
        message = error["msg"].removeprefix("Value error, ")
        name = ".".join(map(str, error["loc"]))
        parts.append(
            "to_number: there is none" if error["type"] == "missing" else f"{name}: {message}"
        )
    return "; ".join(parts)


async def export_list(sessions: db.Sessions, org_id: UUID) -> AsyncIterator[str]:
    """Write all suppressions as CSV, newest first, also those that have ended."""
    yield _line(COLUMNS)
    cursor: UUID | None = None
    while True:
        async with db.transaction(sessions) as session:
            found = await queries.list_suppressions(
                session, org_id, digits=None, cursor=cursor, limit=_AT_ONCE
            )
            ended = await service.find_endings(session, org_id, found)
        for each in found:
            yield _line([getattr(each, name) for name in COLUMNS[:-1]] + [ended.get(each.id)])
        if len(found) < _AT_ONCE:
            return
        cursor = found[-1].id


def _line(values: Sequence[Any]) -> str:
    return csv_lines.line_of(_cell(value) for value in values)


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else " ".join(str(value).splitlines())
