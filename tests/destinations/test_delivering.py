"""Attempts: in order, within limits, each destination for itself, until it is delivered or dead."""

import asyncio
import time

import pytest
from sqlalchemy import text
from sqlmodel import select

from backend.destinations import booking, claims, upkeep
from backend.destinations.models import Delivery, DeliveryStatus
from backend.platform import db
from tests.destinations.conftest import destination
from tests.destinations.happenings import again, an_agent, calls_end
from tests.support.customers import Customer
from tests.support.receiver import Received, Receiver, Reply, Reset, receiving
from tests.support.waiting import until

GONE = Reply(410)


async def statuses(shop: Customer, destination_id: str) -> list[str]:
    found = await shop.get("/deliveries", destination_id=destination_id, limit=200)
    return [each["status"] for each in reversed(found["items"])]


async def until_all(shop: Customer, destination_id: str, *wanted: str, count: int) -> None:
    async def probe() -> bool:
        found = await statuses(shop, destination_id)
        return len(found) == count and set(found) <= set(wanted)

    await until(probe, f"{count} deliveries to be {' or '.join(wanted)}")


async def test_what_happens_to_one_call_arrives_in_order_also_when_the_first_is_tried_again(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url)
    receiver.always(Reply(503, headers={"retry-after": "1"}), Reply(200))
    (call,) = await calls_end(shop)
    await receiver.until_received(1)
    await again(shop, call, times=3)

    received = await receiver.until_received(5)

    ids = [each.id for each in received]
    assert ids[0] == ids[1]
    assert ids[1:] == sorted(ids[1:])
    await until_all(shop, made["id"], "delivered", count=4)


async def test_a_call_that_waits_holds_up_no_other_call(shop: Customer, receiver: Receiver) -> None:
    agent = await an_agent(shop)
    made = await destination(shop, receiver.url)
    (first,) = await calls_end(shop, agent=agent)
    await receiver.until_received(1)

    async def only_others(request: Received) -> Reply:
        return Reply(500 if request.json["data"]["call"]["id"] == str(first.id) else 200)

    receiver.answer = only_others
    await again(shop, first)
    await calls_end(shop, 3, agent)

    await receiver.until_received(5)
    await until_all(shop, made["id"], "delivered", "pending", count=5)
    assert sorted(await statuses(shop, made["id"])).count("pending") == 1


async def test_a_destination_gets_no_more_at_once_than_its_limit(
    shop: Customer, receiver: Receiver
) -> None:
    await destination(shop, receiver.url, concurrency=2)
    gate = asyncio.Event()

    async def wait(_: Received) -> Reply:
        await gate.wait()
        return Reply()

    receiver.answer = wait
    await calls_end(shop, 6)

    async def two_are_there() -> bool:
        return receiver.most_at_once == 2

    await until(two_are_there, "two deliveries to be on their way")
    gate.set()
    await receiver.until_received(6)
    assert receiver.most_at_once == 2


async def test_one_that_hangs_holds_up_no_other_destination(
    shop: Customer, receiver: Receiver
) -> None:
    async with receiving() as hanging:
        never = asyncio.Event()

        async def hang(_: Received) -> Reply:
            await never.wait()
            return Reply()

        hanging.answer = hang
        await destination(shop, hanging.url)
        await destination(shop, receiver.url)
        await calls_end(shop, 20)

        await receiver.until_received(20)

        assert hanging.received == []
        assert hanging.most_at_once <= 4
        never.set()


async def test_one_that_refuses_at_once_is_not_asked_all_the_time(
    shop: Customer, receiver: Receiver
) -> None:
    receiver.always(Reply(500))
    began = time.monotonic()
    await destination(shop, receiver.url)
    await calls_end(shop, 30)

    await receiver.until_received(7)

    # Two at once, then one by one, with rests of at least 0.1, 0.2, 0.4 and 0.8 s between them.
    assert time.monotonic() - began >= 1.5


async def test_what_waits_for_hours_goes_out_at_once_when_somebody_says_so(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url)
    receiver.always(Reply(503, headers={"retry-after": "3600"}))
    await calls_end(shop, 3)
    await receiver.until_received(3)
    await until_all(shop, made["id"], "pending", count=3)
    receiver.always(Reply(200))
    which = {"since": "2026-01-01T00:00:00Z", "status": ["pending"]}

    preview = await shop.post(f"/destinations/{made['id']}/replay/preview", which)
    await shop.post(f"/destinations/{made['id']}/replay", which)

    assert preview == {"count": 3}
    await until_all(shop, made["id"], "delivered", count=3)


async def test_410_switches_the_destination_off_and_what_happens_then_can_be_replayed(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url)
    receiver.always(GONE, Reply(200))
    (call,) = await calls_end(shop)

    async def is_off() -> bool:
        return not (await shop.get(f"/destinations/{made['id']}"))["enabled"]

    await until(is_off, "the destination to be switched off")
    assert (await shop.get(f"/destinations/{made['id']}"))["disabled_reason"] == "gone"
    await again(shop, call)
    await until_all(shop, made["id"], "dead", "missed", count=2)
    refused = await shop.client.post(
        f"/api/v1/destinations/{made['id']}/replay", json={"since": made["created_at"]}
    )
    assert refused.status_code == 409

    await shop.post(f"/destinations/{made['id']}/enable")
    wanted = {"since": made["created_at"]}
    preview = await shop.post(f"/destinations/{made['id']}/replay/preview", wanted)
    replayed = await shop.post(f"/destinations/{made['id']}/replay", wanted)

    assert preview["count"] == replayed["count"] == 2
    received = await receiver.until_received(3)
    assert received[0].id == received[1].id
    await until_all(shop, made["id"], "delivered", count=2)


async def test_failures_are_named_and_nothing_of_a_secret_is_kept(
    shop: Customer, receiver: Receiver
) -> None:
    headers = {"Authorization": "Bearer crm-token-4711"}
    made = await destination(shop, receiver.url, config={"url": receiver.url, "headers": headers})

    async def echo(request: Received) -> Reply:
        return Reply(500, f"you sent {request.headers['authorization']}\0".encode() + b"x" * 9000)

    receiver.answer = echo
    await calls_end(shop)
    await until_all(shop, made["id"], "pending", count=1)
    (listed,) = (await shop.get("/deliveries", destination_id=made["id"]))["items"]

    async def was_tried() -> list[dict[str, object]]:
        tries: list[dict[str, object]] = (await shop.get(f"/deliveries/{listed['id']}"))["tries"]
        return tries

    (attempt,) = await until(was_tried, "an attempt to be entered")
    assert attempt["error"] == "Answered 500."
    assert str(attempt["answer"]).startswith("you sent [masked]\ufffdxxx")
    assert len(str(attempt["answer"]).encode()) <= 4096
    assert made["config"]["headers"] == ["Authorization"]


async def test_no_redirect_is_followed_and_a_cut_connection_is_told(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url)

    async def misbehave(request: Received) -> Reply:
        if len(receiver.received) == 0:
            return Reply(302, headers={"location": receiver.url})
        raise Reset

    receiver.answer = misbehave
    await calls_end(shop, 1)
    await receiver.until_received(1)
    await calls_end(shop, 1)
    await receiver.until_received(2)

    async def errors() -> list[str] | None:
        items = (await shop.get("/deliveries", destination_id=made["id"]))["items"]
        found = [each["last_error"] for each in reversed(items)]
        return found if len(found) == 2 and all(found) else None

    first, second = await until(errors, "both to have failed")
    assert first.startswith("Answered 302. Redirects are not followed")
    assert second == "The connection broke before an answer came."


NOT_PUBLIC = [
    "http://10.0.0.1/hook", "http://192.168.1.1/hook", "http://100.64.0.1/hook",
    "http://169.254.169.254/hook", "http://[fe80::1]/hook", "http://[fd00::1]/hook",
    "http://[::1]:9/hook", "http://[::ffff:10.0.0.1]/hook", "http://[::ffff:a9fe:a9fe]/hook",
    "http://2130706434:9/hook",
]  # fmt: skip


@pytest.mark.parametrize("url", NOT_PUBLIC)
@pytest.mark.parametrize("kind", ["webhook", "airflow"])
async def test_an_address_that_is_not_public_is_refused_when_it_is_connected_to(
    shop: Customer, url: str, kind: str
) -> None:
    config = {"url": url} if kind == "webhook" else {"url": url, "dag_id": "d", "token": "t"}
    made = await destination(shop, url, kind=kind, config=config)

    tested = await shop.post(f"/destinations/{made['id']}/test")

    assert tested["delivered"] is False
    assert tested["attempt"]["status_code"] is None
    assert "is not an address on the public internet" in tested["attempt"]["error"]


async def test_a_worker_that_died_loses_its_deliveries_to_another(
    shop: Customer, receiver: Receiver
) -> None:
    """As left by a killed worker: claimed, with a lease that ends."""
    made = await destination(shop, receiver.url, enabled=False)
    await calls_end(shop)
    await until_all(shop, made["id"], "missed", count=1)
    async with db.transaction(shop.sessions) as session:
        await (await session.connection()).execute(
            text(
                "update deliveries set status = 'sending', attempts = 1, "
                "lease_until = now() - interval '1 s' where destination_id = :id"
            ),
            {"id": made["id"]},
        )
    await shop.post(f"/destinations/{made['id']}/enable")

    await receiver.until_received(1)
    await until_all(shop, made["id"], "delivered", count=1)
    (listed,) = (await shop.get("/deliveries", destination_id=made["id"]))["items"]
    assert listed["attempts"] == 2


async def test_a_destination_that_failed_for_five_days_is_switched_off(
    shop: Customer, receiver: Receiver
) -> None:
    made, other = await destination(shop, receiver.url), await destination(shop, receiver.url)
    async with db.transaction(shop.sessions) as session:
        await (await session.connection()).execute(
            text(
                "update destinations set failing_since = now() - interval '5 days 1 s' "
                "where id = :id"
            ),
            {"id": made["id"]},
        )

    await upkeep.switch_off_failing(shop.sessions)
    await upkeep.switch_off_failing(shop.sessions)

    found = await shop.get(f"/destinations/{made['id']}")
    assert (found["enabled"], found["disabled_reason"]) == (False, "failing")
    assert (await shop.get(f"/destinations/{other['id']}"))["enabled"]
    told = await shop.events("/events?names=destination.disabled", "destination.disabled")
    assert [each["data"]["destination_id"] for each in told] == [made["id"]]


async def test_booking_at_the_same_time_books_each_event_once(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url)
    ended = calls_end(shop, 30)
    more = (booking.book(shop.sessions) for _ in range(20))

    await asyncio.gather(ended, *more)

    await until_all(shop, made["id"], "delivered", count=30)
    received = await receiver.until_received(30)
    assert len({each.id for each in received}) == 30


async def test_a_claim_takes_of_each_call_the_earliest_and_none_twice(shop: Customer) -> None:
    made = await destination(shop, "http://127.0.0.1:9/", enabled=False)
    ended = await calls_end(shop, 3)
    for call in ended:
        await again(shop, call)
    await until_all(shop, made["id"], "missed", count=6)
    async with db.transaction(shop.sessions) as session:
        await (await session.connection()).execute(
            text(
                "with on_now as (update destinations set enabled = true, concurrency = 5 "
                "where id = :id) update deliveries set status = 'pending', "
                "next_attempt_at = now() + interval '1 h' where destination_id = :id"
            ),
            {"id": made["id"]},
        )
        await (await session.connection()).execute(
            text("update deliveries set next_attempt_at = now() where destination_id = :id"),
            {"id": made["id"]},
        )

    both = await asyncio.gather(*(claims.claim(shop.sessions, made["id"], 5) for _ in range(2)))

    claimed = [parcel for batch in both for parcel in batch]
    # The worker of the service claims too; whoever did, each call has one on its way.
    async with db.transaction(shop.sessions) as session:
        rows = (
            await session.exec(
                select(Delivery.call_id).where(
                    Delivery.destination_id == made["id"],
                    Delivery.status == DeliveryStatus.SENDING,
                )
            )
        ).all()
    assert len(rows) == len(set(rows))
    assert len({parcel.id for parcel in claimed}) == len(claimed)
