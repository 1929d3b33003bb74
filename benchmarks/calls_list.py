"""The list of calls with a million of them, beside the same with ten thousand."""

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
from _customer import Customer, customer_of
from _report import in_ms, percentile, report
from _stage import RINGBACK, stage

MANY = 1_000_000
FEW = 10_000
ROUNDS = 120
WARM_UP = 5
AGENTS = 20

_AGENTS = """
insert into agents (id, org_id, config, created_at, updated_at)
select gen_random_uuid(), org.id, '{"name": "Check-in", "prompt": "Be kind."}', now(), now()
from organisations org, generate_series(1, $1)
"""
# One call in a hundred has failed. Ids are of version 7, so they sort as the calls were created.
_CALLS = """
insert into calls (
    id, org_id, agent_id, agent_version, source, status, status_reason, answered_by, to_number,
    from_number, variables, metadata, retell_call_id, known, transcript, seen, repaired,
    started_at, ended_at, duration_ms, summary, sentiment, created_at
)
select
    (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
        || lpad(to_hex(n % 4096), 3, '0') || '8' || substr(md5(n::text), 1, 15))::uuid,
    org.id, agents.ids[1 + n % $2], 1, 'outbound',
    case when n % 100 = 0 then 'failed' else 'ended' end, 'agent_hangup', 'human',
    '+14155550' || 100 + n % 100, '+14155550199', '{"driver_name": "Mike"}', '{"load": "L-1"}',
    'call_' || lpad(n::text, 12, '0'),
    '{"cost": [4, {"telephony_cents": 12.4}], "recording_url": [4, "https://r.example.com/1.wav"]}',
    '[{"turn": 0, "role": "agent", "text": "Hi Mike, how is it going?", "start_ms": 0},
      {"turn": 1, "role": "user", "text": "I am running two hours late.", "start_ms": 2100}]',
    '["analyzed", "ended", "started"]', '[]', at, at + interval '1 minute', 60000,
    'The driver is two hours late.', 'Neutral', at
from generate_series(1, $1::int) as n
cross join organisations org
cross join (select array_agg(id) as ids from agents) agents
cross join lateral (select now() - $3::interval + n * $4::interval as at) moment
"""
# Each has a record; one in a hundred needs review.
_RECORDS = """
insert into records (
    id, org_id, call_id, revision, is_current, origin, status, final, schema_version,
    source_sha256, data, evidence, problems, attempts, created_at
)
select
    gen_random_uuid(), org_id, id, 1, true, 'extraction',
    case when right(retell_call_id, 2) = '07' then 'needs_review' else 'valid' end, true, 1,
    '', '{"driver_status": "delayed"}', '{}', '[]', 1, created_at
from calls
"""


@dataclass
class Listed:
    """One service with so many calls, and how long its pages took."""

    customer: Customer
    pages: dict[str, str]
    seconds: dict[str, list[float]]

    async def time_page(self, kind: str) -> None:
        began = time.perf_counter()
        await self.customer.ask("GET", f"/calls?limit=50{self.pages[kind]}")
        self.seconds[kind].append(time.perf_counter() - began)


async def fill(
    dsn: str,
    count: int,
    *,
    first: timedelta = timedelta(days=30),
    apart: timedelta = timedelta(seconds=1),
) -> None:
    """Write the calls, with indexes and statistics made afterwards, as a restored backup has."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("set session_replication_role = replica")  # no look-ups per row
    await connection.execute(_AGENTS.replace("$1", str(AGENTS)))
    indexes = await connection.fetch(
        "select indexname, indexdef from pg_indexes where tablename in ('calls', 'records') "
        "and not exists (select from pg_constraint where conname = indexname)"
    )
    for index in indexes:
        await connection.execute(f"drop index {index['indexname']}")
    await connection.execute(_CALLS, count, AGENTS, first, apart)
    await connection.execute(_RECORDS)
    for index in indexes:
        await connection.execute(index["indexdef"])
    await connection.execute("vacuum analyze calls, records")
    await connection.close()


async def listed(client: Customer) -> Listed:
    newest = await client.ask("GET", "/calls?limit=200")
    deep = newest["next_cursor"]
    agent = newest["items"][7]["agent_id"]
    pages = {
        "first_page": "",
        "next_page": f"&cursor={deep}",
        "by_status": "&status=failed",
        "by_agent": f"&agent_id={agent}",
        "by_record": "&record_status=needs_review",
        "by_most_records": "&record_status=valid",
        "by_number": "&q=%2B14155550142",
        "by_retell_id": "&q=call_000000004242",
    }
    return Listed(client, pages, {kind: [] for kind in pages})


def main() -> None:
    with ExitStack() as stack:
        urls = []
        for count in (MANY, FEW):
            on_stage = stack.enter_context(stage())
            urls.append(on_stage.serve(*RINGBACK, "serve").url)
            asyncio.run(fill(on_stage.environment["DATABASE_URL"], count))
        asyncio.run(measure(*urls))


async def measure(many_url: str, few_url: str) -> None:
    """Time each kind of page by turns, since absolute times drift with the machine."""
    async with customer_of(many_url) as many_customer, customer_of(few_url) as few_customer:
        many, few = await listed(many_customer), await listed(few_customer)
        for kind in many.pages:
            for number in range(WARM_UP + ROUNDS):
                for each in (many, few):
                    await each.time_page(kind)
                    if number < WARM_UP:
                        each.seconds[kind].clear()
    report("calls_list", calls=MANY, beside=FEW, **{k: _figures(many, few, k) for k in many.pages})


def _figures(many: Listed, few: Listed, kind: str) -> dict[str, Any]:
    slow, fast = many.seconds[kind], few.seconds[kind]
    ratio = percentile(slow, 0.95) / percentile(fast, 0.95)
    return {**in_ms(slow, 0.5, 0.95), "p95_ratio": round(ratio, 2)}


if __name__ == "__main__":
    main()
