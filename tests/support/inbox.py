"""Looking into a customer's inbox."""

from typing import Any

from sqlmodel import col, select

from backend.platform import db
from backend.webhooks.models import Rejection, Webhook
from tests.support.customers import Customer
from tests.support.retell_side import deliver
from tests.support.waiting import until


async def send(customer: Customer, *webhooks: dict[str, Any] | bytes) -> None:
    """Deliver webhooks one after another; each must be accepted."""
    for webhook in webhooks:
        response = await deliver(customer.client, customer.org.slug, webhook)
        assert response.status_code == 204, response.text


async def settled(customer: Customer, *webhooks: dict[str, Any] | bytes) -> list[dict[str, Any]]:
    """Deliver webhooks, wait until all of the inbox is applied, and return it, newest first."""
    await send(customer, *webhooks)

    async def probe() -> list[dict[str, Any]] | None:
        if (await customer.get("/webhooks", state="received"))["items"]:
            return None
        items: list[dict[str, Any]] = (await customer.get("/webhooks", limit=200))["items"]
        return items

    return await until(probe, "all webhooks to be applied")


async def the_call(customer: Customer) -> dict[str, Any]:
    """Return the customer's only call, with its transcript."""
    (call,) = (await customer.get("/calls"))["items"]
    found: dict[str, Any] = await customer.get(f"/calls/{call['id']}")
    return found


async def event_names(customer: Customer, call_id: str) -> list[str]:
    """Return what was announced about a call, in order; extraction's own events are left out."""
    timeline = await customer.get(f"/calls/{call_id}/timeline")
    names = [entry["name"] for entry in timeline if entry["kind"] == "event"]
    return [name for name in names if name.startswith("call.")]


async def stored_webhooks(customer: Customer) -> list[Webhook]:
    statement = select(Webhook).where(Webhook.org_id == customer.org.id)
    async with db.transaction(customer.sessions) as session:
        return list((await session.exec(statement.order_by(col(Webhook.id)))).all())


async def rejections(customer: Customer) -> list[Rejection]:
    statement = select(Rejection).where(Rejection.org_id == customer.org.id)
    async with db.transaction(customer.sessions) as session:
        return list((await session.exec(statement.order_by(col(Rejection.at)))).all())
