"""`ringback demo`: everything running against the sandbox, used over HTTP as a customer would."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from backend.cli import running
from backend.platform.errors import AppError
from backend.platform.settings import Settings
from backend.providers.transcription.local_model import is_installed

console = Console(highlight=False)

EMAIL = "admin@example.com"
PASSWORD = "ringback-demo"  # noqa: S105 - printed on the screen, for the sandbox only
FROM_NUMBER = "+14155550199"
_SANDBOX_KEY = "key_sandbox"
_ONCE_SECONDS = 120.0


class DemoFailed(AppError):
    code, title = "demo-failed", "The demo failed"


def settings_for_demo(
    settings: Settings, stack: ExitStack, *, speed: float, data_dir: Path
) -> Settings:
    """Start the sandbox and point everything at it, whatever real accounts the settings name."""
    data_dir.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "backend.sandbox", "--port", "0", "--die-with-parent"]
    command += ["--api-key", _SANDBOX_KEY, "--speed", str(speed), "--log-level", "warning"]
    command += ["--state-file", str(data_dir / "sandbox.json")]
    process = stack.enter_context(
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
    )
    stack.callback(process.terminate)
    assert process.stdout is not None  # noqa: S101 - piped above
    line = process.stdout.readline()
    if not line:
        raise DemoFailed("The sandbox did not start; its own words are above.")
    url = json.loads(line)["url"]
    retell = {
        "api_key": SecretStr(_SANDBOX_KEY),
        "webhook_key": None,
        "base_url": url,
        "from_number": FROM_NUMBER,
    }
    openai = {"api_key": SecretStr("sandbox"), "base_url": f"{url}/v1"}
    deepgram = {"api_key": SecretStr("sandbox"), "base_url": f"{url}/deepgram"}
    admin = {"email": EMAIL, "password": SecretStr(PASSWORD)}
    return settings.model_copy(
        update={
            "data_dir": data_dir,
            "public_url": None,
            "database": settings.database.model_copy(update={"url": None, "direct_url": None}),
            "secret_key": None,
            "retell": settings.retell.model_copy(update=retell),
            "openai": settings.openai.model_copy(update=openai),
            # What is installed here hears what people say; the sandbox hears its own speech alone.
            "transcriber": "local" if is_installed() else "deepgram/sandbox",
            "transcriber_fallbacks": (),
            "deepgram": settings.deepgram.model_copy(update=deepgram),
            "storage": settings.storage.model_copy(update={"url": None, "endpoint_url": None}),
            "llm": settings.llm.model_copy(update={"model": "openai/sandbox-stand-in"}),
            "admin": settings.admin.model_copy(update=admin),
        }
    )


async def run(settings: Settings) -> None:
    """Run until told to stop, with the example agents published."""
    async with running.stop_on_signals() as stopping, _running(settings, stopping):
        async with _client(settings) as client:
            agents = await _seed(client, settings)
        console.print(f"\n  Ringback runs at [bold]{settings.own_url}[/bold], with the sandbox.")
        console.print(f"  Log in as [bold]{EMAIL}[/bold] with password [bold]{PASSWORD}[/bold]")
        console.print(f"  API: {settings.own_url}/docs   Sandbox: {settings.retell.base_url}")
        console.print(f"  Agents: {', '.join(agent['name'] for agent in agents.values())}")
        console.print("  Ctrl-C ends it; the data stays.\n")
        await stopping.wait()


async def run_once(settings: Settings, scenario: str) -> None:
    """Place one call, print its events as they come and the finished record."""
    settings = settings.model_copy(update={"port": _free_port(settings.host)})
    async with (
        running.stop_on_signals() as stopping,
        _running(settings, stopping),
        _client(settings) as client,
    ):
        agents = await _seed(client, settings)
        try:
            async with asyncio.timeout(_ONCE_SECONDS):
                await _show_call(client, agents, scenario)
        except TimeoutError:
            raise DemoFailed(f"The call was not over after {_ONCE_SECONDS:.0f} s.") from None


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def _running(settings: Settings, stopping: asyncio.Event) -> AsyncIterator[None]:
    """Run API and worker meanwhile; what ends one of them ends all."""
    await running.prepare(settings)
    api_ready, worker_ready = asyncio.Event(), asyncio.Event()
    parts = [
        asyncio.create_task(running.serve(settings, stopping, api_ready)),
        asyncio.create_task(running.work(settings, stopping, worker_ready)),
    ]
    ready: asyncio.Future[Any] = asyncio.gather(api_ready.wait(), worker_ready.wait())
    try:
        waiting: set[asyncio.Future[Any]] = {ready, *parts}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            raise DemoFailed("The service ended before it was ready; the log says why.")
        yield
    finally:
        ready.cancel()
        stopping.set()
        await asyncio.gather(*parts)


@asynccontextmanager
async def _client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=settings.own_url, timeout=60) as client:
        login = await _ask(
            client, "POST", "/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD}
        )
        client.headers["Authorization"] = f"Bearer {login['access_token']}"
        yield client


async def _ask(client: httpx.AsyncClient, method: str, path: str, body: Any = None) -> Any:
    response = await client.request(method, path, json=body)
    if response.is_error:
        raise DemoFailed(f"{method} {path} answered {response.status_code}: {response.text}")
    return response.json()


async def _seed(client: httpx.AsyncClient, settings: Settings) -> dict[str, Any]:
    """Create and publish the example agents that are not there yet. Return them by preset.

    Those published from another address are published again, for their webhooks to come here.
    """
    held = await _ask(client, "GET", "/api/v1/agents?limit=200")
    by_name = {agent["name"]: agent for agent in held["items"]}
    address = settings.data_dir / "published_from"
    has_moved = not address.exists() or address.read_text() != settings.own_url
    agents = {}
    for preset in await _ask(client, "GET", "/api/v1/agents/presets"):
        agent = by_name.get(preset["config"]["name"])
        if agent is None:
            agent = await _ask(client, "POST", "/api/v1/agents", preset["config"])
        if agent["published_version"] is None or has_moved:
            agent = await _ask(client, "POST", f"/api/v1/agents/{agent['id']}/publish")
        agents[preset["key"]] = agent
    address.write_text(settings.own_url)
    return agents


async def _show_call(client: httpx.AsyncClient, agents: dict[str, Any], scenario: str) -> None:
    agent = agents.get(_PRESET_OF.get(scenario, "driver_check_in")) or next(iter(agents.values()))
    request = {
        "agent_id": agent["id"],
        "to_number": "+14155550100",
        "variables": {
            variable["name"]: variable["example"]
            for variable in agent["variables"]
            if variable["example"] is not None
        },
        "metadata": {"sandbox_scenario": scenario},
    }
    call = await _ask(client, "POST", "/api/v1/calls", request)
    console.print(f"\n[bold]{agent['name']}[/bold] calls {request['to_number']}\n")
    await _follow(client, call["id"])
    call = await _ask(client, "GET", f"/api/v1/calls/{call['id']}")
    _print_record(call)
    if call["record"] is None or call["record"]["status"] not in {"valid", "needs_review"}:
        raise DemoFailed("The call ended without a record.")


# Scenarios that fit another agent than the driver check-in.
_PRESET_OF = {"emergency": "emergency", "sales": "sales_qualification"}
_LAST = {"record.extracted", "record.needs_review", "record.failed"}
_NO_RECORD = {"call.not_connected", "call.failed", "call.canceled"}


async def _follow(client: httpx.AsyncClient, call_id: str) -> None:
    """Print the call's feed until there is a record, or can be none."""
    path = f"/api/v1/calls/{call_id}/events?last_event_id=0"
    async with client.stream("GET", path, timeout=None) as response:
        async for line in response.aiter_lines():
            if not line.startswith("data: "):
                continue
            event = json.loads(line.removeprefix("data: "))
            _print_event(event)
            if event["name"] in _LAST | _NO_RECORD:
                return


def _print_event(event: dict[str, Any]) -> None:
    at = event["at"][11:19]
    if event["name"] == "call.transcript_updated":
        for turn in event["data"]["turns"]:
            colour = "cyan" if turn["role"] == "agent" else "green"
            console.print(f"  {at}  [{colour}]{turn['role']:>5}[/{colour}]  {turn['text']}")
    else:
        console.print(f"  {at}  [bold]{event['name']}[/bold]")


def _print_record(call: dict[str, Any]) -> None:
    record = call["record"]
    if record is None:
        reason = call["failure"] or call["status_reason"]
        console.print(f"\nNo record: the call is {call['status']} ({reason}).", markup=False)
        return
    table = Table(title=f"Record, {record['status']} ({record['model']})", title_justify="left")
    for heading in ("field", "value", "quote"):
        table.add_column(heading, overflow="fold")
    for field, value in _leaves(record["data"]):
        evidence = record["evidence"].get(field) or record["not_said"].get(field) or {}
        shown = "—" if value is None else json.dumps(value, ensure_ascii=False)
        proof = evidence.get("quote") or evidence.get("reason", "").replace("_", " ")
        table.add_row(field, shown, proof)
    console.print()
    console.print(table)
    for problem in record["problems"]:
        console.print(f"  [yellow]{problem['field']}[/yellow]: {problem['message']}")


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """List every single value with its path, as the evidence is keyed: `stops[0].city`."""
    if isinstance(value, dict):
        parts = [(f"{path}.{name}" if path else name, member) for name, member in value.items()]
    elif isinstance(value, list):
        parts = [(f"{path}[{index}]", member) for index, member in enumerate(value)]
    else:
        return [(path, value)]
    return [leaf for part, member in parts for leaf in _leaves(member, part)]
