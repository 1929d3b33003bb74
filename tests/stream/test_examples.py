"""The examples of docs/events.md, as they stand there."""

import asyncio
import re
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.support.customers import Customer
from tests.support.service import Service

DOCUMENT = Path(__file__).parents[2] / "docs/events.md"


def example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    return str(found)


def token_of(service: Service) -> str:
    return str(service.client.headers["Authorization"]).removeprefix("Bearer ")


@pytest.fixture
async def call(customer: Customer) -> dict[str, Any]:
    return await customer.call(await customer.published_agent())


async def test_curl_shows_what_happened(customer: Customer, call: dict[str, Any]) -> None:
    curl = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        f"exec {example('sh')}",
        env={
            "PATH": "/usr/bin:/bin",
            "url": f"{customer.settings.own_url}/api/v1",
            "token": token_of(customer),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert curl.stdout is not None
    try:
        async with asyncio.timeout(10):
            shown = await curl.stdout.readuntil(b"\n\n")
            shown += await curl.stdout.readuntil(b"\n\n")
    finally:
        curl.kill()
        await curl.wait()

    assert b"event: call.queued" in shown
    assert call["id"].encode() in shown


async def test_the_python_client_gives_events_and_goes_on_from_a_position(
    customer: Customer, call: dict[str, Any]
) -> None:
    defined: dict[str, Any] = {}
    exec(example("python"), defined)  # noqa: S102 - our own document

    def first(position: str, count: int) -> list[dict[str, Any]]:
        url = f"{customer.settings.own_url}/api/v1"
        return list(islice(defined["follow"](url, token_of(customer), position), count))

    told = await asyncio.to_thread(first, "0", 3)
    again = await asyncio.to_thread(first, told[1]["id"], 1)

    assert "call.queued" in [event["name"] for event in told]
    assert call["id"] in [event["call_id"] for event in told]
    assert again == told[2:]
