"""What came of deliveries is entered, whatever ails the database, one of them, or the lane."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlmodel import select

from backend.calls.models import Call
from backend.destinations import booking, claims
from backend.destinations.claims import Outcome
from backend.destinations.entering import Ledger
from backend.destinations.models import Delivery, DeliveryAttempt, DeliveryStatus
from backend.destinations.parcel import Answer, Parcel
from backend.platform import clock, db
from backend.platform.database_failures import FAILURES
from tests.destinations.conftest import destination
from tests.destinations.happenings import again, calls_end
from tests.support.customers import Customer, new_customer
from tests.support.logs import captured_log
from tests.support.sandbox import Sandbox
from tests.support.service import running_service, test_settings
from tests.support.waiting import until


@pytest.fixture
async def desk(dsn: str, sandbox: Sandbox) -> AsyncIterator[Customer]:
    """An organisation of a service whose only worker is the test."""
    settings = test_settings(dsn, sandbox)
    async with (
        running_service(settings, worker=False) as running,
        new_customer(running) as customer,
    ):
        yield customer


async def claimed(desk: Customer, count: int) -> tuple[UUID, list[Parcel]]:
    made = await destination(desk, "http://127.0.0.1:9/", events=["call.ended"])
    await calls_end(desk, count)
    while await booking.book(desk.sessions):
        pass
    destination_id = UUID(made["id"])
    return destination_id, await claims.claim(desk.sessions, destination_id, count)


async def statuses(desk: Customer, destination_id: UUID) -> Sequence[str]:
    async with db.transaction(desk.sessions) as session:
        wanted = select(Delivery.status).where(Delivery.destination_id == destination_id)
        return (await session.exec(wanted)).all()


async def test_connections_that_are_ended_meanwhile_lose_no_outcome(
    desk: Customer, dsn: str
) -> None:
    destination_id, parcels = await claimed(desk, 5)
    ledger = Ledger(desk.sessions)
    admin = await asyncpg.connect(dsn)
    # Held, so that the entry waits; then its connection is ended by the server.
    async with admin.transaction():
        await admin.execute("select 1 from deliveries for update")
        outcomes = [claims.judge(destination_id, each, taken()) for each in parcels]
        entering = [asyncio.create_task(ledger.enter(each)) for each in outcomes]
        ended = 0
        while not ended:
            ended = await admin.fetchval(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                "where datname = current_database() and wait_event_type = 'Lock'"
            )
    await asyncio.gather(*entering)
    await admin.close()

    assert set(await statuses(desk, destination_id)) == {DeliveryStatus.DELIVERED}


async def test_an_outcome_that_cannot_be_entered_keeps_no_other_waiting(desk: Customer) -> None:
    destination_id, parcels = await claimed(desk, 4)
    ledger = Ledger(desk.sessions)
    outcomes = [claims.judge(destination_id, each, taken()) for each in parcels]
    far = Answer(clock.now(), duration_ms=2**40)  # longer than its column holds
    outcomes[1] = claims.judge(destination_id, parcels[1], far)

    await asyncio.wait_for(asyncio.gather(*(ledger.enter(each) for each in outcomes)), 10)

    found = sorted(await statuses(desk, destination_id))
    assert found == ["delivered", "delivered", "delivered", "sending"]


async def test_what_cannot_be_kept_is_entered_without_its_words(desk: Customer) -> None:
    """Left out, it would be sent again and again."""
    destination_id, parcels = await claimed(desk, 2)
    strange = Answer(clock.now(), 1, 200, outcome={"kind": "file", "key": "half \ud800"})
    fine = Answer(clock.now(), 1, 200, answer="fine")
    ledger = Ledger(desk.sessions)

    await asyncio.gather(
        ledger.enter(claims.judge(destination_id, parcels[0], strange)),
        ledger.enter(claims.judge(destination_id, parcels[1], fine)),
    )

    async with db.transaction(desk.sessions) as session:
        entered = {each.id: each for each in (await session.exec(select(Delivery))).all()}
    assert {each.status for each in entered.values()} == {DeliveryStatus.DELIVERED}
    assert entered[parcels[0].id].outcome is None


async def test_no_event_is_counted_as_failed_when_the_database_goes_away_while_it_is_booked(
    desk: Customer, dsn: str
) -> None:
    await destination(desk, "http://127.0.0.1:9/", events=["call.ended"])
    await calls_end(desk, 3)
    admin, holder = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    # Held, so that booking waits; then its connection is ended by the server.
    async with holder.transaction():
        await holder.execute("lock table deliveries")
        with captured_log() as log:
            booked = asyncio.create_task(booking.book(desk.sessions))

            async def probe() -> bool:
                await admin.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where "
                    "datname = current_database() and wait_event_type = 'Lock'"
                )
                return booked.done()

            await until(probe, "booking to have met that the database is gone")

    with pytest.raises(FAILURES):
        await booked
    assert log.of("outbox.event_failed") == []
    assert await admin.fetch("select 1 from outbox where attempts > 0") == []
    while await booking.book(desk.sessions):
        pass
    assert await admin.fetchval("select count(*) from deliveries") == 3
    await asyncio.gather(admin.close(), holder.close())


async def test_what_waits_behind_a_failed_one_is_asked_for_no_earlier_than_it_was_to_be(
    desk: Customer, dsn: str
) -> None:
    destination_id, (first,) = await claimed(desk, 1)
    async with db.transaction(desk.sessions) as session:
        call = (await session.exec(select(Call))).one()
    await again(desk, call)
    await booking.book(desk.sessions)
    admin = await asyncpg.connect(dsn)
    set_off = await admin.fetchval(
        "update deliveries set next_attempt_at = now() + interval '1 h' where status = 'pending' "
        "returning next_attempt_at"
    )

    failed = Answer(clock.now(), 1, 500, error="Answered 500.")
    await Ledger(desk.sessions).enter(claims.judge(destination_id, first, failed))

    waiting = "select next_attempt_at from deliveries where id <> $1"
    assert await admin.fetchval(waiting, first.id) == set_off
    await admin.close()


async def test_what_receivers_say_is_entered_whatever_they_say(desk: Customer) -> None:
    destination_id, (parcel,) = await claimed(desk, 1)
    strange = Answer(clock.now(), 1, 200, answer="half \ud800, none \0")

    await Ledger(desk.sessions).enter(claims.judge(destination_id, parcel, strange))

    async with db.transaction(desk.sessions) as session:
        (attempt,) = (await session.exec(select(DeliveryAttempt))).all()
    assert attempt.answer == "half \ufffd, none \ufffd"


async def test_an_outcome_is_entered_once_and_by_who_holds_the_claim_alone(desk: Customer) -> None:
    destination_id, (parcel,) = await claimed(desk, 1)
    ledger = Ledger(desk.sessions)
    delivered = claims.judge(destination_id, parcel, taken())
    failed = claims.judge(destination_id, parcel, Answer(clock.now(), 1, error="Too late."))

    await asyncio.gather(ledger.enter(delivered), ledger.enter(delivered))
    await ledger.enter(failed)

    assert await statuses(desk, destination_id) == [DeliveryStatus.DELIVERED]
    async with db.transaction(desk.sessions) as session:
        assert len((await session.exec(select(DeliveryAttempt))).all()) == 1


def taken() -> Answer:
    return Answer(clock.now(), duration_ms=1, status_code=204)


def test_only_the_last_attempt_is_told_to_anybody() -> None:
    parcel = Parcel(UUID(int=1), "call.ended", clock.now(), "{}", attempt=10, step=9)
    last: Outcome = claims.judge(UUID(int=2), parcel, Answer(clock.now(), 1, error="No."))
    assert (last.status, last.is_ordinary) == (DeliveryStatus.DEAD, False)


async def test_nothing_is_claimed_for_a_destination_that_was_switched_off_meanwhile(
    desk: Customer,
) -> None:
    """Its lane may be running still, with all that waits before it."""
    made = await destination(desk, "http://127.0.0.1:9/", events=["call.ended"], concurrency=1)
    await calls_end(desk, 5)
    while await booking.book(desk.sessions):
        pass
    await desk.patch(f"/destinations/{made['id']}", {"enabled": False})

    assert await claims.claim(desk.sessions, UUID(made["id"]), 10) == []
    assert set(await statuses(desk, UUID(made["id"]))) == {DeliveryStatus.PENDING}


async def test_a_destination_that_takes_no_more_at_once_is_given_no_more(desk: Customer) -> None:
    made = await destination(desk, "http://127.0.0.1:9/", events=["call.ended"], concurrency=2)
    await calls_end(desk, 5)
    while await booking.book(desk.sessions):
        pass

    claimed = [await claims.claim(desk.sessions, UUID(made["id"]), 10) for _ in range(2)]

    assert [len(parcels) for parcels in claimed] == [2, 0]


@pytest.mark.parametrize(("together", "most"), [(True, 5), (False, 2)])
async def test_workers_that_claim_at_the_same_moment_stay_within_the_limit(
    desk: Customer, dsn: str, *, together: bool, most: int
) -> None:
    """Both wait for the same lock: who gets it last must see what the other has claimed."""
    made = await destination(desk, "http://127.0.0.1:9/", events=["call.ended"], concurrency=2)
    await calls_end(desk, 5)
    while await booking.book(desk.sessions):
        pass
    destination_id = UUID(made["id"])
    admin, onlooker = await asyncpg.connect(dsn), await asyncpg.connect(dsn)

    async def both_wait() -> bool:
        waiting = await onlooker.fetchval(
            "select count(*) from pg_stat_activity "
            "where datname = current_database() and wait_event_type = 'Lock'"
        )
        return bool(waiting == len(claiming))

    async with admin.transaction():
        await admin.execute("select 1 from destinations where id = $1 for update", destination_id)
        claiming = [
            asyncio.create_task(
                claims.claim(desk.sessions, destination_id, most, together=together)
            )
            for _ in range(2)
        ]
        await until(both_wait, "both to wait for the lock")
    claimed = await asyncio.gather(*claiming)
    await admin.close()
    await onlooker.close()

    assert sorted(len(parcels) for parcels in claimed) == [0, most]


async def test_finding_who_has_something_due_reads_the_first_of_each_and_not_all_that_waits(
    desk: Customer, dsn: str
) -> None:
    """The dead have much that waits, and it is asked at each event."""
    made = [await destination(desk, "http://127.0.0.1:9/") for _ in range(2)]
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        """
        insert into deliveries (id, org_id, destination_id, event_id, event, status, attempts,
            step, next_attempt_at, created_at)
        select gen_random_uuid(), org_id, id, n, 'call.ended', 'pending', 0, 0, now(), now()
        from destinations cross join generate_series(-5000, -1) as n where id = any($1::uuid[])
        """,
        [each["id"] for each in made],
    )

    plan = json.loads(await connection.fetchval(f"explain (analyze, format json) {claims.DUE}"))
    await connection.close()

    assert 2 <= rows_read(plan[0]["Plan"]) < 100


def rows_read(node: dict[str, Any]) -> float:
    """Add up what a plan read of deliveries."""
    own = node["Actual Rows"] * node["Actual Loops"]
    is_theirs = node.get("Relation Name") == "deliveries"
    return (own if is_theirs else 0) + sum(map(rows_read, node.get("Plans", [])))
