"""The yardstick of intake: the receiver a competent person writes, without Ringback.

FastAPI, the SDK's `verify`, and for each request one transaction with the webhook's row and a
job's. With `--verify-only` it verifies and stores nothing.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI, Request, Response
from retell.lib.webhook_auth import verify

KEY = os.environ["RETELL_API_KEY"]
STORES = "--verify-only" not in sys.argv

TABLES = """
create schema if not exists by_hand;
create table if not exists by_hand.webhooks (
    id bigserial primary key, received_at timestamptz not null default now(), body text not null);
create table if not exists by_hand.jobs (
    id bigserial primary key, webhook_id bigint not null references by_hand.webhooks,
    state text not null default 'queued', created_at timestamptz not null default now());
create index if not exists ix_jobs_queued on by_hand.jobs (id) where state = 'queued';
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10, max_size=10) as pool:
        await pool.execute(TABLES)
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/webhook/retell/default", status_code=204)
async def receive(request: Request) -> Response:
    body = (await request.body()).decode()
    if not verify(body, KEY, request.headers.get("x-retell-signature", "")):
        return Response(status_code=401)
    if STORES:
        async with app.state.pool.acquire() as connection, connection.transaction():
            webhook_id = await connection.fetchval(
                "insert into by_hand.webhooks (body) values ($1) returning id", body
            )
            await connection.execute(
                "insert into by_hand.jobs (webhook_id) values ($1)", webhook_id
            )
    return Response(status_code=204)


@app.get("/health/ready")
async def ready() -> None:
    """Say that the server answers."""


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["PORT"]), access_log=False, log_level="error")
