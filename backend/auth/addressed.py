"""Whom Retell calls: the organisation whose slug is in the address."""

import time
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from backend.auth import service
from backend.platform import db
from backend.providers.runtime import Runtime

_KEPT_SECONDS = 30.0


class AddressedOrganisations:
    """Organisations by their slugs, each looked up at most every half minute.

    While the database does not answer, what was known of it goes on counting.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: dict[str, tuple[float, UUID]] = {}

    async def find(self, slug: str) -> tuple[UUID, Runtime]:
        """Return the organisation and its runtime. Raises OrganisationNotFound."""
        until, org_id = self._known.get(slug, (0.0, None))
        if org_id is None or until < time.monotonic():
            try:
                async with db.transaction(self._runtime.sessions) as session:
                    org_id = (await service.get_organisation(session, slug)).id
            except (*db.CONNECTION_LOST, SQLAlchemyError):
                if org_id is None:
                    raise
            self._known[slug] = (time.monotonic() + _KEPT_SECONDS, org_id)
        return org_id, await self._runtime.of(org_id)
