"""What is told of an event about an evaluation is the revision that it is about."""

from uuid import UUID

from sqlmodel import col, select

from backend.platform import db
from backend.platform.events import LoggedEvent
from backend.quality.telling import tell_evaluations
from tests.quality.policies import agent_of, evaluated, place, publish
from tests.support.customers import Customer


async def _logged(customer: Customer, call_id: UUID) -> list[LoggedEvent]:
    statement = select(LoggedEvent).where(LoggedEvent.call_id == call_id)
    async with db.transaction(customer.sessions) as session:
        return list(await session.exec(statement.order_by(col(LoggedEvent.id))))


async def test_each_event_tells_of_its_own_revision(customer: Customer) -> None:
    policy = await publish(customer)
    call = await place(customer, await agent_of(customer))
    await evaluated(customer, call, policy)
    await customer.patch(
        f"/calls/{call.id}/evaluation", {"results": {"goodbye": {"verdict": "yes"}}}
    )
    events = await _logged(customer, call.id)

    async with db.transaction(customer.sessions) as session:
        told = await tell_evaluations(session, events)

    by_name = {event.name: told[event.id] for event in events if event.id}
    shown = {name: (each["revision"], each["score"]) for name, each in by_name.items()}
    assert shown == {
        "evaluation.completed": (1, 80.0),
        "violation.found": (1, 80.0),
        "evaluation.reviewed": (2, 100.0),
    }
