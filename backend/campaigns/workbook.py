"""Read a workbook in a process of its own: a small file can make its reader allocate without end.

The process is `python -m backend.campaigns.workbook ORDER`, with the workbook as its input. What
it answers is JSON: `{"rows": [[place, cells], …]}` of those that have anything, or `{"refused"}`.
"""

import io
import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineSheet, load_workbook

MOST_COLUMNS = 500
_MEMORY_BYTES = 2 * 1024**3
_SECONDS = 120
_MOST_CHARACTERS = 100_000_000

Row = tuple[int, Sequence[str]]


class WorkbookRefused(Exception):
    """The workbook cannot be read, or has too much in it."""


def read_workbook(
    content: bytes, most_rows: int, *, memory_bytes: int = _MEMORY_BYTES
) -> list[Row]:
    """Read the rows of the first sheet that has anything, each with its place, from 0.

    Raises WorkbookRefused. Blocks for as long as that takes.
    """
    order = json.dumps({"most_rows": most_rows, "memory_bytes": memory_bytes})
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", "backend.campaigns.workbook", order],
        input=content,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise WorkbookRefused("It cannot be read as an XLSX workbook, or takes too much memory.")
    said = json.loads(done.stdout)
    if "refused" in said:
        raise WorkbookRefused(said["refused"])
    return [(place, tuple(cells)) for place, cells in said["rows"]]


def _read(content: bytes, most_rows: int) -> list[Row]:
    try:
        workbook = load_workbook(io.BytesIO(content))
        for name in workbook.sheet_names:
            rows = _taken(workbook.get_sheet_by_name(name), most_rows)
            if rows:
                return rows
    except (CalamineError, ValueError, OSError) as wrong:
        raise WorkbookRefused("It cannot be read as an XLSX workbook.") from wrong
    raise WorkbookRefused("The workbook is empty.")


def _taken(sheet: CalamineSheet, most_rows: int) -> list[Row]:
    rows: list[Row] = []
    characters = 0
    for place, cells in _filled(sheet):
        characters += sum(map(len, cells))
        if len(rows) == most_rows:
            raise WorkbookRefused(f"A list may have {most_rows - 1} lines; send it in parts.")
        if len(cells) > MOST_COLUMNS:
            raise WorkbookRefused(f"A list may have {MOST_COLUMNS} columns.")
        if characters > _MOST_CHARACTERS:
            raise WorkbookRefused("There is too much text in it; send it in parts.")
        rows.append((place, cells))
    return rows


def _filled(sheet: CalamineSheet) -> Iterator[Row]:
    """Give the rows that have anything, without the empty cells at their ends."""
    for place, row in enumerate(sheet.iter_rows()):
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield place, cells


def _cell(value: Any) -> str:
    """Write a cell as people see it: sheets keep whole numbers as fractions."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()


def main() -> None:
    order = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (order["memory_bytes"], order["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    try:
        rows = _read(sys.stdin.buffer.read(), order["most_rows"])
    except WorkbookRefused as refused:
        answer: dict[str, Any] = {"refused": str(refused)}
    else:
        answer = {"rows": rows}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
