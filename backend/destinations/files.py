"""What results look like in files: a line of JSON each, or a row of a Parquet table."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from io import BytesIO
from typing import Any, Literal, TypeAlias

from arro3.core import Array, DataType, Table
from arro3.io import read_parquet, write_parquet
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
    def of(cls, parcel: Parcel, chosen: Fields | None) -> "Row":
        content = parcel.content(chosen)
        data = content if isinstance(chosen, dict) else content["data"]
        call_id = None if parcel.call_id is None else str(parcel.call_id)
        return cls(str(parcel.id), parcel.event, parcel.timestamp, call_id, data)


def write(rows: Sequence[Row], file_format: Format) -> bytes:
    return _write_parquet(rows) if file_format == "parquet" else _write_ndjson(rows)


def _write_ndjson(rows: Sequence[Row]) -> bytes:
    return b"".join(to_json(vars(row)) + b"\n" for row in rows)


def _write_parquet(rows: Sequence[Row]) -> bytes:
    """Write a column for each member; `data` is JSON, since each agent has fields of its own."""
    texts = [replace(row, data=json.dumps(row.data, ensure_ascii=False)) for row in rows]
    return _write_texts(texts)


def _write_texts(rows: Sequence[Row]) -> bytes:
    names = [each.name for each in fields(Row)]
    columns = [[getattr(row, name) for row in rows] for name in names]
    arrays = [Array(values, DataType.string()) for values in columns]
    written = BytesIO()
    write_parquet(Table.from_arrays(arrays, names=names), written, compression="zstd(3)")
    return written.getvalue()


def has_any(content: bytes, file_format: Format, names: Collection[str]) -> bool:
    """Tell whether a file has a row that names one of these ids."""
    kept = without(content, file_format, names)
    return kept is None or kept != content


def without(content: bytes, file_format: Format, names: Collection[str]) -> bytes | None:
    """Return the file without the rows that name one of these ids; None: no other is in it."""
    if file_format == "parquet":
        return _parquet_without(content, names)
    sought = [name.encode() for name in names]
    lines = content.splitlines(keepends=True)
    kept = [line for line in lines if not any(name in line for name in sought)]
    return b"".join(kept) if kept else None


def _parquet_without(content: bytes, names: Collection[str]) -> bytes | None:
    table = read_parquet(BytesIO(content)).read_all()
    columns = [table[each.name].to_pylist() for each in fields(Row)]
    rows = [Row(*row) for row in zip(*columns, strict=True)]
    kept = [row for row in rows if not any(name in f"{row.call_id} {row.data}" for name in names)]
    if len(kept) == len(rows):
        return content
    return _write_texts(kept) if kept else None
