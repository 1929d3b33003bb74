"""Results in files by day: each event in one of them, once, whatever is repeated."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from arro3.io import read_parquet

from backend.destinations import queries, store as store_module, upkeep
from backend.destinations.files import Row, write
from backend.destinations.parcel import Parcel
from backend.destinations.store import StoreSender
from backend.platform import clock, db
from backend.platform.settings import StorageSettings
from backend.platform.storage import Storage, open_storage
from tests.destinations.happenings import again, calls_end
from tests.destinations.test_delivering import until_all
from tests.support.customers import Customer, new_customer
from tests.support.object_store import CREDENTIALS, s3_bucket
from tests.support.sandbox import Sandbox
from tests.support.service import running_service, test_settings


@pytest.fixture(scope="module")
def bucket() -> Iterator[StorageSettings]:
    with pytest.MonkeyPatch.context() as patch, s3_bucket() as settings:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        yield settings


@pytest.fixture
async def shop(
    postgres: str, dsn: str, sandbox: Sandbox, bucket: StorageSettings
) -> AsyncIterator[Customer]:
    """An organisation of a service that keeps its files at a real S3 server."""
    settings = test_settings(dsn, sandbox, storage=bucket)
    async with running_service(settings) as running, new_customer(running) as customer:
        yield customer


async def store(shop: Customer, **wanted: Any) -> dict[str, Any]:
    body = {"name": "Warehouse", "kind": "object_store", "events": ["call.ended"]}
    made: dict[str, Any] = await shop.post("/destinations", body | wanted)
    return made


def storage(shop: Customer) -> Storage:
    return open_storage(shop.settings.storage, shop.settings.data_dir)


async def content(shop: Customer, destination_id: str) -> dict[str, bytes]:
    files = storage(shop)
    found = [each.key async for each in files.list_under(f"results/{destination_id}")]
    return {key: b"".join([chunk async for chunk in files.read(key)]) for key in sorted(found)}


def lines(contents: dict[str, bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for each in contents.values() for line in each.splitlines()]


async def test_events_of_a_day_are_lines_of_one_file_each_once_also_when_made_again(
    shop: Customer,
) -> None:
    made = await store(shop, fields=["call.id"])
    ended = await calls_end(shop, 3)
    await again(shop, ended[0], times=2)
    await until_all(shop, made["id"], "delivered", count=5)
    listed = (await shop.get("/deliveries", destination_id=made["id"]))["items"]

    for each in listed[:2]:
        await shop.post(f"/deliveries/{each['id']}/replay")
    await until_all(shop, made["id"], "delivered", count=5)

    contents = await content(shop, made["id"])
    (key,) = contents
    assert key.startswith(f"results/{made['id']}/day=20")
    assert key.endswith("/00001.ndjson")
    assert {each["outcome"]["key"] for each in listed} == {key}
    written = lines(contents)
    assert sorted(each["id"] for each in written) == sorted(each["id"] for each in listed)
    assert {each["call_id"] for each in written} == {str(call.id) for call in ended}
    assert all(each["data"] == {"call": {"id": each["call_id"]}} for each in written)


async def test_an_attempt_whose_worker_died_is_made_again_into_the_same_file(
    shop: Customer,
) -> None:
    made = await store(shop, enabled=False)
    await calls_end(shop, 4)
    await until_all(shop, made["id"], "missed", count=4)
    sender = StoreSender(
        shop.sessions, storage(shop), UUID(made["id"]), format="ndjson", fields=None
    )
    await shop.post(f"/destinations/{made['id']}/enable")
    await shop.post(f"/destinations/{made['id']}/replay", {"since": made["created_at"]})
    await until_all(shop, made["id"], "delivered", count=4)
    before = await content(shop, made["id"])

    # As after a crash between the writing and the entry: part of them is sent again, by another.
    ids = [each["id"] for each in lines(before)]
    async with db_connection(shop) as connection:
        await connection.execute(
            "update deliveries set delivered_at = null where id = any($1::uuid[])", ids[1:3]
        )
    await storage(shop).delete(*before)
    answers = await sender.send_all([await _sent(shop, each) for each in ids[1:3]])

    assert [answer.error for answer in answers] == [None, None]
    assert await content(shop, made["id"]) == before


async def _sent(shop: Customer, delivery_id: str) -> Parcel:
    async with db.transaction(shop.sessions) as session:
        delivery = await queries.find_delivery(session, shop.org.id, UUID(delivery_id))
        assert delivery is not None
        message = await queries.find_message(session, delivery.event_id)
        assert message is not None
        return Parcel.of(delivery.id, message)


async def test_parquet_has_a_row_for_each_event(shop: Customer) -> None:
    made = await store(shop, config={"format": "parquet"})
    ended = await calls_end(shop, 3)
    await until_all(shop, made["id"], "delivered", count=3)

    ((key, written),) = (await content(shop, made["id"])).items()
    table = read_parquet(BytesIO(written)).read_all()
    assert key.endswith(".parquet")
    assert table.column("type").to_pylist() == ["call.ended"] * 3
    assert set(table.column("call_id").to_pylist()) == {str(call.id) for call in ended}
    first = json.loads(table.column("data").to_pylist()[0])
    assert first["call"]["id"] == table.column("call_id").to_pylist()[0]


async def test_a_file_that_is_full_is_followed_by_another_and_each_event_tells_its_own(
    shop: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "FULL", 2)
    made = await store(shop)
    (call,) = await calls_end(shop)
    await again(shop, call, times=4)
    await until_all(shop, made["id"], "delivered", count=5)

    contents = await content(shop, made["id"])
    assert [len(each.splitlines()) for each in contents.values()] == [2, 2, 1]
    for each in await deliveries(shop, made):
        assert each["id"].encode() in contents[each["outcome"]["key"]]


async def deliveries(shop: Customer, made: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await shop.get("/deliveries", destination_id=made["id"]))[
        "items"
    ]
    return found


async def test_files_of_a_day_whose_books_were_dropped_stay_and_what_comes_late_lies_beside_them(
    shop: Customer,
) -> None:
    made = await store(shop)
    (call,) = await calls_end(shop)
    await until_all(shop, made["id"], "delivered", count=1)
    ((first, written),) = (await content(shop, made["id"])).items()
    await upkeep.prune(shop.sessions, clock.now() + timedelta(seconds=1))
    assert await deliveries(shop, made) == []

    await again(shop, call, times=2)
    await until_all(shop, made["id"], "delivered", count=2)
    late = await deliveries(shop, made)
    await shop.post(f"/deliveries/{late[0]['id']}/replay")
    await until_all(shop, made["id"], "delivered", count=2)

    contents = await content(shop, made["id"])
    assert contents.pop(first) == written
    folder = first.rpartition("/")[0]
    assert {each["outcome"]["key"]: each["id"] for each in late} == {
        f"{folder}/late-{each['id']}.ndjson": each["id"] for each in late
    }
    assert {key: json.loads(each)["id"] for key, each in contents.items()} == {
        each["outcome"]["key"]: each["id"] for each in late
    }


async def test_the_format_stays_so_that_no_event_is_in_two_files(shop: Customer) -> None:
    made = await store(shop)
    path = f"/destinations/{made['id']}"

    wanted = {"config": {"format": "parquet"}}
    refused = await shop.client.patch(f"/api/v1{path}", json=wanted)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/config/format"
    assert (await shop.patch(path, {"config": {"format": "ndjson"}}))["config"] == made["config"]


def db_connection(shop: Customer) -> Any:
    return db.driver_connection(shop.sessions)


async def test_an_example_lies_beside_the_days(shop: Customer) -> None:
    made = await store(shop)

    tested = await shop.post(f"/destinations/{made['id']}/test")

    assert tested["delivered"] is True
    assert list(await content(shop, made["id"])) == [f"results/{made['id']}/example.ndjson"]


async def test_a_storage_that_fails_is_tried_again(shop: Customer) -> None:
    storage_that_is_gone = open_storage(
        StorageSettings(url="s3://nowhere/ours", endpoint_url=shop.settings.storage.endpoint_url),
        shop.settings.data_dir,
        tries=0,
    )
    made = await store(shop, enabled=False)
    sender = StoreSender(shop.sessions, storage_that_is_gone, UUID(made["id"]), "ndjson", None)
    await calls_end(shop)
    await until_all(shop, made["id"], "missed", count=1)
    (listed,) = (await shop.get("/deliveries", destination_id=made["id"]))["items"]

    (answer,) = await sender.send_all([await _sent(shop, listed["id"])])

    assert answer.error is not None
    assert answer.outcome is None


def test_rows_are_written_the_same_each_time() -> None:
    rows = [
        Row(f"id-{number}", "call.ended", "2026-11-28T12:00:00Z", None, {"a": "ä\n"})
        for number in range(3)
    ]
    assert write(rows, "ndjson") == write(rows, "ndjson")
    assert write(rows, "ndjson").count(b"\n") == 3
    assert write(rows, "parquet")[:4] == b"PAR1"
