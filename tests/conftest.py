"""The database, the sandbox and the service that tests ask for."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from itertools import count

import hypothesis
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from backend.auth import passwords
from backend.platform import db, migrations
from backend.platform.db import Sessions
from backend.platform.logging import configure_logging
from backend.platform.settings import LogSettings, Settings
from backend.wiring import build
from tests.support import databases
from tests.support.customers import Customer, new_customer
from tests.support.privacy import nothing_private_logged
from tests.support.room import Room, open_room
from tests.support.sandbox import Sandbox, running_sandbox
from tests.support.service import Service, running_service, test_settings

# loguru's own sink would print the values of variables into tracebacks.
configure_logging(LogSettings(level="WARNING"))

# How long an example takes to be made tells of the machine's load, not of the code. Whoever
# develops gets new examples each time; a change is not refused for what it did not touch.
hypothesis.settings.register_profile(
    "ringback",
    deadline=None,
    derandomize="CI" in os.environ,  # noqa: TID251 - the test run's own
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("ringback")

_TEMPLATE = "ringback_template"
_numbers = count(1)


@pytest.fixture(scope="session", autouse=True)
def cheap_starts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Spare each start of the service what tests do not need: half a second, or more under load.

    Passwords are hashed with little work, and HTTP clients read no certificates of authorities.
    """
    with pytest.MonkeyPatch.context() as patch:
        cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", PasswordHash((cheap,)))
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("no_authorities")))
        yield


@pytest.fixture(autouse=True)
def privacy(request: pytest.FixtureRequest) -> Iterator[None]:
    """Search what every test logs for what must not be in a log."""
    if request.path.name == "test_privacy.py":
        yield
        return
    with nothing_private_logged():
        yield


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """One PostgreSQL for the whole run: the DSN of its administrator."""
    with databases.shared_postgres(tmp_path_factory, worker_id) as dsn:
        yield dsn


@pytest.fixture(scope="session")
async def template(postgres: str) -> str:
    async def fill(dsn: str) -> None:
        await asyncio.to_thread(migrations.upgrade, dsn)

    await databases.ensure_template(postgres, _TEMPLATE, fill)
    return _TEMPLATE


@pytest.fixture
async def dsn(postgres: str, template: str, worker_id: str) -> AsyncIterator[str]:
    """A migrated, empty database of the test's own."""
    name = f"test_{worker_id}_{next(_numbers)}"
    yield await databases.create_database(postgres, name, template)
    await databases.drop_database(postgres, name)


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    """The simulated Retell and LLM, as if just started."""
    await shared_sandbox.reset()
    return shared_sandbox


@pytest.fixture
def settings(dsn: str, sandbox: Sandbox) -> Settings:
    return test_settings(dsn, sandbox)


@pytest.fixture
async def sessions(settings: Settings) -> AsyncIterator[Sessions]:
    """The test's own database, without a service on it."""
    engine = db.create_engine(settings.database)
    yield db.create_sessions(engine, build(settings))
    await engine.dispose()


@pytest.fixture
async def room(settings: Settings) -> AsyncIterator[Room]:
    """An organisation with nothing running around it: jobs run when the test runs them."""
    async with open_room(settings) as room:
        yield room
        assert await room.forgotten() == [], "Nothing may wait for ever."


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    """API and worker, on a database of their own, with an administrator logged in."""
    async with running_service(settings) as running:
        yield running


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Service]:
    """The API alone: what is queued stays queued."""
    async with running_service(settings, worker=False) as running:
        yield running


@pytest.fixture(scope="session")
async def shared_service(
    postgres: str, template: str, worker_id: str, shared_sandbox: Sandbox
) -> AsyncIterator[Service]:
    """API and worker for tests that get along with others; each asks for a `customer`."""
    name = f"shared_{worker_id}"
    dsn = await databases.create_database(postgres, name, template)
    async with running_service(test_settings(dsn, shared_sandbox)) as running:
        yield running
    await databases.drop_database(postgres, name)


@pytest.fixture
async def customer(shared_service: Service, sandbox: Sandbox) -> AsyncIterator[Customer]:
    """An organisation of the test's own in a service that runs already: takes milliseconds."""
    async with new_customer(shared_service) as customer:
        yield customer


@pytest.fixture
async def stranger(shared_service: Service) -> AsyncIterator[Customer]:
    """Another organisation in the same service."""
    async with new_customer(shared_service) as stranger:
        yield stranger
