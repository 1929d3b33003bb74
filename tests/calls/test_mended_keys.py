"""A key that was mended counts at once, whichever process has the old one in its memory."""

from typing import Any

from pydantic import SecretStr

from backend.auth import organisations
from backend.auth.models import KeyName
from backend.calls import dialling, queries
from backend.calls.models import CallStatus
from backend.platform import db
from backend.platform.settings import Settings
from backend.providers.runtime import open_runtime
from tests.support.customers import Customer
from tests.support.room import Room
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


def with_key(settings: Settings, key: str) -> Settings:
    retell = settings.retell.model_copy(update={"api_key": SecretStr(key)})
    return settings.model_copy(update={"retell": retell})


async def test_a_key_changed_in_the_environment_lets_dialling_go_on(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    of_nobody = with_key(room.runtime.settings, "key_of_nobody_at_all")
    async with open_runtime(of_nobody, room.runtime.sessions) as before:
        assert await dialling.claim_due(before, room.org.id) == 1
        await dialling.dial(before, room.org.id, call.id)
        stopped_call = await room.stored(call)
        assert await dialling.claim_due(before, room.org.id) == 0

    assert await dialling.claim_due(room.runtime, room.org.id) == 1
    assert await room.run_jobs() == []

    assert stopped_call.status is CallStatus.QUEUED
    assert len(await sandbox.calls()) == 1
    async with db.transaction(room.runtime.sessions) as session:
        queue = await queries.find_dial_queue(session, room.org.id)
    assert queue is not None
    assert (queue.stopped_reason, queue.stopped_with) == (None, None)
