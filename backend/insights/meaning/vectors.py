"""Vectors in PostgreSQL, by pgvector: where they are kept, and which are nearest to one.

Each embedder has a partition of its own, with its own index: all its vectors are of one length, and
go at once when nobody asks for them any more.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.meaning.models import Embedder
from backend.insights.models import Near, PassageKey, Wanted
from backend.platform import clock
from backend.platform.errors import Conflict

Vector: TypeAlias = Sequence[float]

# From this on, an index goes on looking until enough fit the filters.
OLDEST = (0, 8)
# What pgvector can have an index on.
MOST_DIMENSIONS = 4000
# So many are compared one by one, which is exact; of more, the index is asked.
_FEW = 2000
# How many the index looks at for one answer: more finds more of the nearest, and takes longer.
_BREADTH = 100
# How many it looks at before it is given up, and all that fit are compared.
_MOST_LOOKED_AT = 100_000


class VectorsImpossible(Conflict):
    code, title = "vectors-impossible", "This PostgreSQL cannot keep vectors"


async def version(session: AsyncSession) -> str | None:
    """Give the version of the database's pgvector; none: it is not there."""
    found: str | None = await _scalar(
        session, "select extversion from pg_extension where extname = 'vector'"
    )
    return found


async def is_ready(session: AsyncSession) -> bool:
    """Say whether there is a place for vectors, and a pgvector that finds them under filters."""
    has_place = await _scalar(
        session,
        "select exists (select from pg_attribute where attname = 'vector' and not attisdropped "
        "and attrelid = to_regclass('passage_vectors'))",
    )
    known = await version(session)
    return bool(has_place) and known is not None and _numbers(known) >= OLDEST


async def prepare(session: AsyncSession) -> None:
    """Make the place for vectors, which the migration could not make without pgvector.

    Fails where it is not installed, or may not be created.
    """
    for statement in (
        "set local lock_timeout = '4s'",
        "create extension if not exists vector",
        "alter table passage_vectors add column if not exists vector halfvec not null",
    ):
        await (await session.connection()).execute(text(statement))


def _numbers(version_: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version_.split(".")[:2] if part.isdigit())


async def _scalar(session: AsyncSession, statement: str) -> Any:
    return (await (await session.connection()).execute(text(statement))).scalar_one_or_none()


async def find_embedder(session: AsyncSession, name: str) -> Embedder | None:
    """Find what a model's vectors are kept as: by the length that it answers with now."""
    newest = (col(Embedder.opened_at).desc().nulls_last(), col(Embedder.id).desc())
    statement = select(Embedder).where(Embedder.name == name).order_by(*newest).limit(1)
    return (await session.exec(statement)).one_or_none()


async def open_embedder(session: AsyncSession, name: str, dimensions: int) -> Embedder:
    """Have this length count: find it, or make it with partition and index. Nobody else does so."""
    if not 0 < dimensions <= MOST_DIMENSIONS:
        raise VectorsImpossible(
            f"{name} makes vectors of {dimensions} numbers; pgvector finds them up to "
            f"{MOST_DIMENSIONS}."
        )
    connection = await session.connection()
    await connection.execute(text("select pg_advisory_xact_lock(hashtext('embedders'))"))
    statement = select(Embedder).where(Embedder.name == name, Embedder.dimensions == dimensions)
    known = (await session.exec(statement)).one_or_none()
    if known is not None:
        known.opened_at = clock.now()
        return known
    number = await _scalar(session, "select nextval(pg_get_serial_sequence('embedders', 'id'))")
    made = Embedder(id=number, name=name, dimensions=dimensions, opened_at=clock.now())
    session.add(made)
    await session.flush()
    table = table_of(made)
    for each in (
        "set local lock_timeout = '4s'",
        f"create table {table} partition of passage_vectors for values in ({made.id})",
        f"create index ix_{table}_vector on {table} "
        f"using hnsw ({_vector(made)} halfvec_cosine_ops)",
    ):
        await connection.execute(text(each))
    return made


async def drop_embedder(session: AsyncSession, embedder: Embedder) -> None:
    """Take all its vectors away at once. Whoever searches is waited for, but not for long."""
    connection = await session.connection()
    await connection.execute(text("set local lock_timeout = '4s'"))
    await connection.execute(text(f"drop table if exists {table_of(embedder)}"))
    await session.delete(embedder)


def table_of(embedder: Embedder) -> str:
    return f"passage_vectors_{embedder.id}"


def _vector(embedder: Embedder) -> str:
    """Write the column as the index has it."""
    return f"(vector::halfvec({embedder.dimensions}))"


def written(vector: Vector) -> str:
    """Write a vector as pgvector reads it."""
    return "[" + ",".join(f"{number:.5g}" for number in vector) + "]"


_STORE = """
    insert into {table} (embedder_id, call_id, number, org_id, agent_id, vector)
    select :embedder_id, passage.call_id, passage.number, passage.org_id, passage.agent_id,
        cast(vector as halfvec)
    from unnest(
        cast(:call_ids as uuid[]), cast(:numbers as int[]), cast(:vectors as text[])
    ) as made (call_id, number, vector) join passages as passage using (call_id, number)
    on conflict do nothing
"""


async def store(
    session: AsyncSession, embedder: Embedder, of: Sequence[PassageKey], made: Sequence[Vector]
) -> None:
    """Keep vectors of passages, whose calls are locked."""
    statement = text(_STORE.format(table=table_of(embedder)))
    columns = {
        "embedder_id": embedder.id,
        "call_ids": [key.call_id for key in of],
        "numbers": [key.number for key in of],
        "vectors": [written(each) for each in made],
    }
    await (await session.connection()).execute(statement, columns)


# Whether there are few is found out first: then the index is not asked, and none is missed.
_FEW_THERE = """
    select count(*) from (
        select from {table} where org_id = :org_id {conditions} limit :few
    ) as counted
"""
_EXACT = """
    select call_id, number, {vector} <=> cast(:vector as halfvec({dimensions})) as distance
    from (
        select * from {table} where org_id = :org_id {conditions} {but} offset 0
    ) as few
    order by distance, call_id desc, number limit :most
"""
_BY_INDEX = """
    select call_id, number, {vector} <=> cast(:vector as halfvec({dimensions})) as distance
    from {table} where org_id = :org_id {conditions} {but}
    order by {vector} <=> cast(:vector as halfvec({dimensions})) limit :most
"""
_BUT = "and call_id <> :but_call_id"


async def nearest(
    session: AsyncSession,
    embedder: Embedder,
    wanted: Wanted,
    vector: str,
    *,
    but_call_id: UUID | None = None,
) -> list[Near]:
    """Find the passages nearest to a vector as `written`, of what is wanted, the nearest first."""
    connection = await session.connection()
    conditions, asked = wanted.conditions()
    parts = {
        "table": table_of(embedder),
        "dimensions": embedder.dimensions,
        "vector": _vector(embedder),
        "conditions": conditions,
        "but": "" if but_call_id is None else _BUT,
    }
    counted = await connection.execute(text(_FEW_THERE.format(**parts)), asked | {"few": _FEW + 1})
    asked |= {"vector": vector, "most": wanted.candidates}
    if but_call_id is not None:
        asked["but_call_id"] = but_call_id
    found: list[Near] = []
    if counted.scalar_one() > _FEW:
        look_on = {"breadth": str(_BREADTH), "most": str(_MOST_LOOKED_AT)}
        await connection.execute(_LOOK_ON, look_on)
        found = await _ordered(session, _BY_INDEX.format(**parts), asked)
    if len(found) < wanted.candidates:
        found = await _ordered(session, _EXACT.format(**parts), asked)
    return found


async def _ordered(session: AsyncSession, statement: str, asked: Mapping[str, Any]) -> list[Near]:
    rows = await (await session.connection()).execute(text(statement), asked)
    return [Near(PassageKey(row.call_id, row.number), row.distance) for row in rows]


# Without it, what does not fit the filters counts among the few that the index looks at.
_LOOK_ON = text(
    """
    select set_config('hnsw.iterative_scan', 'strict_order', true),
        set_config('hnsw.ef_search', :breadth, true),
        set_config('hnsw.max_scan_tuples', :most, true)
    """
)


async def vector_of(session: AsyncSession, embedder: Embedder, key: PassageKey) -> str | None:
    """Read the vector of a passage, as `written`."""
    statement = text(
        f"select cast(vector as text) from {table_of(embedder)} "  # noqa: S608 - our own text
        "where call_id = :call_id and number = :number"
    )
    rows = await (await session.connection()).execute(statement, key._asdict())
    found: str | None = rows.scalar_one_or_none()
    return found
