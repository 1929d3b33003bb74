"""Passages with vectors, as many as wanted, put into a database by SQL."""

import re
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import numpy as np
from _points import DIMENSIONS, NAME, points
from calls_list import fill as fill_calls

EACH = 4
_BATCH = 20_000
_WORDS = 20_000
_LENGTH = 24
_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo")
# A binary COPY's beginning: its signature, no flags, no extension; and its end.
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL = b"\xff\xff"
_FORM = (
    "fields:i2 l1:i4 embedder:i4 l2:i4 call:16 l3:i4 number:i4 l4:i4 org:16 l5:i4 agent:16 l6:i4 "
    f"dimensions:i2 unused:i2 vector:{DIMENSIONS}f2"
)
_ROW = np.dtype(
    [
        (name, f"V{kind}" if kind.isdigit() else re.sub("(?=[if])", ">", kind))
        for name, _, kind in (each.partition(":") for each in _FORM.split())
    ]
)


def word(rank: int) -> str:
    """Make a word of its own for each rank."""
    made, base = "", len(_SYLLABLES)
    rank += base * base
    while rank:
        made, rank = made + _SYLLABLES[rank % base], rank // base
    return made


async def fill(dsn: str, count: int) -> dict[str, float]:
    """Write them: calls, four passages each, their words and vectors. Return what indexes took.

    Words are of 20,000, as often as Zipf says; a passage has 24.
    """
    await fill_calls(dsn, count // EACH)
    connection = await asyncpg.connect(dsn, command_timeout=7200)
    await connection.execute("set session_replication_role = replica")  # no look-ups per row
    await connection.execute("set maintenance_work_mem = '3GB'")
    rows = await connection.fetch("select id, org_id, agent_id from calls order by id")
    await _store_words(connection, rows)
    took = await _store_vectors(connection, rows)
    await connection.execute(
        "insert into cut_calls (call_id, org_id, transcript_hash, embedder_id, cut_at) "
        "select id, org_id, '', 1, now() from calls"
    )
    await connection.execute(
        "insert into meanings (org_id, embedder_id, changed_at) "
        "select distinct org_id, 1, now() from calls"
    )
    await connection.execute("vacuum analyze passages, passage_vectors, cut_calls")
    await connection.close()
    return took


async def _store_words(connection: Any, rows: list[Any]) -> None:
    indexes = await connection.fetch(
        "select indexname, indexdef from pg_indexes where tablename = 'passages' "
        "and not exists (select from pg_constraint where conname = indexname)"
    )
    for index in indexes:
        await connection.execute(f"drop index {index['indexname']}")
    chance = np.random.default_rng(2)
    shares = 1 / np.arange(1, _WORDS + 1)
    words = np.array([word(rank) for rank in range(_WORDS)])
    for at in range(0, len(rows), _BATCH):
        part = rows[at : at + _BATCH]
        ranks = chance.choice(_WORDS, (len(part) * EACH, _LENGTH), p=shares / shares.sum())
        texts = [" ".join(words[each]) for each in ranks]
        await connection.execute(
            """
            insert into passages (call_id, number, org_id, agent_id, first_turn, last_turn,
                start_ms, text, stemming, words)
            select id, place.number, org_id, agent_id, place.number, place.number,
                place.number * 9000, said, 'english',
                to_tsvector('english', said) || to_tsvector('simple', said)
            from unnest($1::uuid[], $2::text[]) with ordinality as made (id, said, nth)
            join calls using (id)
            cross join lateral (select ((nth - 1) % $3)::int as number) as place
            """,
            [row["id"] for row in part for _ in range(EACH)],
            texts,
            EACH,
        )
    for index in indexes:
        await connection.execute(index["indexdef"])


async def _store_vectors(connection: Any, rows: list[Any]) -> dict[str, float]:
    """Write them without the index, and make it as the service does."""
    await connection.execute(
        "insert into embedders (id, name, dimensions) values (1, $1, $2)", NAME, DIMENSIONS
    )
    await connection.execute(
        "create table passage_vectors_1 partition of passage_vectors for values in (1)"
    )
    columns = ["embedder_id", "call_id", "number", "org_id", "agent_id", "vector"]
    began = time.perf_counter()
    await connection.copy_to_table(
        "passage_vectors_1", source=_copied(rows), columns=columns, format="binary"
    )
    stored = time.perf_counter()
    await connection.execute(
        "create index ix_passage_vectors_1_vector on passage_vectors_1 "
        f"using hnsw ((vector::halfvec({DIMENSIONS})) halfvec_cosine_ops)"
    )
    size = await connection.fetchval("select pg_relation_size('ix_passage_vectors_1_vector')")
    return {
        "stored_s": round(stored - began, 1),
        "index_built_s": round(time.perf_counter() - stored, 1),
        "index_mb": round(size / 1e6),
    }


async def _copied(rows: list[Any]) -> AsyncIterator[bytes]:
    yield _HEAD
    for at in range(0, len(rows), _BATCH):
        part = [row for row in rows[at : at + _BATCH] for _ in range(EACH)]
        made = np.zeros(len(part), _ROW)
        made["fields"], made["embedder"], made["dimensions"] = 6, 1, DIMENSIONS
        made["l1"], made["l3"], made["l6"] = 4, 4, 4 + 2 * DIMENSIONS
        for length in ("l2", "l4", "l5"):
            made[length] = 16
        for name, column in (("call", "id"), ("org", "org_id"), ("agent", "agent_id")):
            packed = b"".join(row[column].bytes for row in part)
            made[name] = np.frombuffer(packed, "V16")
        made["number"] = np.arange(len(part)) % EACH
        made["vector"] = points(len(part), seed=1000 + at)
        yield made.tobytes()
    yield _TAIL
