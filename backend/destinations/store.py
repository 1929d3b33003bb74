"""Delivering into files of the object store: by day, each event in one of them, once.

Which file an event is in is decided before it is written, and stays so. A file is always written
whole, from all that is in it by the books: so an attempt that is repeated after a crash writes the
same file again. One attempt is made at a time, over all workers (see `claims`).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID

import asyncpg

from backend.destinations import files
from backend.destinations.files import ENDINGS, Format, Row
from backend.destinations.parcel import Answer, Parcel
from backend.destinations.shape import Fields
from backend.platform import clock, db
from backend.platform.db import Sessions
from backend.platform.storage import Storage, StorageFailed

# A file is rewritten until it is full: more in each is fewer files, and more to write each time.
FULL = 1000
_PUT_SECONDS = 15.0


@dataclass(frozen=True)
class StoreSender:
    """Writes below `results/<destination>/day=<day>/`."""

    sessions: Sessions
    storage: Storage
    destination_id: UUID
    format: Format
    fields: Fields | None

    async def send(self, parcel: Parcel) -> Answer:
        """Write an example beside the days."""
        key = f"{self._folder}/example.{ENDINGS[self.format]}"
        return await self._put_all({key: [Row.of(parcel, self.fields)]})

    async def send_all(self, parcels: Sequence[Parcel]) -> Answer:
        contents: dict[str, list[Row] | None] = {}
        for day, number, is_new in await self._find_places(parcels):
            key = self._key(day, number)
            is_there = not is_new and await self.storage.find(key) is not None
            contents[key] = None if is_there else await self._rows(day, number)
        return await self._put_all(contents)

    @property
    def _folder(self) -> str:
        return f"results/{self.destination_id}"

    def _key(self, day: date, number: int) -> str:
        return f"{self._folder}/day={day.isoformat()}/{number:05}.{ENDINGS[self.format]}"

    async def _find_places(self, parcels: Sequence[Parcel]) -> list[tuple[date, int, bool]]:
        """Give each event a file, unless it has one. Return them, and whether any is new there."""
        by_day: dict[date, list[UUID]] = {}
        for parcel in parcels:
            by_day.setdefault(parcel.at.astimezone(UTC).date(), []).append(parcel.id)
        async with db.driver_connection(self.sessions) as connection:
            for day, ids in by_day.items():
                await connection.execute(_PLACE, self.destination_id, day, ids, FULL)
            rows = await connection.fetch(_PLACES, [parcel.id for parcel in parcels])
        return [(row["file_day"], row["file_number"], row["is_new"]) for row in rows]

    async def _rows(self, day: date, number: int) -> list[Row]:
        async with db.driver_connection(self.sessions) as connection:
            found = await connection.fetch(_CONTENT, self.destination_id, day, number)
        return [Row.of(_parcel(row), self.fields) for row in found]

    async def _put_all(self, contents: Mapping[str, list[Row] | None]) -> Answer:
        began_at, began = clock.now(), time.perf_counter()
        error, key = None, ""
        try:
            async with asyncio.timeout(_PUT_SECONDS):
                for key, rows in contents.items():
                    if rows is None:
                        continue  # It was written with all of these.
                    content = await asyncio.to_thread(files.write, rows, self.format)
                    await self.storage.put(key, _once(content))
        except TimeoutError:
            error = f"The storage gave no answer within {_PUT_SECONDS:g} s."
        except StorageFailed as failure:
            error = failure.detail
        took = round((time.perf_counter() - began) * 1000)
        answer = "\n".join(contents) if error is None else None
        outcome = {"kind": "file", "key": key} if error is None else None
        return Answer(began_at, took, error=error, answer=answer, outcome=outcome)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _parcel(row: "asyncpg.Record") -> Parcel:
    return Parcel(row["id"], row["event"], row["at"], row["data"], call_id=row["call_id"])


# The last file of a day is filled first. What has a place keeps it.
_PLACE = """
with last as (
    select coalesce(max(file_number), 1) as number from deliveries
    where destination_id = $1 and file_day = $2
), used as (
    select number, (
        select count(*) from deliveries
        where destination_id = $1 and file_day = $2 and file_number = number
    ) as count from last
), fresh as (
    select id, row_number() over (order by event_id) - 1 as place from deliveries
    where id = any($3::uuid[]) and file_day is null
)
update deliveries set file_day = $2, file_number = number + (count + place) / $4::int
from fresh, used where deliveries.id = fresh.id
"""
_PLACES = """
select file_day, file_number, bool_or(delivered_at is null) as is_new from deliveries
where id = any($1::uuid[]) and file_day is not null group by 1, 2 order by 1, 2
"""
_CONTENT = """
select deliveries.id, messages.event, at, messages.call_id, data::text as data
from deliveries join messages using (event_id)
where destination_id = $1 and file_day = $2 and file_number = $3 order by event_id
"""
