"""What benchmarks run on: a PostgreSQL that is durable, and the service's own processes.

All of it lives in a folder of its own, listens on loopback, and is gone in the end.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from backend.platform import migrations
from backend.platform.embedded_postgres.server import embedded_postgres

HERE = Path(__file__).resolve().parent
RINGBACK = (str(Path(sys.executable).with_name("ringback")),)
KEY = "key_benchmark"
EMAIL, PASSWORD = "admin@example.com", "correct horse battery"
READY_SECONDS = 60.0
# Nothing listens on the discard port: where a benchmark needs no Retell, nobody answers for it.
NOBODY = "http://127.0.0.1:9"


@dataclass
class Stage:
    folder: Path
    stack: ExitStack
    environment: dict[str, str] = field(default_factory=dict)

    def serve(self, *command: str, **settings: str) -> "Server":
        """Start a process that serves HTTP, and wait until it is ready."""
        port = free_port()
        process = self.run(*command, PORT=str(port), **settings)
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process)
        return Server(url, port, process)

    def run(self, *command: str, **settings: str) -> "subprocess.Popen[bytes]":
        """Start a process with the stage's settings; it ends with the stage."""
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command, cwd=self.folder, env=self.environment | settings
        )
        self.stack.callback(stop, process)
        return process

    def tool(self, *command: str) -> "Tool":
        """Start a program that speaks in lines of JSON: a script of ours, or the sandbox."""
        process = subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )
        self.stack.callback(stop, process)
        return Tool(process)

    def sandbox(self, *options: str) -> str:
        """Start the simulated providers, and return their address."""
        command = ("-m", "backend.sandbox", "--port", "0", "--api-key", KEY, "--no-limits")
        sandbox = self.tool(*command, "--log-level", "warning", *options)
        url: str = sandbox.hear()["url"]
        return url


@dataclass(frozen=True)
class Server:
    url: str
    port: int
    process: "subprocess.Popen[bytes]"


@dataclass(frozen=True)
class Tool:
    process: "subprocess.Popen[str]"

    def ask(self, **command: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return self.hear()

    def hear(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())


@contextmanager
def stage(*, database: bool = True, **settings: str) -> Iterator[Stage]:
    """Set up; with `database`, a migrated PostgreSQL that all processes of the stage share."""
    with tempfile.TemporaryDirectory(prefix="ringback-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        own = {
            "PATH": os.environ.get("PATH", ""),
            "DATA_DIR": str(folder / "data"),
            "SECRET_KEY": "a secret for benchmarks, long enough",
            "ADMIN_EMAIL": EMAIL,
            "ADMIN_PASSWORD": PASSWORD,
            "RETELL_API_KEY": KEY,
            "RETELL_BASE_URL": NOBODY,
            "RETELL_FROM_NUMBER": "+14155550199",
            "OPENAI_API_KEY": "none",
            "LOG_LEVEL": "ERROR",
            # One caller is a thousand here.
            "LIMIT_REQUESTS_PER_MINUTE": "0",
            "LIMIT_CALLS_PER_MINUTE": "0",
            "LIMIT_LOGINS_PER_MINUTE": "0",
        }
        if database:
            dsn = stack.enter_context(embedded_postgres(folder / "data"))
            migrations.upgrade(dsn)
            own["DATABASE_URL"] = dsn
        yield Stage(folder, stack, own | settings)


def stop(process: "subprocess.Popen[Any]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(url: str, process: "subprocess.Popen[Any]") -> None:
    deadline = time.monotonic() + READY_SECONDS
    with httpx.Client(base_url=url, timeout=5) as client:
        while True:
            assert process.poll() is None, "the service has ended"
            assert time.monotonic() < deadline, "the service is not ready"
            try:
                if client.get("/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.01)
