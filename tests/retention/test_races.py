"""Somebody is erased while their call is worked on: nothing of them comes back, or leaves."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import select

from backend.calls import service as calls
from backend.calls.events import CallEnded
from backend.calls.models import Call
from backend.conduct import jobs as conduct
from backend.destinations import claims
from backend.destinations.entering import Ledger
from backend.destinations.models import Delivery, DeliveryStatus, Destination
from backend.destinations.parcel import Answer
from backend.insights import jobs as insights
from backend.insights.meaning import service as meaning
from backend.platform import clock, db
from backend.providers.embedding.embedding import Embedding
from backend.retention import service
from backend.retention.models import Erasure, ErasureStatus
from tests.retention.test_erasing import _an_agent, _failure_of, erase, stored
from tests.support import builders
from tests.support.people import Person, a_person, an_office, dump, fill_rooms, holding
from tests.support.room import Room
from tests.support.waiting import until_one_waits_for_a_lock

MODEL = "openai/sandbox-stand-in"


async def _a_call(room: Room, person: Person, *lines: str, agent: Any = None) -> Call:
    agent = agent or await _an_agent(room)
    async with db.transaction(room.runtime.sessions) as session:
        call = await builders.call(
            session,
            agent,
            to_number=person.number,
            lines=lines or (f"user: {person.sentence}",),
            seen=["analyzed", "ended", "started"],
        )
    person.calls.append(call)
    return call


async def _is_erased(room: Room, person: Person, erasure: Erasure) -> Erasure:
    done = await stored(room, erasure)
    assert (done.status, done.error) == (ErasureStatus.DONE, None)
    assert holding(await dump(room.runtime.settings.database.dsn), *person.marks) == {}
    return done


class Interrupted(Embedding):
    """The sandbox's model; while it is first asked, a person is erased."""

    def __init__(self, room: Room, person: Person) -> None:
        super().__init__(room.runtime.settings, room.runtime.embedding)
        self._room, self._person = room, person
        self.erasure: Erasure | None = None
        self.asked_since: list[str] = []

    @property
    def identity(self) -> str:
        return MODEL

    async def embed(
        self, identity: str, texts: Sequence[str], *, is_question: bool = False
    ) -> list[list[float]]:
        if self.erasure is None:
            self.erasure = await erase(self._room, self._person.number)
            assert await self._room.run_jobs() == []
        else:
            self.asked_since += texts
        return await super().embed(identity, texts, is_question=is_question)


async def test_who_is_erased_while_they_are_embedded_is_asked_about_no_more(kept: Room) -> None:
    person, other = a_person(710), a_person(711)
    much = [f"user: {number} {person.sentence} {'again ' * 40}" for number in range(40)]
    for somebody, lines in ((other, ()), (person, much)):
        call = await _a_call(kept, somebody, *lines)
        await insights.cut_call(kept.runtime, CallEnded(org_id=kept.org.id, call_id=call.id))
    model = Interrupted(kept, person)
    while_asked = replace(kept, runtime=replace(kept.runtime, embedding=model))

    await meaning.embed_all(while_asked.runtime, kept.org.id)
    await model.close()

    assert model.erasure is not None
    await _is_erased(kept, person, model.erasure)
    assert not [said for said in model.asked_since if person.sentence in said]
    # Nobody else's vectors are missing for it.
    _, progress = await meaning.look(while_asked.runtime, kept.org.id)
    assert (progress.calls, progress.embedded) == (1, 1)


async def test_who_asks_for_no_more_calls_while_they_are_erased_is_gone_and_not_called(
    kept: Room,
) -> None:
    person = a_person(712)
    agent = await kept.agent()
    call = await _a_call(kept, person, "user: Please don't call me again.", agent=agent)
    erasure = await erase(kept, person.number)

    # A job that was claimed before.
    await conduct.check_call(kept.runtime, CallEnded(org_id=kept.org.id, call_id=call.id))
    assert await kept.run_jobs() == []

    await _is_erased(kept, person, erasure)
    assert await _failure_of(kept.call(agent, person.number)) == "suppressed"


async def test_a_call_that_is_erased_before_it_is_looked_at_is_no_failure(kept: Room) -> None:
    person = a_person(713)
    call = await _a_call(kept, person, "user: Please don't call me again.")
    erasure = await erase(kept, person.number)
    assert await kept.run_jobs() == []

    await conduct.check_call(kept.runtime, CallEnded(org_id=kept.org.id, call_id=call.id))
    await conduct.check_earlier(kept.runtime)
    await insights.cut_call(kept.runtime, CallEnded(org_id=kept.org.id, call_id=call.id))
    await insights.cut_earlier(kept.runtime)

    await _is_erased(kept, person, erasure)


async def _on_its_way(room: Room, person: Person) -> tuple[Destination, Call]:
    """Have a delivery about the person, which is due."""
    agent = await _an_agent(room)
    office = await an_office(room, agent)
    call = await _a_call(room, person, agent=agent)
    await fill_rooms(room, office, person, call)
    async with db.transaction(room.runtime.sessions) as session:
        crm = await session.get_one(Destination, office.crm.id)
        crm.enabled = True
        deliveries = await session.exec(select(Delivery).where(Delivery.call_id == call.id))
        for delivery in deliveries:
            delivery.status, delivery.delivered_at = DeliveryStatus.PENDING, None
            delivery.attempts = 1
    return crm, call


async def test_what_is_being_delivered_while_they_are_erased_is_told_as_passed_on(
    kept: Room,
) -> None:
    person = a_person(714)
    crm, _ = await _on_its_way(kept, person)
    erasure = await erase(kept, person.number)
    (parcel,) = await claims.claim(kept.runtime.sessions, crm.id, 5)
    assert person.sentence in parcel.raw

    assert await kept.run_jobs() == []
    ledger = Ledger(kept.runtime.sessions)
    for answer in (_taken(), _gone()):
        await ledger.enter(claims.judge(crm.id, parcel, answer))
    assert await kept.run_jobs() == []

    done = await _is_erased(kept, person, erasure)
    assert done.found["passed_on"] == {"webhook webhook": 1}
    assert await claims.claim(kept.runtime.sessions, crm.id, 5) == []


async def test_what_a_receiver_refuses_for_good_after_they_are_erased_is_told_to_nobody(
    kept: Room,
) -> None:
    person = a_person(715)
    crm, call = await _on_its_way(kept, person)
    (parcel,) = await claims.claim(kept.runtime.sessions, crm.id, 5)
    await erase(kept, person.number)
    assert await kept.run_jobs() == []

    outcome = claims.judge(crm.id, parcel, _gone())
    await Ledger(kept.runtime.sessions).enter(outcome)

    assert await kept.names(call.id) == []


async def test_a_deleted_call_tells_to_whom_it_was_passed_on(kept: Room) -> None:
    person = a_person(716)
    agent = await _an_agent(kept)
    office = await an_office(kept, agent)
    call = await _a_call(kept, person, agent=agent)
    await fill_rooms(kept, office, person, call)
    async with db.transaction(kept.runtime.sessions) as session:
        deleted = await service.delete_call(session, kept.org.id, call.id, kept.runtime.settings)
    assert await kept.run_jobs() == []

    done = await _is_erased(kept, person, deleted)
    assert done.found["passed_on"] == {"webhook webhook": 1}


async def test_a_call_is_not_looked_at_in_the_middle_of_its_erasure(kept: Room) -> None:
    person = a_person(717)
    call = await _a_call(kept, person, "user: Please don't call me again.")
    async with db.transaction(kept.runtime.sessions) as session:
        await calls.lock_call(session, kept.org.id, call.id)
        checking = asyncio.create_task(
            conduct.check_call(kept.runtime, CallEnded(org_id=kept.org.id, call_id=call.id))
        )
        await until_one_waits_for_a_lock(kept.runtime.sessions)
        erasure = await service.erase_call(session, kept.org.id, call.id, kept.runtime.settings)
        subject = service.open_subject(erasure, kept.runtime.settings)
        assert subject is not None
        await service.erase_rows(session, erasure, subject)
    await checking
    assert await kept.run_jobs() == []

    await _is_erased(kept, person, erasure)


def _taken() -> Answer:
    return Answer(clock.now(), duration_ms=1, status_code=204)


def _gone() -> Answer:
    return Answer(clock.now(), duration_ms=1, status_code=410, error="Gone.", is_gone=True)
