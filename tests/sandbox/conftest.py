"""A running sandbox, its user, and somebody who receives its webhooks."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from retell import AsyncRetell

from backend.sandbox.retell.provider import RetellOptions
from tests.sandbox.running_sandbox import API_KEY, RunningSandbox
from tests.sandbox.sandbox_user import SandboxUser
from tests.sandbox.webhook_receiver import WebhookReceiver

# A call takes a tenth of a second.
SPEED = 60.0


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[RunningSandbox]:
    running = RunningSandbox(RetellOptions(api_key=API_KEY, speed=SPEED))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
async def listening_receiver() -> AsyncIterator[WebhookReceiver]:
    receiver = WebhookReceiver()
    await receiver.start()
    yield receiver
    await receiver.stop()


@pytest.fixture
def receiver(listening_receiver: WebhookReceiver) -> WebhookReceiver:
    listening_receiver.clear()
    return listening_receiver


@pytest.fixture(scope="session")
async def retell(running_sandbox: RunningSandbox) -> AsyncIterator[AsyncRetell]:
    """The vendor's client; it does not repeat what fails."""
    url = running_sandbox.url
    async with AsyncRetell(api_key=API_KEY, base_url=url, max_retries=0) as client:
        yield client


@pytest.fixture(scope="session")
async def control(running_sandbox: RunningSandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{running_sandbox.url}/sandbox") as client:
        yield client


@pytest.fixture
async def user(
    running_sandbox: RunningSandbox,
    retell: AsyncRetell,
    control: httpx.AsyncClient,
    receiver: WebhookReceiver,
) -> SandboxUser:
    """Somebody with a sandbox that has just been reset."""
    assert (await control.post("/reset")).status_code == 204
    return SandboxUser(running_sandbox.url, retell, control, receiver.url)
