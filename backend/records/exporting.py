"""Calls as a table for spreadsheets: a line for each, its variables and its record as columns."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.agents import service as agents
from backend.calls.models import Call
from backend.calls.service import CallFilter
from backend.platform import db
from backend.platform.api import csv_lines
from backend.platform.events import JsonObject, find_masks
from backend.platform.pages import Stretch
from backend.platform.people.masks import Mask
from backend.records import listing, queries
from backend.records.listing import ListedCall, Recorded

_ROWS_AT_ONCE = 200
_COLUMNS = (
    *("id", "agent", "agent_version", "source", "status", "disconnection_reason", "answered_by"),
    *("to_number", "from_number", "file_name", "scheduled_at", "created_at", "started_at"),
    *("ended_at", "duration_seconds", "cost_cents", "sentiment", "summary", "record_status"),
)


async def export_calls(
    sessions: db.Sessions,
    org_id: UUID,
    wanted: CallFilter,
    recorded: Recorded,
    *,
    with_originals: bool = True,
) -> AsyncIterator[str]:
    """Write all that match as CSV, newest first, some at a time; masked unless with originals.

    They are read twice, since the first line names all columns: every variable and every field
    that one of the calls has.
    """
    variables: dict[str, None] = {}
    fields: dict[str, None] = {}
    async for rows in _read(sessions, org_id, wanted, recorded):
        for call, data in rows:
            variables |= dict.fromkeys(call.call.variables)
            fields |= dict.fromkeys(flat(data))
    yield _line(
        [
            *_COLUMNS,
            *(f"variables.{name}" for name in variables),
            *(f"record.{name}" for name in fields),
        ]
    )
    async with db.transaction(sessions) as session:
        names = await agents.find_names(session, org_id)
    async for rows in _read(sessions, org_id, wanted, recorded):
        masks = {} if with_originals else await _masks_of(sessions, rows)
        for call, data in rows:
            values = flat(data)
            cells = {
                name: _text(each) for name, each in zip(_COLUMNS, _facts(call, names), strict=True)
            }
            cells |= {f"variables.{name}": call.call.variables.get(name, "") for name in variables}
            cells |= {f"record.{name}": values.get(name, "") for name in fields}
            mask = masks.get(call.id)
            yield _line(list((cells if mask is None else mask.value(cells)).values()))


async def _masks_of(
    sessions: db.Sessions, rows: Sequence[tuple[ListedCall, JsonObject]]
) -> Mapping[UUID, Mask]:
    async with db.transaction(sessions) as session:
        return await find_masks(session, [call.id for call, _ in rows])


async def _read(
    sessions: db.Sessions, org_id: UUID, wanted: CallFilter, recorded: Recorded
) -> AsyncIterator[list[tuple[ListedCall, JsonObject]]]:
    cursor: UUID | None = None
    while True:
        async with db.transaction(sessions) as session:
            found = await listing.list_calls(
                session, org_id, wanted, recorded, Stretch(cursor, _ROWS_AT_ONCE)
            )
            data = await queries.find_data(session, org_id, [row.id for row in found])
        if found:
            yield [(row, data.get(row.id, {})) for row in found]
        if len(found) < _ROWS_AT_ONCE:
            return
        cursor = found[-1].id


def _facts(row: ListedCall, agent_names: dict[UUID, str]) -> Iterator[Any]:
    call: Call = row.call
    cost = call.known.get("cost")
    yield from (call.id, agent_names.get(call.agent_id), call.agent_version)
    yield from (call.source, call.status, call.status_reason, call.answered_by)
    yield from (call.to_number, call.from_number, call.file_name, call.scheduled_at)
    yield from (call.created_at, call.started_at, call.ended_at)
    yield None if call.duration_ms is None else round(call.duration_ms / 1000)
    yield cost[1].get("combined_cents") if cost else None
    yield from (call.sentiment, call.summary, row.record_status)


def flat(data: JsonObject, prefix: str = "") -> dict[str, str]:
    """Give a record's values by column: groups as `stop.city`, lists in one cell."""
    cells: dict[str, str] = {}
    for name, value in data.items():
        if isinstance(value, dict):
            cells |= flat(value, f"{prefix}{name}.")
        else:
            cells[prefix + name] = _text(value)
    return cells


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_item(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def _item(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text}" for name, text in flat(value).items() if text)
    return _text(value)


def _line(values: Sequence[Any]) -> str:
    return csv_lines.line_of(_text(value) for value in values)
