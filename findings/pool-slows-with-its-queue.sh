#!/usr/bin/env bash
# A connection pool works the more for each request, the more of them wait
#
# httpcore 1.0.9, which httpx is built on. A pool has a limit of connections, and requests past it wait for
# one. Whenever a request comes or goes, the pool looks at each that waits for each connection it has, so what
# a request costs grows with how many wait: behind a receiver that is slow, a client spends its processor on that.
#
# Seen: 3.4 ms of processor time for each of 100 requests over 100 connections, 31.5 ms for each of 400
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'httpcore[asyncio]==1.0.9'
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import time
from contextlib import suppress

import httpcore


async def answer(reader, writer):
    with suppress(asyncio.CancelledError):
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            await asyncio.sleep(0.05)
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")


async def spent_on_each(count):
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with httpcore.AsyncConnectionPool(max_connections=100) as pool:
        began = time.process_time()
        answers = await asyncio.gather(*(pool.request("GET", url) for _ in range(count)))
        spent = time.process_time() - began
    server.close()
    assert {each.status for each in answers} == {204}
    return 1000 * spent / count


async def main():
    await spent_on_each(20)
    few, many = await spent_on_each(100), await spent_on_each(400)
    print(f"{few:.1f} ms for each of 100, {many:.1f} ms for each of 400")
    assert many > 2.5 * few


asyncio.run(main())
PYTHON
