"""`ringback demo`: everything running against the sandbox, used over HTTP as a customer would."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from rich.console import Console

from backend.cli import demo_screen, running
from backend.cli.demo_calls import (
    PEOPLE,
    Agents,
    DemoFailed,
    analyze_calls,
    ask,
    call_people,
    place_scenario,
    publish_agents,
    publish_policies,
)
from backend.cli.demo_recordings import send_recordings
from backend.platform import ui
from backend.platform.settings import GivenSettings, Settings
from backend.providers.embedding.local_model import is_installed as is_embedding_installed
from backend.providers.transcription.local_model import is_installed

console = Console(highlight=False)

EMAIL = "admin@example.com"
PASSWORD = "ringback-demo"  # noqa: S105 - printed on the screen, for the sandbox only
FROM_NUMBER = "+14155550199"
_STAND_IN = "openai/sandbox-stand-in"
# What a small model costs, so that there are costs to see and budgets to keep.
_PRICES = {_STAND_IN: (25.0, 200.0)}
_SANDBOX_KEY = "key_sandbox"
_ONCE_SECONDS = 300.0
_LOOK_SECONDS = 0.2


def settings_for_demo(
    settings: GivenSettings, stack: ExitStack, *, speed: float, data_dir: Path
) -> GivenSettings:
    """Start the sandbox and point everything at it, whatever real accounts the settings name."""
    data_dir.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "backend.sandbox", "--port", "0", "--die-with-parent"]
    command += ["--api-key", _SANDBOX_KEY, "--speed", str(speed), "--log-level", "error"]
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
    smtp_url = httpx.get(f"{url}/sandbox/mail/server", trust_env=False).json()["smtp_url"]
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
            # The systems that results go to in a demo are on this machine too.
            "outbound_allow": (*settings.outbound_allow, "127.0.0.1", "::1"),
            "smtp": settings.smtp.model_copy(update={"url": SecretStr(smtp_url)}),
            "openai": settings.openai.model_copy(update=openai),
            # What is installed here hears what people say; the sandbox hears its own speech alone.
            "transcriber": "local" if is_installed() else "deepgram/sandbox",
            "transcriber_fallbacks": (),
            "embedder": "local" if is_embedding_installed() else "openai/sandbox-stand-in",
            "deepgram": settings.deepgram.model_copy(update=deepgram),
            "storage": settings.storage.model_copy(update={"url": None, "endpoint_url": None}),
            "llm": settings.llm.model_copy(update={"model": _STAND_IN, "prices": _PRICES}),
            "admin": settings.admin.model_copy(update=admin),
        }
    )


def quiet(settings: GivenSettings) -> GivenSettings:
    """Keep the log out of the show, unless it is asked for."""
    if "level" in settings.log.model_fields_set:
        return settings
    return settings.model_copy(update={"log": settings.log.model_copy(update={"level": "WARNING"})})


async def run(settings: Settings, *, with_calls: bool, await_ui: bool) -> None:
    """Run until told to stop, with the example agents published and the first calls placed."""
    async with running.stop_on_signals() as stopping, _running(settings, stopping):
        try:
            async with _client(settings) as client:
                agents = await publish_agents(client, settings)
                await publish_policies(client, agents)
                await analyze_calls(client)
                placed = await call_people(client, agents) if with_calls else 0
                if with_calls:
                    await send_recordings(client, agents, settings)
                if await_ui:
                    await _ui_built(stopping)
                if stopping.is_set():
                    return
        except httpx.TransportError:
            if stopping.is_set():
                return
            raise
        console.print(f"\n  Ringback runs at [bold]{settings.own_url}[/bold], with the sandbox.")
        console.print(f"  Log in as [bold]{EMAIL}[/bold] with password [bold]{PASSWORD}[/bold]")
        console.print(f"  API: {settings.own_url}/docs   Sandbox: {settings.retell.base_url}")
        if placed:
            console.print(f"\n  {placed} simulated calls are on their way: one of them needs you.")
        if with_calls:
            console.print("  Two recordings are on the page Recordings. Drop your own into it:")
        else:
            console.print("  Drop recordings of your own into the page Recordings:")
        console.print(f"  {_who_hears(settings)}.")
        console.print("  Nobody is called and nothing costs: two minutes of talk take six seconds.")
        console.print("  New call, and whom these agents reach by which number:")
        for key, agent in agents.items():
            numbers = [number for preset, number, _ in PEOPLE if preset == key]
            console.print(f"    {agent['name']:<22} {'  '.join(numbers)}", soft_wrap=True)
        console.print("\n  Ctrl-C ends it; the data stays.\n")
        await stopping.wait()


async def run_once(settings: Settings, scenario: str) -> None:
    """Place one call, print its events as they come and the finished record."""
    settings = settings.model_copy(update={"port": _free_port(settings.host)})
    console.print("\n  A simulated call, without account or phone: about ten seconds.")
    async with (
        running.stop_on_signals() as stopping,
        _running(settings, stopping),
        _client(settings) as client,
    ):
        agents = await publish_agents(client, settings)
        try:
            async with asyncio.timeout(_ONCE_SECONDS):
                await _show_call(client, agents, scenario)
        except TimeoutError:
            raise DemoFailed(f"The call was not over after {_ONCE_SECONDS:.0f} s.") from None


async def _show_call(client: httpx.AsyncClient, agents: Agents, scenario: str) -> None:
    agent, call = await place_scenario(client, agents, scenario)
    console.print(f"\n[bold]{agent['name']}[/bold] calls {call['to_number']}\n")
    await demo_screen.follow(client, call["id"], console)
    call = await ask(client, "GET", f"/api/v1/calls/{call['id']}")
    demo_screen.print_record(call, agent, console)
    if call["record"] is None or call["record"]["status"] not in {"valid", "needs_review"}:
        raise DemoFailed("The call ended without a record.")


async def _ui_built(stopping: asyncio.Event) -> None:
    while not ui.is_built() and not stopping.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _LOOK_SECONDS)


def _who_hears(settings: Settings) -> str:
    here = "they are transcribed on this machine"
    return here if settings.transcriber == "local" else f"{here} after `make local` (350 MB, once)"


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
    # A connection for each request: one that is kept may be ended by a busy API as it is used.
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(
        base_url=settings.own_url, timeout=_ONCE_SECONDS, limits=limits
    ) as client:
        login = await ask(
            client, "POST", "/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD}
        )
        client.headers["Authorization"] = f"Bearer {login['access_token']}"
        yield client
