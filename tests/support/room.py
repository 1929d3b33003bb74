"""One organisation with nothing running around it: jobs run when the test runs them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from backend.agents.models import Agent
from backend.agents.retell import publishing
from backend.agents.retell.publishing import Publication
from backend.auth.models import Organisation
from backend.calls import reconciliation, service as calls
from backend.calls.models import Call, CallStatus
from backend.calls.service import NewCall
from backend.platform import clock, db
from backend.platform.events import LoggedEvent, Subscription
from backend.platform.settings import Settings
from backend.providers.retell import Retell
from backend.providers.runtime import Runtime, open_runtime
from backend.wiring import build
from tests.support import builders
from tests.support.sandbox import API_KEY

# Where the sandbox sends webhooks that nobody takes.
NOWHERE = "http://127.0.0.1:9/"

_TAKE_JOB = text(
    """
    delete from pgqueuer where id = (
        select id from pgqueuer where execute_after <= now() order by id
        for update skip locked limit 1
    ) returning entrypoint, payload
    """
)


@dataclass(frozen=True)
class Room:
    runtime: Runtime
    org: Organisation

    async def agent(self, **config: Any) -> Agent:
        """Publish an agent to the sandbox; its webhooks get lost."""
        async with db.transaction(self.runtime.sessions) as session:
            user = await builders.user(session, self.org.id)
            draft = await builders.agent(session, self.org.id, **config)
        publication = Publication(self.org.id, draft.id, NOWHERE, user.id, None)
        return await publishing.publish_agent(
            self.runtime.sessions, self.runtime.retell, publication
        )

    async def call(self, agent: Agent, to_number: str = "+14155550100", **wanted: Any) -> Call:
        """Place a call. It is not dialled yet."""
        defaults: dict[str, Any] = {"variables": {}, "metadata": {}, "scheduled_at": None}
        new = NewCall(agent_id=agent.id, to_number=to_number, **(defaults | wanted))
        async with db.transaction(self.runtime.sessions) as session:
            return await calls.place_call(
                session, self.org.id, new, settings=self.runtime.settings, idempotency_key=None
            )

    async def stored(self, call: Call) -> Call:
        """Read the call as it is now."""
        async with db.transaction(self.runtime.sessions) as session:
            return await calls.get_call(session, self.org.id, call.id)

    async def change(self, call: Call, **columns: Any) -> Call:
        """Put columns of a call to other values, for time that is said to have passed."""
        async with db.transaction(self.runtime.sessions) as session:
            found = await calls.lock_call(session, self.org.id, call.id)
            found.sqlmodel_update(columns)
            return found

    async def logged(self, call_id: UUID) -> list[LoggedEvent]:
        """Read what was announced about a call, in the order in which readers of the log see it."""
        statement = select(LoggedEvent).where(LoggedEvent.call_id == call_id)
        async with db.transaction(self.runtime.sessions) as session:
            in_order = statement.order_by(col(LoggedEvent.transaction_id), col(LoggedEvent.id))
            found = await session.exec(in_order)
            return list(found.all())

    async def names(self, call_id: UUID) -> list[str]:
        return [event.name for event in await self.logged(call_id)]

    async def deadline_passes(self, call: Call) -> list[Exception]:
        """Say that a call has waited long enough for its news, and run what comes of that."""
        await self.change(call, check_at=clock.now())
        await reconciliation.claim_overdue(self.runtime)
        return await self.run_jobs()

    async def forgotten(self) -> list[Call]:
        """Find calls that nothing would ever move on: no deadline, and not to be dialled."""
        waiting = col(Call.status).in_([CallStatus.SCHEDULED, CallStatus.QUEUED])
        running = col(Call.status).in_([CallStatus.DIALING, CallStatus.IN_PROGRESS])
        has_no_time = (waiting & col(Call.due_at).is_(None)) | (
            running & col(Call.check_at).is_(None)
        )
        async with db.transaction(self.runtime.sessions) as session:
            return list((await session.exec(select(Call).where(has_no_time))).all())

    async def run_jobs(self) -> list[Exception]:
        """Run the jobs that are due, and those that these bring, once each. Return what failed."""
        failures: list[Exception] = []
        while (job := await self._take_job()) is not None:
            subscription, payload = job
            try:
                await subscription.job(
                    self.runtime, subscription.event.model_validate_json(payload)
                )
            except Exception as error:  # noqa: BLE001 - the test judges what failed
                failures.append(error)
        return failures

    async def _take_job(self) -> tuple[Subscription[Runtime], bytes] | None:
        async with db.transaction(self.runtime.sessions) as session:
            row = (await (await session.connection()).execute(_TAKE_JOB)).one_or_none()
        if row is None:
            return None
        subscriptions = build(self.runtime.settings).subscriptions.values()
        of_name = {each.job_name: each for several in subscriptions for each in several}
        return of_name[row.entrypoint], row.payload

    @asynccontextmanager
    async def with_retell(self, **options: Any) -> "AsyncIterator[Room]":
        """Give the same room with another way to Retell: another address, less patience."""
        defaults = {"api_key": API_KEY, "base_url": self.runtime.settings.retell.base_url}
        retell = Retell(**(defaults | options))
        try:
            yield replace(self, runtime=replace(self.runtime, retell=retell))
        finally:
            await retell.close()


@asynccontextmanager
async def open_room(settings: Settings) -> AsyncIterator[Room]:
    engine = db.create_engine(settings.database)
    sessions = db.create_sessions(engine, build(settings))
    try:
        async with open_runtime(settings, sessions) as runtime:
            async with db.transaction(sessions) as session:
                org = await builders.organisation(session)
            yield Room(runtime, org)
    finally:
        await engine.dispose()
