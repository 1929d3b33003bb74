"""The yardstick: the same bodies posted by httpx alone, so many at once, and nothing stored."""

import asyncio
import json
import sys

import httpx


async def post(url: str, bodies: list[bytes], concurrency: int) -> None:
    left = iter(bodies)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(timeout=10, trust_env=False, limits=limits) as client:

        async def work() -> None:
            for body in left:
                answer = await client.post(
                    url, content=body, headers={"content-type": "application/json"}
                )
                assert answer.status_code == 204

        await asyncio.gather(*(work() for _ in range(concurrency)))


def main() -> None:
    for line in sys.stdin:
        wanted = json.loads(line)
        bodies = [wanted["body"].encode()] * wanted["count"]
        asyncio.run(post(wanted["url"], bodies, wanted["concurrency"]))
        print(json.dumps({"done": True}), flush=True)


if __name__ == "__main__":
    main()
