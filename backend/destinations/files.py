"""What results look like in files: a line of JSON each, or a row of a Parquet table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal, TypeAlias

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet
from pydantic_core import to_json

from backend.destinations.parcel import Parcel
from backend.destinations.shape import Fields

Format: TypeAlias = Literal["ndjson", "parquet"]
ENDINGS: dict[Format, str] = {"ndjson": "ndjson", "parquet": "parquet"}


@dataclass(frozen=True)
class Row:
    """One result. `data` is the destination's choice of fields, or the form it has filled in."""

    id: str
    type: str
    timestamp: str
    call_id: str | None
    data: Any

    @classmethod
    def of(cls, parcel: Parcel, fields: Fields | None) -> "Row":
        content = parcel.content(fields)
        data = content if isinstance(fields, dict) else content["data"]
        call_id = None if parcel.call_id is None else str(parcel.call_id)
        return cls(str(parcel.id), parcel.event, parcel.timestamp, call_id, data)


def write(rows: Sequence[Row], file_format: Format) -> bytes:
    return _write_parquet(rows) if file_format == "parquet" else _write_ndjson(rows)


def _write_ndjson(rows: Sequence[Row]) -> bytes:
    return b"".join(to_json(vars(row)) + b"\n" for row in rows)


def _write_parquet(rows: Sequence[Row]) -> bytes:
    """Write a column for each member; `data` is JSON, since each agent has fields of its own."""
    columns: dict[str, list[Any]] = {
        "id": [row.id for row in rows],
        "type": [row.type for row in rows],
        "timestamp": [row.timestamp for row in rows],
        "call_id": [row.call_id for row in rows],
        "data": [json.dumps(row.data, ensure_ascii=False) for row in rows],
    }
    arrays = [Array(values, DataType.string()) for values in columns.values()]
    written = BytesIO()
    write_parquet(Table.from_arrays(arrays, names=list(columns)), written, compression="zstd(3)")
    return written.getvalue()
