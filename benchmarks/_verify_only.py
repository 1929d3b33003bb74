"""The yardstick of intake: the same app on the same server, with an inbox that stores nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from fastapi import FastAPI

from backend.cli import running
from backend.cli.app import main
from backend.main import create_app
from backend.platform.db import Sessions
from backend.platform.services import services_of
from backend.platform.settings import Settings
from backend.webhooks.inbox import Inbox


class ForgetfulInbox(Inbox):
    async def accept(self, org_id: UUID, body: bytes, headers: dict[str, str]) -> None:
        """Acknowledge at once."""


def create_forgetful_app(settings: Settings) -> FastAPI:
    app = create_app(settings)
    lifespan = app.router.lifespan_context

    @asynccontextmanager
    async def forgetful(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan(app):
            services = services_of(app)
            services.put(Inbox, ForgetfulInbox(services.get(Sessions), settings.inbox))
            yield

    app.router.lifespan_context = forgetful
    return app


if __name__ == "__main__":
    setattr(running, "create_app", create_forgetful_app)  # noqa: B010 - what the server is made by
    main()
