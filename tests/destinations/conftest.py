"""A service that delivers to this machine, and a receiver."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support import databases
from tests.support.customers import Customer, new_customer
from tests.support.receiver import Receiver, receiving
from tests.support.sandbox import Sandbox
from tests.support.service import Service, running_service, test_settings

EVENTS = ["call.ended", "record.extracted", "record.corrected"]


@pytest.fixture(scope="session")
async def delivering(
    postgres: str, template: str, worker_id: str, shared_sandbox: Sandbox
) -> AsyncIterator[Service]:
    """API and worker that may deliver to this machine."""
    name = f"delivering_{worker_id}"
    dsn = await databases.create_database(postgres, name, template)
    settings = test_settings(dsn, shared_sandbox, outbound_allow=("127.0.0.1",))
    async with running_service(settings) as running:
        yield running
    await databases.drop_database(postgres, name)


@pytest.fixture
async def shop(delivering: Service, sandbox: Sandbox) -> AsyncIterator[Customer]:
    """An organisation of the test's own in a service that delivers."""
    async with new_customer(delivering) as customer:
        yield customer


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


async def destination(shop: Customer, url: str, **wanted: Any) -> dict[str, Any]:
    body = {"name": "CRM", "kind": "webhook", "config": {"url": url}, "events": EVENTS}
    made: dict[str, Any] = await shop.post("/destinations", body | wanted)
    return made
