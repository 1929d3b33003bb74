"""Requests made up from the API's description: nothing breaks, and every answer is as described."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.support.service import Service

CHECKS = ",".join(
    (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
)
ENDLESS = r"/events$"
# They end the session that asks, or limit what it may ask: explored when the rest has been.
LAST = r"/auth/logout|/organisation$"


async def explore(service: Service, folder: Path, *, examples: int, phases: str) -> str:
    """Run schemathesis on the running service, and return what it says when it finds something."""
    settings = ("--max-examples", str(examples), "--phases", phases)
    found = await _run(service, folder, *settings, "--exclude-path-regex", f"{ENDLESS}|{LAST}")
    return found + await _run(service, folder, *settings, "--include-path-regex", LAST)


async def _run(service: Service, folder: Path, *arguments: str) -> str:
    token = service.client.headers["Authorization"]
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{service.settings.own_url}/openapi.json",
        *("--header", f"Authorization: {token}"),
        *("--checks", CHECKS),
        *arguments,
        *("--seed", "1"),
        "--no-color",
        "--continue-on-failure",
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return "" if process.returncode == 0 else said.decode()


async def test_a_few_made_up_requests_to_every_path_are_answered_as_described(
    api: Service, tmp_path: Path
) -> None:
    assert await explore(api, tmp_path, examples=2, phases="fuzzing") == ""


@pytest.mark.journey
@pytest.mark.timeout(900)
async def test_many_made_up_requests_to_every_path_are_answered_as_described(
    api: Service, tmp_path: Path
) -> None:
    phases = "examples,coverage,fuzzing"

    assert await explore(api, tmp_path, examples=10, phases=phases) == ""
