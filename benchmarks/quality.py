"""Lists of evaluations and reports with ten thousand of them, beside the same with a hundred."""

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import asyncpg
from _customer import Customer, customer_of
from _report import in_ms, percentile, report
from _stage import RINGBACK, stage

MANY = 10_000
FEW = 100
ROUNDS = 120
WARM_UP = 5
CRITERIA = 10
# The same number of items on both sides: of a hundred evaluations, ten have a violation of a kind.
LIMIT = 20
LIMIT_VIOLATED = 10

_AGENT = """
insert into agents (id, org_id, config, created_at, updated_at)
select gen_random_uuid(), id, '{"name": "Check-in", "prompt": "Be kind."}', now(), now()
from organisations
"""
_POLICY = """
insert into policies (id, org_id, config, draft_revision, published_version, created_at, updated_at)
select gen_random_uuid(), id, '{"name": "Support", "criteria": []}', 1, 1, now(), now()
from organisations
"""
# Ids are of version 7, so they sort as they were made.
_ID = """
(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
    || lpad(to_hex(n % 4096), 3, '0') || '8' || substr(md5(n::text), 1, 15))::uuid
"""
_CALLS = f"""
insert into calls (
    id, org_id, agent_id, source, status, answered_by, retell_call_id, variables, metadata, known,
    transcript, seen, repaired, started_at, ended_at, duration_ms, created_at
)
select {_ID}, agents.org_id, agents.id, 'outbound', 'ended', 'human', 'call_' || n, '{{}}', '{{}}',
    '{{}}', '[{{"turn": 0, "role": "agent", "text": "Hi."}}]', '[]', '[]', at, at, 60000, at
from generate_series(1, $1::int) as n
cross join agents
cross join lateral (select now() - interval '180 days' * (1 - n / $1::float8) as at) moment
"""  # noqa: S608 - made of constants
# One in five needs review, half are below the passing score.
_EVALUATIONS = """
insert into evaluations (
    id, org_id, call_id, policy_id, policy_version, agent_id, call_at, revision, is_current, origin,
    status, source_sha256, score, passed, auto_failed, category_scores, problems, attempts,
    created_at
)
select calls.id, calls.org_id, calls.id, policies.id, 1, calls.agent_id, calls.created_at, 1, true,
    'judging', case when n % 5 = 0 then 'needs_review' else 'valid' end, '', n % 100, n % 100 >= 80,
    false, '{"Opening": 80}', '[]', 2, calls.created_at
from (select *, substr(retell_call_id, 6)::int as n from calls) calls cross join policies
"""
_VERDICTS = """
insert into criterion_verdicts (
    evaluation_id, key, org_id, position, name, category, weight, auto_fail, fail_below, severity,
    verdict, score, proven_by, unreliable, violated, reason, evidence, problems
)
select id, 'criterion_' || k, org_id, k, 'Criterion ' || k, 'Opening', 10, false, 50,
    case when k = 0 then 'critical' else 'minor' end, '"yes"', 100, 'second_reading', false,
    (score::int + k) % 10 = 0, 'It is said.',
    '{"quote": "Hi.", "turns": [0], "start_ms": 0, "found": true}', '[]'
from evaluations cross join generate_series(0, $1::int - 1) as k
"""
# What counting writes down, which is what reports are made of: half a year's weeks on both sides.
_COUNTED = """
insert into counted_evaluations (
    call_id, policy_id, org_id, agent_id, agent_version, week, score, parts
)
select call_id, policy_id, org_id, agent_id, 0, date_trunc('week', call_at), score, '[]'
from evaluations where status = 'valid'
"""
_SUMS = """
insert into score_tallies (
    org_id, policy_id, agent_id, agent_version, week, dimension, name, n, total, squares, passed,
    failed
)
select org_id, policy_id, agent_id, 0, week, dimension, name, count(*), sum(score),
    sum(score * score), count(*) filter (where score >= 50), count(*) filter (where score < 50)
from (
    select org_id, policy_id, agent_id, week, score, 'score' as dimension, '' as name
    from counted_evaluations
    union all
    select org_id, policy_id, agent_id, week, score, 'category', 'Opening' from counted_evaluations
    union all
    select org_id, policy_id, agent_id, week, score, 'criterion', 'criterion_' || k
    from counted_evaluations cross join generate_series(0, $1::int - 1) as k
) parts
group by 1, 2, 3, 4, 5, 6, 7
"""


@dataclass
class Listed:
    """One service with so many evaluations, and how long its pages took."""

    customer: Customer
    pages: dict[str, str]
    seconds: dict[str, list[float]]

    async def time_page(self, kind: str) -> None:
        began = time.perf_counter()
        await self.customer.ask("GET", self.pages[kind])
        self.seconds[kind].append(time.perf_counter() - began)


async def fill(dsn: str, count: int) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(_AGENT)
    await connection.execute(_POLICY)
    await connection.execute(_CALLS, count)
    await connection.execute(_EVALUATIONS)
    await connection.execute(_VERDICTS, CRITERIA)
    await connection.execute(_COUNTED)
    await connection.execute(_SUMS, CRITERIA)
    await connection.execute(
        "vacuum analyze calls, evaluations, criterion_verdicts, counted_evaluations, score_tallies"
    )
    await connection.close()


async def listed(client: Customer) -> Listed:
    newest = await client.ask("GET", f"/evaluations?limit={LIMIT}")
    one = newest["items"][0]
    lists = {
        "first_page": "",
        "next_page": f"&cursor={newest['next_cursor']}",
        "queue": "&status=needs_review&order=oldest",
        "by_policy": f"&policy_id={one['policy_id']}",
        "by_agent": f"&agent_id={one['agent_id']}",
        "below": "&below=50",
        "by_violation": "&violation=criterion_3",
        "by_severity": "&violation=critical",
    }
    reports = {
        "report_by_agent": "?by=agent",
        "report_by_criterion": "?by=criterion",
        "trend": f"?by=week&agent_id={one['agent_id']}",
        "worst": f"/worst?limit={LIMIT}",
        "coaching": f"/coaching/{one['agent_id']}",
    }
    pages = {
        kind: f"/evaluations?limit={LIMIT_VIOLATED if 'violation' in asked else LIMIT}{asked}"
        for kind, asked in lists.items()
    }
    pages |= {kind: f"/quality/report{asked}" for kind, asked in reports.items()}
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
    report(
        "quality", evaluations=MANY, beside=FEW, **{k: _figures(many, few, k) for k in many.pages}
    )


def _figures(many: Listed, few: Listed, kind: str) -> dict[str, Any]:
    slow, fast = many.seconds[kind], few.seconds[kind]
    ratio = percentile(slow, 0.95) / percentile(fast, 0.95)
    return {**in_ms(slow, 0.5, 0.95), "p95_ratio": round(ratio, 2)}


if __name__ == "__main__":
    main()
