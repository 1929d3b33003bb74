"""Campaigns as tests make them: through the API of a running service."""

from collections.abc import Sequence
from typing import Any

from tests.support.customers import Customer
from tests.support.waiting import until

NUMBERS = tuple(f"+141555501{n}" for n in range(20, 100))


async def draft(customer: Customer, agent: dict[str, Any], **body: Any) -> dict[str, Any]:
    wanted = {"name": "Check-ins", "agent_id": agent["id"], "purpose": "service"} | body
    made: dict[str, Any] = await customer.post("/campaigns", wanted)
    return made


async def add(
    customer: Customer, campaign: dict[str, Any], numbers: Sequence[str], **members: Any
) -> dict[str, Any]:
    contacts = [{"to_number": number} | members for number in numbers]
    path = f"/campaigns/{campaign['id']}/contacts"
    report: dict[str, Any] = await customer.post(path, {"contacts": contacts})
    return report


async def started(
    customer: Customer, agent: dict[str, Any], numbers: Sequence[str], **body: Any
) -> dict[str, Any]:
    """Make a campaign that calls these numbers, and start it."""
    campaign = await draft(customer, agent, **body)
    await add(customer, campaign, numbers)
    running: dict[str, Any] = await customer.post(f"/campaigns/{campaign['id']}/start")
    return running


async def campaign_in(
    customer: Customer, campaign: dict[str, Any], *statuses: str
) -> dict[str, Any]:
    """Wait until the campaign stands like this, and return it."""

    async def probe() -> dict[str, Any] | None:
        now: dict[str, Any] = await customer.get(f"/campaigns/{campaign['id']}")
        return now if now["status"] in statuses else None

    return await until(probe, f"the campaign to be {' or '.join(statuses)}")


async def contacts(customer: Customer, campaign: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the contacts by their numbers."""
    listed = await customer.get(f"/campaigns/{campaign['id']}/contacts", limit=200)
    return {each["to_number"]: each for each in listed["items"]}


async def contact_in(
    customer: Customer, campaign: dict[str, Any], number: str, *states: str
) -> dict[str, Any]:
    """Wait until a contact is in one of the states, and return it with its attempts."""

    async def probe() -> dict[str, Any] | None:
        found = (await contacts(customer, campaign))[number]
        return found if found["state"] in states else None

    found = await until(probe, f"a contact to be {' or '.join(states)}")
    path = f"/campaigns/{campaign['id']}/contacts/{found['id']}"
    detail: dict[str, Any] = await customer.get(path)
    return detail
