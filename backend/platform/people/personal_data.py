"""What is kept about people, as each room says it of its own: how it is found, counted, erased.

A room registers its tables and its places outside of the database in the wiring; whoever erases
knows no room. A test holds the columns of all tables against what is registered here.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

R_ = TypeVar("R_")

# In conditions on rows: what a subject goes by.
CALLS = "cast(:call_ids as uuid[])"
CALLS_AT_RETELL = "cast(:retell_call_ids as text[])"
RECORDINGS = "cast(:recording_ids as uuid[])"
RECORDINGS_AS_TEXT = "cast(:recording_ids as text[])"
NUMBERS = "cast(:numbers as text[])"


@dataclass(frozen=True)
class Subject:
    """Whom or what something is kept about, by every name it is kept under.

    Nothing of it is older than `since`, and what came after `until` is not meant.
    """

    org_id: UUID
    since: datetime
    until: datetime
    numbers: frozenset[str] = frozenset()
    call_ids: frozenset[str] = frozenset()
    retell_call_ids: frozenset[str] = frozenset()
    recording_ids: frozenset[str] = frozenset()

    def joined(self, other: "Subject") -> "Subject":
        """Return what either of them is about."""
        return Subject(
            self.org_id,
            min(self.since, other.since),
            max(self.until, other.until),
            **{name: getattr(self, name) | getattr(other, name) for name in _NAMES},
        )

    def of_calls(self, call_ids: frozenset[str]) -> "Subject":
        """Return it with some of its calls alone."""
        return replace(self, call_ids=call_ids)

    def values(self) -> dict[str, Any]:
        """Give what conditions are filled in with."""
        named = {name: sorted(getattr(self, name)) for name in _NAMES}
        return {"org_id": self.org_id, "since": self.since, "until": self.until, **named}


_NAMES = tuple(each.name for each in fields(Subject))[3:]


class KeptKind(StrEnum):
    """What is kept for a time of its own: the first four go with calls, the others do not."""

    CALLS = "calls"
    RECORDINGS = "recordings"
    TRANSCRIPTS = "transcripts"
    RECORDS = "records"
    WEBHOOKS = "webhooks"
    EVENTS = "events"
    AUDIT = "audit"


@dataclass(frozen=True)
class Rows:
    """Rows of a table that are erased as a whole, by a condition in SQL.

    It is asked only of subjects that have one of the names in `by`. `personal` names the columns
    that can hold what somebody is or said; `harmless` those that could by their type, and do not.
    They go before their call does when the time of one of the kinds in `kinds` is over.
    """

    table: str
    by: str
    condition: str
    personal: tuple[str, ...]
    harmless: tuple[str, ...] = ()
    kinds: tuple[KeptKind, ...] = ()

    def concerns(self, subject: Subject) -> bool:
        return bool(getattr(subject, self.by))

    def deleting(self) -> TextClause:
        return text(f"delete from {self.table} where {self.condition}")  # noqa: S608 - our own text


@dataclass(frozen=True)
class Cut:
    """What goes of rows that stay, when the time of a kind is over: `changes` is what SQL sets.

    `condition` does not hold any more once it is done.
    """

    table: str
    kind: KeptKind
    by: str
    condition: str
    changes: str

    def cutting(self) -> TextClause:
        return text(f"update {self.table} set {self.changes} where {self.condition}")  # noqa: S608 - our own text


@dataclass(frozen=True)
class Place(Generic[R_]):
    """Where copies are beside the rows: files, or another company's account.

    `count` says how many are there now; `erase` may be repeated, and changes nothing then. `kinds`
    are those with whose time it goes too; without any it is left to who asks to be erased. What has
    none of the names in `by` has no copies there.
    """

    name: str
    count: Callable[[R_, Subject], Awaitable[int]]
    erase: Callable[[R_, Subject], Awaitable[None]]
    kinds: tuple[KeptKind, ...] = ()
    by: str = "call_ids"

    def concerns(self, subject: Subject) -> bool:
        return bool(getattr(subject, self.by))


class NamedCall(NamedTuple):
    """A call by its ids, here and at Retell."""

    call_id: UUID
    retell_call_id: str | None


Lock: TypeAlias = Callable[[AsyncSession, Subject], Awaitable[None]]
Numbers: TypeAlias = Callable[[AsyncSession, UUID], Awaitable[Sequence[str]]]
Calls: TypeAlias = Callable[[AsyncSession, UUID, UUID], Awaitable[Sequence[NamedCall]]]
Find: TypeAlias = Callable[[AsyncSession, Subject], Awaitable[Subject]]
PassedOn: TypeAlias = Callable[[AsyncSession, Subject], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True)
class Old:
    """What is older than it may be: of an organisation, and of some agents or all but some."""

    org_id: UUID
    before: datetime
    only: frozenset[UUID] | None = None
    but: frozenset[UUID] = frozenset()

    def values(self) -> dict[str, Any]:
        """Give what `OF_AGENTS` and conditions on time are filled in with."""
        only = None if self.only is None else sorted(self.only)
        return {
            "org_id": self.org_id,
            "before": self.before,
            "only": only,
            "but": sorted(self.but),
        }


OF_AGENTS = (
    "(cast(:only as uuid[]) is null or agent_id = any(cast(:only as uuid[])))"
    " and not agent_id = any(cast(:but as uuid[]))"
)
# Drops the oldest, at most so many. Returns how many.
Prune: TypeAlias = Callable[[AsyncSession, Old, int], Awaitable[int]]


@dataclass(frozen=True)
class Holdings(Generic[R_]):
    """All that one room keeps.

    `find` adds the names that the room knows a subject by, `passed_on` counts what was sent to
    others and cannot be taken back. `lock` takes the locks that deleting needs, in the order of
    the room, and raises when it must wait. `numbers` lists whose an organisation has, `calls` its
    next calls after an id. `harmless` says of whole tables why they hold nothing. `prunes` are for
    kinds that are kept for a time of their own, whatever becomes of the calls. `needs` are
    conditions in SQL on a row of `calls`: while one holds, the kind is not too old to be kept.
    """

    room: str
    rows: Sequence[Rows] = ()
    places: Sequence[Place[R_]] = ()
    cuts: Sequence[Cut] = ()
    prunes: Mapping[KeptKind, Prune] = field(default_factory=dict)
    needs: Mapping[KeptKind, str] = field(default_factory=dict)
    harmless: Mapping[str, str] = field(default_factory=dict)
    find: Find | None = None
    passed_on: PassedOn | None = None
    lock: Lock | None = None
    numbers: Numbers | None = None
    calls: Calls | None = None


async def find_all(
    session: AsyncSession, holdings: Sequence[Holdings[Any]], subject: Subject
) -> Subject:
    """Have the rooms say what else the subject goes by, from those below upwards."""
    for room in reversed(holdings):
        if room.find is not None:
            subject = subject.joined(await room.find(session, subject))
    return subject


async def lock_all(
    session: AsyncSession, holdings: Sequence[Holdings[Any]], subject: Subject
) -> None:
    for room in holdings:
        if room.lock is not None:
            await room.lock(session, subject)


async def count_rows(
    session: AsyncSession, holdings: Sequence[Holdings[Any]], subject: Subject
) -> dict[str, int]:
    """Count what the tables have of the subject; tables that have nothing are named too."""
    connection = await session.connection()
    conditions: dict[str, list[str]] = {}
    for rows in _all_rows(holdings):
        of_table = conditions.setdefault(rows.table, [])
        if rows.concerns(subject):
            of_table.append(rows.condition)
    counts = dict.fromkeys(conditions, 0)
    for table, of_table in conditions.items():
        if of_table:
            statement = _counting(table, of_table)
            result = await connection.execute(statement, _bound(statement, subject))
            counts[table] = result.scalar_one()
    return counts


def _counting(table: str, conditions: Sequence[str]) -> TextClause:
    """Count rows, each once however many of the conditions find it, and each by its own plan."""
    found = " union ".join(f"select ctid from {table} where {each}" for each in conditions)  # noqa: S608 - our own text
    return text(f"select count(*) from ({found}) as found")  # noqa: S608 - our own text


async def count_passed_on(
    session: AsyncSession, holdings: Sequence[Holdings[Any]], subject: Subject
) -> dict[str, int]:
    """Count what was sent to others, and cannot be taken back."""
    rooms = [room.passed_on for room in holdings if room.passed_on is not None]
    return added(*[await passed_on(session, subject) for passed_on in rooms])


def added(*counts: Mapping[str, int]) -> dict[str, int]:
    names = dict.fromkeys(name for each in counts for name in each)
    return {name: sum(each.get(name, 0) for each in counts) for name in names}


async def erase_rows(
    session: AsyncSession, holdings: Sequence[Holdings[Any]], subject: Subject
) -> dict[str, int]:
    """Delete what the tables have of the subject, and count it. Lock its calls before."""
    connection = await session.connection()
    counts: dict[str, int] = {}
    for rows in _all_rows(holdings):
        counts.setdefault(rows.table, 0)
        if rows.concerns(subject):
            statement = rows.deleting()
            result = await connection.execute(statement, _bound(statement, subject))
            counts[rows.table] += result.rowcount
    return counts


async def expire_rows(
    session: AsyncSession, holdings: Sequence[Holdings[Any]], subject: Subject, kind: KeptKind
) -> dict[str, int]:
    """Take away what is of the kind alone, of calls that stay. Return in how many rows it was."""
    connection = await session.connection()
    counts: dict[str, int] = {}
    of_kind = [rows for rows in _all_rows(holdings) if kind in rows.kinds]
    cuts = [cut for room in holdings for cut in room.cuts if cut.kind is kind]
    statements = [(rows.table, rows.by, rows.deleting()) for rows in of_kind]
    statements += [(cut.table, cut.by, cut.cutting()) for cut in cuts]
    for table, by, statement in statements:
        if getattr(subject, by):
            result = await connection.execute(statement, _bound(statement, subject))
            counts[table] = counts.get(table, 0) + result.rowcount
    return counts


def _all_rows(holdings: Sequence[Holdings[Any]]) -> list[Rows]:
    return [rows for room in holdings for rows in room.rows]


def _bound(statement: TextClause, subject: Subject) -> dict[str, Any]:
    values = subject.values()
    return {name: values[name] for name in statement.compile().params}


async def rows_by(
    session: AsyncSession, statement: TextClause, subject: Subject
) -> Sequence[Sequence[Any]]:
    """Run a statement of a room's own, with what the subject goes by."""
    connection = await session.connection()
    return (await connection.execute(statement, _bound(statement, subject))).all()
