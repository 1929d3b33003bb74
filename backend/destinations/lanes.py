"""Making the deliveries. Each destination has a lane of its own, so none waits for another.

A lane claims what is due, as many at a time as its destination allows, and is gone when nothing is.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import asyncpg
import httpx
from loguru import logger

from backend.destinations import booking, claims
from backend.destinations.entering import Ledger
from backend.destinations.models import Destination
from backend.destinations.pace import Pace
from backend.destinations.parcel import Answer, Parcel, Sender, TogetherSender
from backend.destinations.senders import open_http, open_sender
from backend.platform import clock, db
from backend.platform.database_failures import FAILURES
from backend.platform.db import CONNECTION_LOST
from backend.platform.errors import AppError
from backend.platform.session_limits import session_limits
from backend.providers.runtime import Runtime

CHANNEL = "ringback_deliveries"
# What is put back for later is not announced, nor is anything when the listener is lost.
_LOOK_SECONDS = 1.0
_GRACE_SECONDS = 12.0
# How long a destination rests that cannot be read here: its secrets, say, or what we did wrong.
_FAILED_SECONDS = 30.0
# How long a lane goes on with a destination as it was.
_KEPT_SECONDS = 2.0
# How long a lane that has nothing to do stays, with its connections.
_LINGER_SECONDS = 5.0


async def deliver(runtime: Runtime, stopping: asyncio.Event) -> None:
    """Book and deliver in this process until told to stop. Other workers do the same."""
    await Deliveries(runtime).run(stopping)


class Deliveries:
    """All lanes of one process, and the booking that feeds them."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._ledger = Ledger(runtime.sessions)
        self._lanes: dict[UUID, Lane] = {}
        self._failed_until: dict[UUID, float] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        listening = asyncio.create_task(self._listen())
        stop = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                self._wake.clear()
                await self._turn()
                wake = asyncio.create_task(self._wake.wait())
                waits = {wake, stop}
                await asyncio.wait(
                    waits, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                wake.cancel()
        finally:
            listening.cancel()
            stop.cancel()
            await self._end()

    async def _turn(self) -> None:
        try:
            is_more = True
            while is_more:
                is_more = await booking.book(self._runtime.sessions)
                await self._open_lanes()
        except (*CONNECTION_LOST, *FAILURES) as error:
            logger.warning("deliveries.database_lost", reason=type(error).__name__)

    async def _open_lanes(self) -> None:
        """See that each destination with something due has a lane that looks."""
        now = asyncio.get_running_loop().time()
        for destination_id in await claims.list_due(self._runtime.sessions):
            if self._failed_until.get(destination_id, now) > now:
                continue
            lane = self._lanes.get(destination_id)
            if lane is not None:
                if lane.has_place:
                    lane.wake.set()
                continue
            lane = Lane(destination_id, self._runtime, self._ledger)
            self._lanes[destination_id] = lane
            task = asyncio.create_task(self._run_lane(lane))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _run_lane(self, lane: "Lane") -> None:
        # Connections of its own: what a pool does for one request takes as long as it has others.
        async with open_http(self._runtime.settings) as http:
            await self._run_with(lane, http)

    async def _run_with(self, lane: "Lane", http: httpx.AsyncClient) -> None:
        try:
            await lane.run(http)
        except (*CONNECTION_LOST, *FAILURES) as error:
            logger.warning("deliveries.database_lost", reason=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - what ails one destination ails no other
            logger.opt(exception=not isinstance(error, AppError)).error(
                "deliveries.lane_failed", destination_id=str(lane.destination_id)
            )
            now = asyncio.get_running_loop().time()
            self._failed_until[lane.destination_id] = now + _FAILED_SECONDS
        finally:
            # Nothing is awaited between a lane's last look and this: who comes then opens another.
            self._lanes.pop(lane.destination_id, None)

    async def _end(self) -> None:
        """Claim no more, let what is on its way arrive, and give the rest back."""
        for lane in self._lanes.values():
            lane.close()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _listen(self) -> None:
        """Hear of what is new at once. Looking every second goes on meanwhile."""
        settings = self._runtime.settings.database
        url = settings.direct_url or settings.url
        assert url is not None  # noqa: S101 - resolved at start
        dsn = url.get_secret_value()
        limits = session_limits(dsn, "ringback deliveries")
        while True:
            with suppress(*CONNECTION_LOST):
                gone = asyncio.Event()
                connection = await asyncpg.connect(dsn, timeout=10, server_settings=limits)
                try:
                    connection.add_termination_listener(lambda _, gone=gone: gone.set())
                    await connection.add_listener(CHANNEL, lambda *_: self._wake.set())
                    await gone.wait()
                finally:
                    connection.terminate()
            await asyncio.sleep(_LOOK_SECONDS)


class Lane:
    """One destination's deliveries on their way."""

    def __init__(self, destination_id: UUID, runtime: Runtime, ledger: Ledger) -> None:
        self.destination_id = destination_id
        self.wake = asyncio.Event()
        self._runtime = runtime
        self._ledger = ledger
        self._closed = asyncio.Event()
        self._busy = 0
        self._pace: Pace | None = None
        self._sender: Sender | None = None
        self._read_at = 0.0
        self._as_read: tuple[datetime, bool] | None = None

    @property
    def has_place(self) -> bool:
        """Whether it would claim more. One that would not looks by itself, once it has place."""
        return self._pace is None or self._busy < self._pace.limit

    def close(self) -> None:
        self._closed.set()
        self.wake.set()

    async def run(self, http: httpx.AsyncClient) -> None:
        """Deliver until nothing has been due for a while."""
        on_their_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                self.wake.clear()
                on_their_way |= await self._start(http, len(on_their_way))
                self._busy = len(on_their_way)
                if not on_their_way:
                    if await self._is_woken():
                        continue
                    return
                on_their_way = await self._wait(on_their_way)
        finally:
            for task in on_their_way:
                task.cancel()
            await asyncio.gather(*on_their_way, return_exceptions=True)

    async def _is_woken(self) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.wake.wait(), _LINGER_SECONDS)
        return self.wake.is_set() and not self._closed.is_set()

    async def _start(self, http: httpx.AsyncClient, busy: int) -> set[asyncio.Task[None]]:
        if self._closed.is_set() or not await self._read(http):
            return set()
        sender, limit = self._sender, self._pace.limit if self._pace is not None else 0
        if sender is None or busy >= limit:
            return set()
        if isinstance(sender, TogetherSender):
            return set() if busy else await self._start_together(sender)
        parcels = await claims.claim(self._runtime.sessions, self.destination_id, limit - busy)
        return {asyncio.create_task(self._deliver(sender, parcel)) for parcel in parcels}

    async def _start_together(self, sender: TogetherSender) -> set[asyncio.Task[None]]:
        parcels = await claims.claim(
            self._runtime.sessions, self.destination_id, sender.most, together=True
        )
        if not parcels:
            return set()
        return {asyncio.create_task(self._deliver_all(parcels, sender.send_all(parcels)))}

    async def _wait(self, on_their_way: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        """Wait until one has arrived, or more is due while there is place for it."""
        wake = asyncio.create_task(self.wake.wait())
        done, _ = await asyncio.wait({*on_their_way, wake}, return_when=asyncio.FIRST_COMPLETED)
        wake.cancel()
        for task in done - {wake}:
            task.result()
        return on_their_way - done

    async def _deliver(self, sender: Sender, parcel: Parcel) -> None:
        async def send_one() -> Sequence[Answer]:
            return [await sender.send(parcel)]

        await self._deliver_all([parcel], send_one())

    async def _deliver_all(
        self, parcels: Sequence[Parcel], sending: Awaitable[Sequence[Answer]]
    ) -> None:
        """Wait for what comes of it, and enter that for each."""
        began_at = clock.now()
        try:
            async with asyncio.timeout(claims.ATTEMPT_SECONDS):
                answers = await sending
        except TimeoutError:
            took = round(claims.ATTEMPT_SECONDS * 1000)
            error = f"No answer within {claims.ATTEMPT_SECONDS:g} s."
            answers = [Answer(began_at, took, error=error)] * len(parcels)
        except asyncio.CancelledError:
            await claims.release(self._runtime.sessions, parcels)
            raise
        except Exception as error:  # noqa: BLE001 - a delivery is entered, whatever ails it
            logger.opt(exception=not isinstance(error, AppError)).warning("delivery.failed_here")
            failed = Answer(began_at, duration_ms=0, error=_in_words(error))
            answers = [failed] * len(parcels)
        if self._pace is not None:
            self._pace.learn(answers[0])
        outcomes = claims.judge_all(self.destination_id, parcels, answers)
        await asyncio.gather(*map(self._ledger.enter, outcomes))
        if self._pace is not None and (rest := self._pace.rest_seconds()):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), rest)

    async def _read(self, http: httpx.AsyncClient) -> bool:
        """Read how to deliver, now and then anew. False: the destination is no longer there."""
        now = asyncio.get_running_loop().time()
        # What goes out together goes seldom, and to nobody who has just unsubscribed.
        is_kept = self._sender is not None and not isinstance(self._sender, TogetherSender)
        if is_kept and now - self._read_at < _KEPT_SECONDS:
            return True
        async with db.transaction(self._runtime.sessions) as session:
            destination = await session.get(Destination, self.destination_id)
        if destination is None:
            return False
        if self._pace is None:
            is_failing = destination.failing_since is not None
            self._pace = Pace.at_first(destination.concurrency, is_failing=is_failing)
        self._pace.keep_within(destination.concurrency)
        until = destination.previous_secret_until
        as_it_is = (destination.updated_at, until is not None and until > clock.now())
        if as_it_is != self._as_read:
            self._sender = open_sender(destination, self._runtime, http)
            self._as_read = as_it_is
        self._read_at = now
        return True


def _in_words(error: Exception) -> str:
    if isinstance(error, AppError):
        return error.detail
    return "Something went wrong here; the log has the details."
