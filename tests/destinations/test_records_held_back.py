"""A record that is not good enough is held back until a person has approved it."""

from backend.records.models import RecordStatus
from tests.destinations.conftest import destination
from tests.destinations.happenings import a_record_is_made, an_agent, calls_end
from tests.destinations.test_delivering import until_all
from tests.support.customers import Customer
from tests.support.receiver import Receiver

NEEDS_REVIEW = RecordStatus.NEEDS_REVIEW


async def test_a_record_that_needs_review_is_held_back_and_goes_out_when_approved(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url, events=["record.extracted"])
    (call,) = await calls_end(shop)
    await a_record_is_made(shop, call, NEEDS_REVIEW, data={"eta": "at noon"})
    await until_all(shop, made["id"], "held", count=1)
    assert receiver.received == []

    await a_record_is_made(shop, call, RecordStatus.CORRECTED, revision=2, data={"eta": "at noon"})

    (received,) = await receiver.until_received(1)
    assert received.json["type"] == "record.corrected"
    assert received.json["data"]["record"]["supersedes"] == 1
    await until_all(shop, made["id"], "delivered", "superseded", count=2)


async def test_a_correction_is_not_sent_to_who_did_not_ask_for_corrections(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url, events=["record.extracted"])
    (call,) = await calls_end(shop)
    await a_record_is_made(shop, call)
    await receiver.until_received(1)
    await a_record_is_made(shop, call, RecordStatus.CORRECTED, revision=2)
    await a_record_is_made(shop, call, revision=3)

    await receiver.until_received(2)
    assert [each.json["type"] for each in receiver.received] == ["record.extracted"] * 2
    await until_all(shop, made["id"], "delivered", count=2)


async def test_a_payload_tells_of_the_revision_its_event_is_about(
    shop: Customer, receiver: Receiver
) -> None:
    """Two revisions are there before either is booked: each event still tells of its own."""
    await destination(shop, receiver.url)
    (call,) = await calls_end(shop)
    await a_record_is_made(shop, call, data={"eta": "9:00"})
    await a_record_is_made(shop, call, RecordStatus.CORRECTED, revision=2, data={"eta": "10:00"})

    received = await receiver.until_received(3)

    about_records = [each.json["data"]["record"] for each in received[1:]]
    assert [each["data"]["eta"] for each in about_records] == ["9:00", "10:00"]
    assert [each["supersedes"] for each in about_records] == [None, 1]
    assert received[0].json["data"]["record"] is None


async def test_what_is_held_back_cannot_be_sent_by_hand_unless_that_state_is_taken(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(shop, receiver.url, events=["record.extracted"])
    (call,) = await calls_end(shop)
    await a_record_is_made(shop, call, NEEDS_REVIEW)
    await until_all(shop, made["id"], "held", count=1)
    (held,) = (await shop.get("/deliveries", destination_id=made["id"], status="held"))["items"]

    refused = await shop.client.post(f"/api/v1/deliveries/{held['id']}/replay")
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("delivery-not-replayable")

    taken = {"record_statuses": ["valid", "corrected", "needs_review"]}
    await shop.patch(f"/destinations/{made['id']}", taken)
    await shop.post(f"/deliveries/{held['id']}/replay")
    await receiver.until_received(1)


async def test_only_the_chosen_agents_calls_are_told(shop: Customer, receiver: Receiver) -> None:
    chosen, other = await an_agent(shop), await an_agent(shop)
    await destination(shop, receiver.url, agent_ids=[str(chosen.id)])
    await calls_end(shop, 2, other)
    (call,) = await calls_end(shop, 1, chosen)

    (received,) = await receiver.until_received(1)
    assert received.json["data"]["call"]["id"] == str(call.id)
