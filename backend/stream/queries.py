"""Reading the log, over asyncpg itself: each event is read once in each process."""

import json
from collections.abc import Sequence
from typing import TypeAlias

import asyncpg

from backend.stream.entries import BEGINNING, Entry, Interest, Position, logged

BATCH = 500
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_COLUMNS = "transaction_id, id, org_id, name, agent_id, call_id, at, data::text as data"
# No transaction below this one is running: nothing can be added there any more.
_HORIZON = "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint + log_base())"
# What is no longer there, for an organisation that keeps it less long, or for all.
_PRUNED = """
select transaction_id as pruned_transaction, event_id as pruned_event from (
    select transaction_id, event_id from log_horizon
    union all
    select transaction_id, event_id from own_log_horizons where org_id = $5
) as horizons
order by transaction_id desc, event_id desc limit 1
"""


async def find_end(pool: Pool) -> Position:
    """Find the last position that nothing can come before any more. It is of this epoch."""
    row = await pool.fetchrow(
        f"""
        select transaction_id, id from events
        where transaction_id < {_HORIZON} and transaction_id >= log_base()
        order by transaction_id desc, id desc limit 1
        """  # noqa: S608 - constants only
    )
    return Position(*row) if row else Position(await pool.fetchval("select log_base()"), 0)


async def is_of_this_log(pool: Pool, position: Position) -> bool:
    """Tell whether a position was given out by this life of the database.

    One that was not is from before it was restored, or from what the restore has undone.
    """
    if position == BEGINNING:
        return True
    found: bool = await pool.fetchval(
        f"select $1::bigint >= log_base() and $1::bigint < {_HORIZON}",
        position.transaction_id,
    )
    return found


async def list_after(pool: Pool, position: Position) -> tuple[int, Sequence[Entry]]:
    """Read the next events of all organisations, and the horizon of the snapshot they are from."""
    rows = await pool.fetch(
        f"""
        select {_HORIZON} as horizon, e.* from (select 1) as one
        left join lateral (
            select {_COLUMNS} from events
            where (transaction_id, id) > ($1, $2) and transaction_id < {_HORIZON}
            order by transaction_id, id limit {BATCH}
        ) as e on true
        """,  # noqa: S608 - constants only
        *position,
    )
    return rows[0]["horizon"], [_entry(row) for row in rows if row["id"] is not None]


async def list_between(
    pool: Pool, interest: Interest, after: Position, until: Position
) -> tuple[Position, Sequence[Entry]]:
    """Read the next events that somebody is interested in, up to a position.

    Beside them is the last position that the log no longer has, by the same snapshot.
    """
    # Only what is asked for is in the statement, so that each has a plan of its own.
    asked = [
        ("call_id = ${}", interest.call_id),
        ("agent_id = ${}", interest.agent_id),
        ("name = any(${}::text[])", sorted(interest.names)),
        ("data->>'status' = any(${}::text[])", sorted(interest.statuses)),
    ]
    wanted = [(clause, value) for clause, value in asked if value]
    clauses = [f"and {clause.format(number)}" for number, (clause, _) in enumerate(wanted, 6)]
    rows = await pool.fetch(
        f"""
        select pruned.*, e.* from (select 1) as one
        left join lateral ({_PRUNED}) as pruned on true
        left join lateral (
            select {_COLUMNS} from events
            where (transaction_id, id) > ($1, $2) and (transaction_id, id) <= ($3, $4)
              and org_id = $5 {" ".join(clauses)}
            order by transaction_id, id limit {BATCH}
        ) as e on true
        """,  # noqa: S608 - constants only
        *after,
        *until,
        interest.org_id,
        *(value for _, value in wanted),
    )
    pruned = Position(rows[0]["pruned_transaction"] or 0, rows[0]["pruned_event"] or 0)
    return pruned, [_entry(row) for row in rows if row["id"] is not None]


def _entry(row: asyncpg.Record) -> Entry:
    position = Position(row["transaction_id"], row["id"])
    name, call_id, agent_id = row["name"], row["call_id"], row["agent_id"]
    data = json.loads(row["data"])
    return Entry(
        position=position,
        org_id=row["org_id"],
        name=name,
        agent_id=agent_id,
        call_id=call_id,
        status=data.get("status"),
        message=logged(position, name, row["at"], (call_id, agent_id), data),
    )
