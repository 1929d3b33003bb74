"""An organisation with destinations, and deliveries in their books, put there by SQL."""

import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pydantic import SecretStr

from backend.destinations import senders
from backend.destinations.models import Destination, DestinationKind
from backend.platform.settings import DatabaseSettings, Settings

SECRET = "a secret for benchmarks, long enough"  # noqa: S105 - of throw-away databases
EVENT = "call.ended"
# As large as the payload of a call of some minutes.
DATA = {
    "call": {
        "id": str(uuid4()),
        "transcript": [{"turn": n, "text": "word " * 12} for n in range(30)],
    },
    "record": None,
    "event": {"status": "ended"},
}


class Books:
    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._connection = connection
        self.org_id = uuid4()
        self._last_event = 10_000_000

    async def open(self) -> None:
        await self._connection.execute(
            "insert into organisations (id, slug, name, created_at) values ($1, $2, $2, now())",
            self.org_id,
            f"org-{self.org_id.hex[:8]}",
        )

    async def destination(self, url: str, *, concurrency: int = 10, enabled: bool = False) -> UUID:
        destination = Destination(
            org_id=self.org_id,
            name="bench",
            kind=DestinationKind.WEBHOOK,
            config={"url": url},
            secrets=b"",
            events=[EVENT],
            watched=[EVENT],
            record_statuses=["valid"],
            concurrency=concurrency,
            enabled=enabled,
        )
        database = DatabaseSettings(url=SecretStr("postgresql://localhost/none"))
        settings = Settings(_env_file=None, secret_key=SecretStr(SECRET), database=database)
        secrets = {senders.SIGNING: "whsec_" + "c2VjcmV0" * 5}
        await self._connection.execute(
            """
            insert into destinations (id, org_id, name, kind, config, secrets, events, watched,
                record_statuses, concurrency, enabled, created_at, updated_at)
            values ($1, $2, 'bench', 'webhook', $3, $4, $5, $5, '{valid}', $6, $7, now(), now())
            """,
            destination.id,
            self.org_id,
            json.dumps(destination.config),
            senders.seal_secrets(destination, secrets, settings),
            [EVENT],
            concurrency,
            enabled,
        )
        return destination.id

    async def book(
        self, destination_id: UUID, count: int, status: str = "pending", data: Any = DATA
    ) -> None:
        first, self._last_event = self._last_event + 1, self._last_event + count
        await self._connection.execute(
            """
            insert into messages (event_id, org_id, event, at, data, created_at)
            select n, $1, $2, now(), $3, now() from generate_series($4::bigint, $5) as n
            """,
            self.org_id,
            EVENT,
            json.dumps(data),
            first,
            self._last_event,
            timeout=600,
        )
        await self._connection.execute(
            """
            insert into deliveries (id, org_id, destination_id, event_id, event, status, attempts,
                step, next_attempt_at, created_at)
            select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint - 1000000 + n - $4),
                    12, '0') || '7' || substr(md5(n::text), 1, 3)
                    || '8' || substr(md5(n::text), 4, 15))::uuid,
                $1, $2, n, $3, $6, 0, 0, now(), now()
            from generate_series($4::bigint, $5) as n
            """,
            self.org_id,
            destination_id,
            EVENT,
            first,
            self._last_event,
            status,
            timeout=600,
        )

    async def switch(self, destination_id: UUID, *, on: bool) -> None:
        await self._connection.execute(
            "update destinations set enabled = $2 where id = $1", destination_id, on
        )
        await self._connection.execute("select pg_notify('ringback_deliveries', '')")

    async def happen(self, sent: float) -> None:
        """Append an event as rooms do; the trigger and the worker do the rest."""
        await self._connection.execute(
            "insert into events (org_id, name, data, at) values ($1, $2, $3, now())",
            self.org_id,
            EVENT,
            json.dumps({"sent": sent}),
        )
