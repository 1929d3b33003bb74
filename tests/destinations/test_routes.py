"""Destinations as people set them up."""

from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from backend.auth.models import Role
from backend.destinations.models import Destination
from backend.platform import db
from backend.platform.ids import new_id
from tests.destinations.conftest import destination
from tests.destinations.happenings import calls_end
from tests.destinations.test_delivering import until_all
from tests.support.customers import Customer, new_customer
from tests.support.receiver import Receiver
from tests.support.service import Service

URL = "https://crm.example.com/hooks/s3cret-path"


async def test_the_secret_is_shown_once_and_kept_encrypted(shop: Customer) -> None:
    made = await destination(shop, URL, config={"url": URL, "headers": {"X-Key": "key-of-crm"}})

    read = await shop.get(f"/destinations/{made['id']}")

    assert "secret" not in read
    assert read["config"] == {"url": URL, "headers": ["X-Key"]}
    async with db.transaction(shop.sessions) as session:
        stored = await session.get_one(Destination, made["id"])
    for secret in (made["secret"], "key-of-crm"):
        assert secret.encode() not in stored.secrets
        assert secret not in stored.model_dump_json(exclude={"secrets"})


async def test_during_a_rotation_old_and_new_secret_both_verify(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url)
    rotated = await shop.post(f"/destinations/{made['id']}/rotate-secret")
    await calls_end(shop)

    (received,) = await receiver.until_received(1)

    for secret in (made["secret"], rotated["secret"]):
        Webhook(secret).verify(received.body, received.headers)
    assert received.headers["webhook-signature"].count("v1,") == 2
    remaining = datetime.fromisoformat(rotated["previous_secret_until"]) - datetime.now(UTC)  # noqa: TID251 - the service's own clock is what is judged
    assert 23.9 < remaining.total_seconds() / 3600 <= 24


async def test_an_example_can_be_sent_and_is_told_of_at_once(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url, events=["record.extracted"])

    tested = await shop.post(f"/destinations/{made['id']}/test")

    (received,) = receiver.received
    Webhook(made["secret"]).verify(received.body, received.headers)
    assert tested["delivered"] is True
    assert tested["body"] == received.body.decode()
    assert received.json["data"]["test"] is True
    assert received.json["data"]["record"]["evidence"]["driver_status"]["found"] is True
    assert (await shop.get("/deliveries"))["items"] == []


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"events": ["call.exploded"]}, "/events/0"),
        ({"events": ["record.needs_review"]}, "/record_statuses"),
        ({"events": ["destination.disabled"]}, "/events/0"),
        ({"fields": ["call..id"]}, "/fields/0"),
        ({"fields": {"text": "{{}}"}}, "/fields/text"),
        ({"config": {"url": "ftp://crm.example.com"}}, "/config/url"),
        ({"config": {"url": "https://ä..example.com"}}, "/config/url"),
        ({"config": {"url": "https://xn--/"}}, "/config/url"),
        ({"config": {"url": "https://me:pw@crm.example.com"}}, "/config/url"),
        ({"config": {"url": URL, "headers": {"webhook-id": "mine"}}}, "/config/headers"),
        ({"concurrency": 0}, "/concurrency"),
        ({"surprise": 1}, "/surprise"),
    ],
)
async def test_what_cannot_work_is_refused_with_its_place(
    shop: Customer, wrong: dict[str, Any], pointer: str
) -> None:
    body = {"name": "CRM", "kind": "webhook", "config": {"url": URL}, "events": ["call.ended"]}

    response = await shop.client.post("/api/v1/destinations", json=body | wrong)

    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"].startswith(pointer)


async def test_changing_keeps_what_is_left_out(shop: Customer) -> None:
    headers = {"X-Key": "key-of-crm"}
    made = await destination(shop, URL, config={"url": URL, "headers": headers})
    other = "https://crm.example.com/other"

    changed = await shop.patch(f"/destinations/{made['id']}", {"config": {"url": other}})

    assert changed["config"] == {"url": other, "headers": ["X-Key"]}
    emptied = {"config": {"url": other, "headers": {}}}
    changed = await shop.patch(f"/destinations/{made['id']}", emptied)
    assert changed["config"]["headers"] == []
    wrong = {"config": {"url": "nowhere"}}
    refused = await shop.client.patch(f"/api/v1/destinations/{made['id']}", json=wrong)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/config/url"


@pytest.mark.parametrize(
    "name", ["name", "config", "events", "record_statuses", "concurrency", "enabled"]
)
async def test_what_a_destination_needs_cannot_be_taken_away(shop: Customer, name: str) -> None:
    made = await destination(shop, URL)

    refused = await shop.client.patch(f"/api/v1/destinations/{made['id']}", json={name: None})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == f"/{name}"
    assert (await shop.get(f"/destinations/{made['id']}"))[name] == made[name]


async def test_reviewers_see_no_address_and_change_nothing(shop: Customer) -> None:
    made = await destination(shop, URL)
    colleague = await shop.colleague(Role.REVIEWER)

    seen = await colleague.get(f"/destinations/{made['id']}")

    assert seen["config"]["url"] == "https://crm.example.com/…"
    for verb, path in (
        ("POST", ""), ("PATCH", f"/{made['id']}"), ("DELETE", f"/{made['id']}"),
        ("POST", f"/{made['id']}/test"), ("POST", f"/{made['id']}/rotate-secret"),
        ("POST", f"/{made['id']}/enable"), ("POST", f"/{made['id']}/replay"),
    ):  # fmt: skip
        response = await colleague.client.request(verb, f"/api/v1/destinations{path}", json={})
        assert response.status_code == 403, f"{verb} {path}"


async def test_another_organisations_destination_and_delivery_are_not_there(
    shop: Customer, delivering: Service, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url)
    await calls_end(shop)
    (received,) = await receiver.until_received(1)
    since = {"since": made["created_at"]}

    async with new_customer(delivering) as stranger:
        for verb, path, body in (
            ("GET", f"/destinations/{made['id']}", None),
            ("PATCH", f"/destinations/{made['id']}", {}),
            ("DELETE", f"/destinations/{made['id']}", None),
            ("POST", f"/destinations/{made['id']}/test", None),
            ("POST", f"/destinations/{made['id']}/rotate-secret", None),
            ("POST", f"/destinations/{made['id']}/enable", None),
            ("POST", f"/destinations/{made['id']}/replay", since),
            ("POST", f"/destinations/{made['id']}/replay/preview", since),
            ("GET", f"/deliveries/{received.id}", None),
            ("POST", f"/deliveries/{received.id}/replay", None),
            ("GET", f"/destinations/{new_id()}", None),
        ):
            response = await stranger.client.request(verb, f"/api/v1{path}", json=body)
            assert response.status_code == 404, f"{verb} {path}"
        assert (await stranger.get("/deliveries", call_id=received.json["data"]["call"]["id"])) == {
            "items": [],
            "next_cursor": None,
        }


async def test_a_delivery_is_made_again_by_hand_under_its_id(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url)
    await calls_end(shop)
    (first,) = await receiver.until_received(1)
    await until_all(shop, made["id"], "delivered", count=1)

    await shop.post(f"/deliveries/{first.id}/replay")

    _, second = await receiver.until_received(2)
    assert (second.id, second.body) == (first.id, first.body)


async def test_deleting_takes_the_books_along(shop: Customer, receiver: Receiver) -> None:
    made = await destination(shop, receiver.url)
    await calls_end(shop)
    (received,) = await receiver.until_received(1)

    await shop.client.delete(f"/api/v1/destinations/{made['id']}")

    assert (await shop.client.get(f"/api/v1/deliveries/{received.id}")).status_code == 404
