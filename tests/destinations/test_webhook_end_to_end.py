"""A call's results arrive at a customer's system, and one can see that they did."""

from standardwebhooks import Webhook

from tests.destinations.conftest import destination
from tests.support.customers import Customer
from tests.support.receiver import Receiver, Reply
from tests.support.waiting import until

SCHEMA = {
    "type": "object",
    "properties": {"driver_status": {"type": "string", "description": "How the driver fares."}},
}


async def test_a_finished_call_and_its_record_arrive_signed_in_order_and_are_logged(
    shop: Customer, receiver: Receiver
) -> None:
    made = await destination(
        shop, receiver.url, record_statuses=["valid", "corrected", "needs_review"],
        events=["call.ended", "call.analyzed", "record.extracted", "record.needs_review"],
    )  # fmt: skip
    receiver.always(Reply(500, b"not now"), Reply(200, b"thanks"))
    agent = await shop.published_agent(record_schema=SCHEMA)
    call = await shop.call(agent)
    record = await shop.record_of(call["id"])

    received = await receiver.until_received(4)

    verified = [Webhook(made["secret"]).verify(each.body, each.headers) for each in received]
    assert [each["type"] for each in verified][:2] == ["call.ended", "call.ended"]
    assert received[0].id == received[1].id
    assert len({each.id for each in received}) == 3
    about_record = next(each for each in verified if each["type"].startswith("record."))
    assert about_record["data"]["call"]["id"] == call["id"]
    assert about_record["data"]["record"]["data"] == record["data"]
    assert about_record["data"]["record"]["supersedes"] is None

    async def all_delivered() -> bool:
        found = await shop.get("/deliveries", call_id=call["id"])
        return {each["status"] for each in found["items"]} == {"delivered"}

    await until(all_delivered, "the log to say that all was delivered")
    listed = await shop.get("/deliveries", call_id=call["id"])
    first = await shop.get(f"/deliveries/{received[0].id}")
    assert len(listed["items"]) == 3
    assert [each["status_code"] for each in first["tries"]] == [500, 200]
    assert [each["answer"] for each in first["tries"]] == ["not now", "thanks"]
    assert first["body"] == received[0].body.decode()
    health = (await shop.get(f"/destinations/{made['id']}"))["health"]
    assert health["last_success_at"] is not None
    assert health["failing_since"] is None
    assert health["waiting"] == 0
