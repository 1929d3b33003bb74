"""A key that was mended counts at once, whichever process has the old one in its memory."""

from typing import Any

from backend.auth import organisations
from backend.auth.models import KeyName
from backend.platform import db
from tests.support.customers import Customer
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.service import SECRET
from tests.support.waiting import until

CREATE: dict[str, Any] = {"target": "api", "match": {"path": "/v2/create-phone-call"}}


async def set_elsewhere(customer: Customer, key: str) -> None:
    """Set the key as another process does: this one is not told."""
    async with db.transaction(customer.sessions) as session:
        keys = {KeyName.RETELL_API_KEY: key}
        await organisations.update_organisation(
            session, customer.org.id, {}, keys, secret_key=SECRET
        )


async def stopped(customer: Customer) -> bool:
    queue = await customer.get("/dialling")
    return (queue["stopped_reason"], queue["queued"]) == ("Retell refuses the API key.", 1)


async def test_a_mended_key_lets_dialling_go_on_by_itself(
    customer: Customer, sandbox: Sandbox
) -> None:
    agent = await customer.published_agent()
    await set_elsewhere(customer, "key_of_nobody_at_all")
    call = await customer.call(agent)
    await until(lambda: stopped(customer), "the queue to stop")

    await set_elsewhere(customer, API_KEY)

    assert (await customer.call_in(call["id"], "ended"))["status"] == "ended"
    assert (await customer.get("/dialling"))["stopped_reason"] is None
    assert len(await sandbox.calls()) == 1


async def test_saving_the_key_again_lets_dialling_go_on(
    customer: Customer, sandbox: Sandbox
) -> None:
    agent = await customer.published_agent()
    await sandbox.add_fault(**CREATE, kind="status", status=401)
    call = await customer.call(agent)
    await until(lambda: stopped(customer), "the queue to stop")
    await sandbox.control("DELETE", "/faults")

    await customer.patch("/organisation", {"keys": {"retell_api_key": API_KEY}})

    assert (await customer.call_in(call["id"], "ended"))["status"] == "ended"
