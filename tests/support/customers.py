"""A running service as one of its organisations sees it, so that tests can share the service."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx

from backend.auth.models import Organisation, Role, User
from backend.platform import db
from tests.support import builders
from tests.support.service import PASSWORD, Service


@dataclass(frozen=True)
class Customer(Service):
    """An organisation of the test's own; `client` is logged in as one of its users."""

    org: Organisation
    user: User
    stack: AsyncExitStack

    async def colleague(self, role: Role) -> "Customer":
        """Log in as another user of the same organisation."""
        return await _log_in(self, self.org, role, self.stack)


@asynccontextmanager
async def new_customer(service: Service) -> AsyncIterator[Customer]:
    """Make an organisation with an administrator, and log that one in."""
    async with AsyncExitStack() as stack:
        async with db.transaction(service.sessions) as session:
            org = await builders.organisation(session)
        yield await _log_in(service, org, Role.ADMIN, stack)


async def _log_in(
    service: Service, org: Organisation, role: Role, stack: AsyncExitStack
) -> Customer:
    async with db.transaction(service.sessions) as session:
        user = await builders.user(session, org.id, role=role)
    client = await stack.enter_async_context(
        httpx.AsyncClient(base_url=service.settings.own_url, timeout=60)
    )
    response = await client.post(
        "/api/v1/auth/login", json={"email": user.email, "password": PASSWORD}
    )
    client.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
    # Tests say themselves when a cookie is sent.
    client.cookies.clear()
    return Customer(service.settings, service.sessions, client, org, user, stack)
