"""A service that may ask hooks on this machine, and the simulated look-up service."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.platform.settings import Settings
from tests.support import databases
from tests.support.customers import Customer, new_customer
from tests.support.sandbox import Sandbox
from tests.support.service import Service, running_service, test_settings

_HERE = ("127.0.0.1",)


@pytest.fixture
def settings(dsn: str, sandbox: Sandbox) -> Settings:
    return test_settings(dsn, sandbox, outbound_allow=_HERE)


@pytest.fixture(scope="session")
async def asking(
    postgres: str, template: str, worker_id: str, shared_sandbox: Sandbox
) -> AsyncIterator[Service]:
    """API and worker that may ask hooks on this machine."""
    name = f"asking_{worker_id}"
    dsn = await databases.create_database(postgres, name, template)
    settings = test_settings(dsn, shared_sandbox, outbound_allow=_HERE)
    async with running_service(settings) as running:
        yield running
    await databases.drop_database(postgres, name)


@pytest.fixture
async def dialer(asking: Service, sandbox: Sandbox) -> AsyncIterator[Customer]:
    """An organisation of the test's own in a service that asks hooks."""
    async with new_customer(asking) as customer:
        yield customer


async def made_hook(customer: Customer, url: str, **wanted: Any) -> dict[str, Any]:
    body = {"name": "Do-not-call list", "url": url, "purposes": ["service", "marketing"]}
    made: dict[str, Any] = await customer.post("/compliance/hooks", body | wanted)
    return made
