"""A dial whose answer is late, wrong or lost: the phone rings once, and the call is not lost."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.installation import Installation, installed
from tests.support.listening import LIFE, listening
from tests.support.waiting import until

CREATE = {"target": "api", "match": {"path": "/v2/create-phone-call"}, "count": 1}
SCHEMA = {
    "type": "object",
    "properties": {"location": {"type": "string", "description": "Where the driver is."}},
}


@pytest.fixture(scope="module")
async def running(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path
) -> AsyncIterator[Installation]:
    folder = tmp_path_factory.mktemp("dials")
    async with installed(folder, migrated, DIAL_LEASE_SECONDS="2") as running:
        yield running


@pytest.fixture
async def agent(running: Installation) -> dict[str, Any]:
    """Give an agent at a sandbox that has forgotten what other tests did."""
    await running.sandbox.reset()
    return await (await running.customer()).published_agent(record_schema=SCHEMA)


async def assert_one_dial_and_a_whole_life(running: Installation, call: dict[str, Any]) -> None:
    customer = await running.customer()
    async with listening(customer) as listener:
        await listener.sees_the_end_of(call["id"])
    assert listener.life_of(call["id"]) == LIFE
    assert listener.repeated() == []
    call = await customer.get(f"/calls/{call['id']}")
    assert (call["status"], call["record"]["status"]) == ("ended", "valid")
    assert await running.dials() == {call["id"]: 1}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "timeout", "when": "after", "seconds": 5},
        {"kind": "reset", "when": "after"},
        {"kind": "status", "when": "after", "status": 500},
        {"kind": "malformed"},
        {"kind": "reset", "when": "before"},
        {"kind": "status", "when": "before", "status": 500},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
@pytest.mark.parametrize("webhooks", ["delivered", "lost"])
async def test_a_dial_that_was_not_answered_well_rings_once(
    running: Installation, agent: dict[str, Any], fault: dict[str, Any], webhooks: str
) -> None:
    await running.sandbox.add_fault(**CREATE, **fault)
    if webhooks == "lost":
        await running.sandbox.add_fault(target="webhook", kind="drop")

    call = await (await running.customer()).call(agent)

    await assert_one_dial_and_a_whole_life(running, call)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_worker_killed_while_it_dials_leaves_one_dial_and_a_whole_call(
    running: Installation, agent: dict[str, Any], when: str
) -> None:
    """Retell has taken the request; it places the call before, or only after, the worker dies."""
    await running.sandbox.add_fault(**CREATE, kind="timeout", when=when, seconds=3)
    call = await (await running.customer()).call(agent)

    async def is_asked() -> bool:
        faults = (await running.sandbox.control("GET", "/faults"))["items"]
        return bool(faults[0]["fired"])

    await until(is_asked, "Retell to be asked to dial")
    (worker,) = running.workers
    worker.kill()
    await running.restart(worker)

    await assert_one_dial_and_a_whole_life(running, call)
