"""The event log. Rooms announce here what happened; nobody is called.

An event is appended in the transaction of the change it reports, together with the jobs that the
wiring maps to it. So a rolled-back change announces nothing and a committed one is not forgotten.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock, queue
from backend.platform.people.masks import FindMasks, Mask
from backend.platform.people.personal_data import Holdings
from backend.platform.tables import Table, instant_column, json_column, sql_table

JsonObject: TypeAlias = dict[str, Any]


class Event(BaseModel):
    """Something that happened, in the past tense.

    `data` is the small snapshot that readers of the log get. An event with `is_logged` false is
    only a trigger for jobs: nobody outside sees it.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    name: ClassVar[str]
    is_logged: ClassVar[bool] = True
    # Whether destinations may subscribe to it; only what is logged goes there at all.
    is_deliverable: ClassVar[bool] = True
    # What `data` is like, for those who write a reader of it.
    example: ClassVar[JsonObject] = {}

    org_id: UUID
    agent_id: UUID | None = None
    call_id: UUID | None = None
    data: JsonObject = {}

    @property
    def question(self) -> str | None:
        """What the jobs find out, where one at a time is enough. Null: each event has its own.

        While one waits, runs or is retried, none with the same question is enqueued.
        """
        return None

    @property
    def priority(self) -> int:
        """Which jobs of a lane go first: those of the highest, and of these the earliest."""
        return 0


class CallEvent(Event):
    """Something that happened to a call."""

    call_id: UUID


class AgentEvent(Event):
    """Something that happened to an agent."""

    agent_id: UUID


def logged_names() -> set[str]:
    """List the names of all events that readers of the log can get."""
    return {event.name for event in kinds_of_events() if event.is_logged}


def example_of(name: str) -> JsonObject:
    """Give what `data` is like of an event of this name."""
    return next((event.example for event in kinds_of_events() if event.name == name), {})


def deliverable_names() -> set[str]:
    """List the names of all events that destinations may subscribe to."""
    return {each.name for each in kinds_of_events() if each.is_logged and each.is_deliverable}


def kinds_of_events(kind: type[Event] = Event) -> Iterator[type[Event]]:
    """Give every event of the service that can be published: each has a name of its own."""
    for below in kind.__subclasses__():
        if below.__module__.startswith("backend.") and "name" in vars(below):
            yield below
        yield from kinds_of_events(below)


class LoggedEvent(Table, table=True):
    """A row of the log.

    Ids are taken at insert and become visible at commit, so they appear out of order. Readers
    order by (transaction, id) and stop below the oldest transaction still running. Transactions
    are counted on from those of a database that this one was restored from (see `epochs`).
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_transaction_id_id", "transaction_id", "id"),
        Index(
            "ix_events_call_id_id", "call_id", "id", postgresql_where=text("call_id is not null")
        ),
        Index("ix_events_at", "at"),
        Index("ix_events_org_id_at", "org_id", "at"),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    transaction_id: int | None = Field(
        default=None,
        sa_column=Column(
            BigInteger,
            nullable=False,
            server_default=text("((pg_current_xact_id())::text)::bigint + log_base()"),
        ),
    )
    org_id: UUID
    name: str
    agent_id: UUID | None = None
    call_id: UUID | None = None
    data: JsonObject = Field(sa_column=json_column("data"))
    at: datetime = Field(sa_column=instant_column("at", nullable=False))


E_ = TypeVar("E_", bound=Event)
# What jobs are given beside their event. The platform hands it on and does not look inside.
R_ = TypeVar("R_")
Job: TypeAlias = Callable[[R_, E_], Awaitable[None]]
GiveUp: TypeAlias = Callable[[R_, E_, str], Awaitable[None]]


# Of some calls, those that a job concerns.
Concerns: TypeAlias = Callable[[AsyncSession, Collection[UUID]], Awaitable[Collection[UUID]]]


# Jobs of other lanes wait for each other alone, and never hold up these.
MAIN_LANE = "main"


@dataclass(frozen=True)
class Subscription(Generic[R_]):
    """A job to run after an event; `give_up` runs when the job has failed for good.

    With `concerns` it is enqueued for the events of those calls alone.
    """

    event: type[Event]
    job: Job[R_, Any]
    give_up: GiveUp[R_, Any] | None
    lane: str = MAIN_LANE
    concerns: Concerns | None = None

    @property
    def job_name(self) -> str:
        """The queue's name for it: `calls.dial on call.dialing`."""
        return f"{_name(self.job)} on {self.event.name}"


@dataclass(frozen=True)
class Schedule(Generic[R_]):
    """A job that runs by the clock, on one worker at a time."""

    name: str
    every_seconds: float
    job: Callable[[R_], Awaitable[None]]


# What is told of each of some events, by the event's id; one that has nothing to tell is left out.
Tell: TypeAlias = Callable[[AsyncSession, Sequence[LoggedEvent]], Awaitable[Mapping[int, Any]]]
# Writes metrics in Prometheus' format, the same in every process.
Measure: TypeAlias = Callable[[AsyncSession], Awaitable[bytes]]
Part: TypeAlias = Callable[[R_, asyncio.Event], Awaitable[None]]


class Wiring(Generic[R_]):
    """Which jobs run after which event, which run by the clock, and what is told to others."""

    def __init__(self) -> None:
        self.subscriptions: dict[str, list[Subscription[R_]]] = defaultdict(list)
        self.schedules: list[Schedule[R_]] = []
        self.lanes: dict[str, int] = {}
        self.told: dict[str, Tell] = {}
        self.examples: dict[str, Callable[[str], JsonObject | None]] = {}
        self.parts: list[Part[R_]] = []
        self.holdings: list[Holdings[R_]] = []
        self.measures: list[Measure] = []
        self.masked_by: Sequence[FindMasks] = ()

    def on(
        self,
        event: type[E_],
        job: Job[R_, E_],
        *,
        give_up: GiveUp[R_, E_] | None = None,
        lane: str = MAIN_LANE,
        concerns: Concerns | None = None,
    ) -> None:
        self.subscriptions[event.name].append(Subscription(event, job, give_up, lane, concerns))

    def open_lane(self, name: str, *, concurrency: int) -> str:
        """Open a lane in which one worker does so many jobs at once."""
        self.lanes[name] = concurrency
        return name

    def jobs_after(self, event: type[Event]) -> list[str]:
        """Name the jobs to enqueue where an event that nobody else sees is not published."""
        assert not event.is_logged  # noqa: S101 - publish() logs
        return [subscription.job_name for subscription in self.subscriptions[event.name]]

    def tell(self, member: str, tell: Tell, *, example: Callable[[str], JsonObject | None]) -> None:
        """Have a room say what others are told of events, as a member of what is delivered.

        `example` makes one for an event's name, in the same form.
        """
        self.told[member], self.examples[member] = tell, example

    def beside(self, part: Part[R_]) -> None:
        """Have something run in every worker, beside the jobs, until the worker is to stop."""
        self.parts.append(part)

    def keeps(self, *holdings: Holdings[R_]) -> None:
        """Register what rooms keep about people, those above before those below."""
        self.holdings.extend(holdings)

    def masks(self, *finds: FindMasks) -> None:
        """Have rooms say what of calls, and of whom else they know, is masked for others."""
        self.masked_by = finds

    def measure(self, measure: Measure) -> None:
        """Have a room add to the metrics what the database has of it."""
        self.measures.append(measure)

    def every(self, seconds: float, job: Callable[[R_], Awaitable[None]]) -> None:
        self.schedules.append(Schedule(_name(job), seconds, job))


async def find_masks(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Mask]:
    """Find what is masked of each of these calls and contacts; of those left out, nothing is."""
    found: dict[UUID, Mask] = {}
    for find in wiring_of(session).masked_by:
        left = [id_ for id_ in ids if id_ not in found]
        if left:
            found |= await find(session, left)
    return found


def wiring_of(session: AsyncSession) -> Wiring[Any]:
    """Return the wiring that the session was made with."""
    return cast("Wiring[Any]", session.info["wiring"])


def _name(job: Callable[..., object]) -> str:
    """Name a job by its room: `calls.dial` for `backend.calls.jobs.dial`."""
    return f"{job.__module__.split('.')[-2]}.{job.__name__}"


async def publish(session: AsyncSession, *events: Event, at: datetime | None = None) -> None:
    """Append events to the log and enqueue their jobs, in the caller's transaction.

    With `at`, the jobs wait until then: delayed work is an event with a time.
    """
    if not events:
        return
    now = clock.now()
    logged = [
        {"org_id": e.org_id, "name": e.name, "agent_id": e.agent_id, "call_id": e.call_id}
        | {"data": e.data, "at": now}
        for e in events
        if e.is_logged
    ]
    if logged:
        await session.flush()
        connection = await session.connection()
        await connection.execute(sql_table(LoggedEvent).insert(), logged)
    await queue.enqueue(session, await _jobs(session, events), at=at)


async def _jobs(session: AsyncSession, events: Sequence[Event]) -> list[queue.NewJob]:
    subscriptions = wiring_of(session).subscriptions
    wanted = [(each, event) for event in events for each in subscriptions[event.name]]
    concerned: dict[Concerns, Collection[UUID]] = {}
    for concerns in {each.concerns for each, _ in wanted if each.concerns is not None}:
        calls = {e.call_id for each, e in wanted if each.concerns is concerns and e.call_id}
        concerned[concerns] = await concerns(session, calls)
    return [
        queue.NewJob(
            each.job_name, event.model_dump_json().encode(), event.question, event.priority
        )
        for each, event in wanted
        if each.concerns is None or event.call_id in concerned[each.concerns]
    ]
