"""Delivering into files of the object store: by day, each event in one of them, once.

Which file an event is in is decided before it is written, and stays so. A file is always written
whole, from all that is in it by the books: so an attempt that is repeated after a crash writes the
same file again. One attempt is made at a time, over all workers (see `claims`).

A day whose books have been dropped, in part or whole, is closed: its files are not written again,
and what comes after all gets a file of its own beside them.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import ClassVar
from uuid import UUID

import asyncpg

from backend.destinations import files
from backend.destinations.files import ENDINGS, Format, Row
from backend.destinations.parcel import Answer, Parcel
from backend.destinations.shape import Fields
from backend.platform import clock, db
from backend.platform.db import Sessions
from backend.platform.errors import AppError
from backend.platform.storage import Storage

# A file is rewritten until it is full: more in each is fewer files, and more to write each time.
FULL = 1000
_PUT_SECONDS = 15.0
_AT_ONCE = 8
# The number of a day's files of what came after the day was closed.
_LATE = 0


@dataclass(frozen=True)
class Place:
    """Which file an event is in, and whether it may not be in it yet."""

    day: date
    number: int
    is_new: bool


@dataclass(frozen=True)
class StoreSender:
    """Writes below `results/<destination>/day=<day>/`."""

    sessions: Sessions
    storage: Storage
    destination_id: UUID
    format: Format
    fields: Fields | None
    # As many as are entered at once.
    most: ClassVar[int] = 200

    async def send(self, parcel: Parcel) -> Answer:
        """Write an example beside the days."""
        key = f"{self._folder}/example.{ENDINGS[self.format]}"
        (answer,) = await self._write_all([key], {key: [Row.of(parcel, self.fields)]})
        return answer

    async def send_all(self, parcels: Sequence[Parcel]) -> Sequence[Answer]:
        places = await self._find_places(parcels)
        keys = [self._key(places[parcel.id], parcel.id) for parcel in parcels]
        new: dict[str, Place | list[Row]] = {}
        for parcel, key in zip(parcels, keys, strict=True):
            place = places[parcel.id]
            if place.number == _LATE:
                new[key] = [Row.of(parcel, self.fields)]
            elif place.is_new or await self.storage.find(key) is None:
                new[key] = place
        return await self._write_all(keys, new)

    @property
    def _folder(self) -> str:
        return f"results/{self.destination_id}"

    def _key(self, place: Place, delivery_id: UUID) -> str:
        name = f"late-{delivery_id}" if place.number == _LATE else f"{place.number:05}"
        return f"{self._folder}/day={place.day.isoformat()}/{name}.{ENDINGS[self.format]}"

    async def _find_places(self, parcels: Sequence[Parcel]) -> Mapping[UUID, Place]:
        """Give each event a file, unless it has one."""
        by_day: dict[date, list[UUID]] = {}
        for parcel in parcels:
            by_day.setdefault(parcel.at.astimezone(UTC).date(), []).append(parcel.id)
        async with db.driver_connection(self.sessions) as connection:
            for day, ids in by_day.items():
                is_closed = await connection.fetchval(_IS_CLOSED, self.destination_id, day)
                if is_closed:
                    await connection.execute(_PLACE_LATE, day, ids, _LATE)
                else:
                    await connection.execute(_PLACE, self.destination_id, day, ids, FULL)
            rows = await connection.fetch(_PLACES, [parcel.id for parcel in parcels])
        return {
            row["id"]: Place(row["file_day"], row["file_number"], row["is_new"]) for row in rows
        }

    async def _write_all(
        self, keys: Sequence[str], new: Mapping[str, Place | list[Row]]
    ) -> Sequence[Answer]:
        """Write what is new; return what came of it for each key."""
        began_at, began = clock.now(), time.perf_counter()
        error = None
        turns = asyncio.Semaphore(_AT_ONCE)
        try:
            async with asyncio.timeout(_PUT_SECONDS), asyncio.TaskGroup() as group:
                for key, content in new.items():
                    group.create_task(self._write(key, content, turns))
        except TimeoutError:
            error = f"The storage gave no answer within {_PUT_SECONDS:g} s."
        except ExceptionGroup as failures:
            error = _in_words(failures)
        took = round((time.perf_counter() - began) * 1000)
        if error is not None:
            return [Answer(began_at, took, error=error)] * len(keys)
        told = [(key, {"kind": "file", "key": key}) for key in keys]
        return [Answer(began_at, took, answer=key, outcome=outcome) for key, outcome in told]

    async def _write(self, key: str, content: Place | list[Row], turns: asyncio.Semaphore) -> None:
        async with turns:
            rows = await self._rows(content) if isinstance(content, Place) else content
            written = await asyncio.to_thread(files.write, rows, self.format)
            await self.storage.put(key, _once(written))

    async def _rows(self, place: Place) -> list[Row]:
        async with db.driver_connection(self.sessions) as connection:
            found = await connection.fetch(_CONTENT, self.destination_id, place.day, place.number)
        if any(row["is_closed"] for row in found):
            raise DayClosed("The day was closed meanwhile, so its files stay as they are.")
        return [Row.of(_parcel(row), self.fields) for row in found]


class DayClosed(AppError):
    code, title = "day-closed", "The files of this day are not written again"


def _in_words(failures: "ExceptionGroup[Exception]") -> str:
    """Say what went wrong with the other side first of all. Raises what is our own fault."""
    first = failures.exceptions[0]
    if not isinstance(first, AppError):
        raise first
    return first.detail


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _parcel(row: "asyncpg.Record") -> Parcel:
    return Parcel(row["id"], row["event"], row["at"], row["data"], call_id=row["call_id"])


# What is booked is never older than what it is about, but for clocks that differ.
_CLOSED = "coalesce(books_from > $2::date::timestamp at time zone 'UTC' - interval '1 h', false)"
_IS_CLOSED = f"select {_CLOSED} from destinations where id = $1"  # noqa: S608 - our own
# The last file of a day is filled first. What has a place keeps it.
_PLACE = """
with last as (
    select greatest(max(file_number), 1) as number from deliveries
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
_PLACE_LATE = """
update deliveries set file_day = $1, file_number = $3
where id = any($2::uuid[]) and (file_day is null or delivered_at is null)
"""
# A file is written again if any of what is sent may not be in it yet.
_PLACES = """
select id, file_day, file_number,
    bool_or(delivered_at is null) over (partition by file_day, file_number) as is_new
from deliveries where id = any($1::uuid[]) and file_day is not null
"""
# In one statement, so that what has been dropped is seen together with what is left.
_CONTENT = f"""
select deliveries.id, messages.event, at, messages.call_id, data::text as data,
    {_CLOSED} as is_closed
from destinations join deliveries on destination_id = destinations.id
    join messages using (event_id)
where destinations.id = $1 and file_day = $2 and file_number = $3 order by event_id
"""  # noqa: S608 - our own
