"""A database of the first release, with as many calls and records as wanted."""

import asyncpg
from alembic import command

from backend.platform import migrations

_FIRST = "20261121_0200"
_FILL = """
insert into organisations (id, slug, name, created_at)
    values (gen_random_uuid(), 'default', 'Default', now());
insert into agents (id, org_id, config, created_at, updated_at)
    select gen_random_uuid(), id, '{"name": "Check-in"}', now(), now() from organisations;
insert into calls (
    id, org_id, agent_id, source, status, answered_by, variables, metadata, known, transcript,
    seen, repaired, created_at
) select gen_random_uuid(), org_id, id, 'outbound', 'ended', 'human', '{}', '{}', '{}', '[]',
    '[]', '[]', now() from agents, generate_series(1, %d);
insert into records (
    id, org_id, call_id, revision, status, final, schema_version, source_sha256, data, evidence,
    problems, attempts, created_at
) select gen_random_uuid(), org_id, id, revision,
    case when revision = 1 then 'valid' when revision = 2 then 'corrected' else 'failed' end,
    true, 1, '', '{"location": "Fresno"}', '{}', '[]', 1, now()
from calls, generate_series(1, 3) as revision;
"""


def make(dsn: str) -> None:
    """Bring an empty database to the first release. Not from within a running event loop."""
    command.upgrade(migrations.config(dsn), _FIRST)


async def fill(dsn: str, *, calls: int) -> None:
    """Add calls of one organisation, each with three records: made, corrected, failed."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_FILL % calls, timeout=1800)
        await connection.execute("analyze", timeout=1800)
    finally:
        await connection.close()
