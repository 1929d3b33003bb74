"""What comes after somebody was erased does not bring them back."""

from typing import Any

from backend.platform import clock
from tests.support.customers import Customer
from tests.support.inbox import send, settled, stored_webhooks
from tests.support.retell_side import RetellSide, deliver
from tests.support.waiting import until

NUMBER = "+14155550172"
RETELLS = {"direction": "inbound", "from_number": NUMBER, "to_number": "+14155550199"}


async def erased(customer: Customer, **subject: str) -> dict[str, Any]:
    """Erase, and wait until it is done."""
    erasure = await customer.post("/erasures", subject)
    return await is_done(customer, erasure["id"])


async def is_done(customer: Customer, erasure_id: str) -> dict[str, Any]:
    async def probe() -> dict[str, Any] | None:
        found: dict[str, Any] = await customer.get(f"/erasures/{erasure_id}")
        return found if found["status"] == "done" else None

    return await until(probe, "the erasure to be done")


async def numbers_in_the_inbox(customer: Customer) -> int:
    bodies = [webhook.body or b"" for webhook in await stored_webhooks(customer)]
    return sum(NUMBER.encode() in body for body in bodies)


async def test_late_webhooks_about_an_erased_number_leave_nothing_behind(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"], members=RETELLS)
    await settled(customer, side.started(), side.ended())
    assert len((await customer.get("/calls"))["items"]) == 1

    done = await erased(customer, phone_number=NUMBER)
    assert done["found"]["tables"]["webhooks"] == 2

    # Of that call, of another one before, and the first once more.
    other = RetellSide(agent["retell_agent_id"], members=RETELLS)
    late = await settled(customer, side.analyzed(), other.ended(), side.started())
    assert (await customer.get("/calls"))["items"] == []
    assert {webhook["state"] for webhook in late} == {"ignored"}
    assert await numbers_in_the_inbox(customer) == 0


async def test_whoever_calls_again_later_is_somebody_new(customer: Customer) -> None:
    agent = await customer.published_agent()
    await erased(customer, phone_number=NUMBER)
    later = int((clock.now().timestamp() + 60) * 1000)
    side = RetellSide(agent["retell_agent_id"], members=RETELLS | {"start_timestamp": later})

    await settled(customer, side.started())

    (call,) = (await customer.get("/calls"))["items"]
    assert call["from_number"] == NUMBER


async def test_an_erased_call_stays_erased_and_its_number_is_not_concerned(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    side, other = (RetellSide(agent["retell_agent_id"], members=RETELLS) for _ in range(2))
    await settled(customer, side.ended(), other.ended())
    calls = (await customer.get("/calls"))["items"]
    of_side = next(call for call in calls if call["retell_call_id"] == side.call_id)

    await erased(customer, call_id=of_side["id"])
    await settled(customer, side.analyzed(), other.analyzed())

    (left,) = (await customer.get("/calls"))["items"]
    assert left["retell_call_id"] == other.call_id


async def test_bodies_that_came_to_no_call_are_found_by_the_number(customer: Customer) -> None:
    agent = await customer.published_agent()
    strange = RetellSide("agent_of_nobody", members=RETELLS)
    await send(customer, f'{{"event": "broken", "from": "{NUMBER}'.encode())
    await settled(customer, strange.ended())
    assert await numbers_in_the_inbox(customer) == 2

    done = await erased(customer, phone_number=NUMBER)

    assert done["found"]["places"]["webhooks of no call"] == 2
    assert await numbers_in_the_inbox(customer) == 0
    response = await deliver(customer.client, customer.org.slug, strange.ended())
    assert response.status_code == 204
    assert agent["id"]
