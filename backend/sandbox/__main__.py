"""Start the sandbox: `python -m backend.sandbox`. Once ready, it prints its address as JSON."""

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from backend.sandbox.app import create_app
from backend.sandbox.dialogues import read_dialogues
from backend.sandbox.llm.state import LlmState
from backend.sandbox.retell.limits import UNLIMITED, LimitValues
from backend.sandbox.retell.provider import Retell, RetellOptions

# Requests that a fault keeps waiting do not hold up the end for longer.
GRACE_SECONDS = 1
PARENT_POLL_SECONDS = 0.5


class Sandbox(uvicorn.Server):
    """A server that says on stdout where it listens, and nothing else there."""

    def __init__(self, config: uvicorn.Config, retell: Retell, *, die_with_parent: bool) -> None:
        super().__init__(config)
        self._retell = retell
        self._die_with_parent = die_with_parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        parent = os.getppid()
        await super().startup(sockets)
        if not self.started:
            return
        port = self.servers[0].sockets[0].getsockname()[1]
        url = f"http://{self.config.host}:{port}"
        self._retell.webhooks.public_url = self._retell.options.public_url or url
        if self._die_with_parent:
            self._watch = asyncio.create_task(self._follow(parent))
        sys.stdout.write(json.dumps({"url": url}) + "\n")
        sys.stdout.flush()

    async def _follow(self, parent: int) -> None:
        while os.getppid() == parent:  # noqa: ASYNC110 - the kernel sets no event
            await asyncio.sleep(PARENT_POLL_SECONDS)
        self.should_exit = True


def main() -> None:
    arguments = _parser().parse_args()
    logging.basicConfig(
        level=arguments.log_level.upper(),
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    # One line for every webhook and every request is too much at `info`.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    options = RetellOptions(
        api_key=arguments.api_key,
        webhook_key=arguments.webhook_key,
        speed=arguments.speed,
        seed=arguments.seed,
        public_url=arguments.public_url,
        limits=UNLIMITED if arguments.no_limits else LimitValues(),
        dialogues=read_dialogues(arguments.dialogues) if arguments.dialogues else {},
    )
    retell = Retell(options)
    config = uvicorn.Config(
        create_app(retell, LlmState(), arguments.state_file),
        host=arguments.host,
        port=arguments.port,
        log_config=None,
        ws="none",
        access_log=arguments.log_level == "debug",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    # Uvicorn raises the signal it ended for once more; being asked to end is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    Sandbox(config, retell, die_with_parent=arguments.die_with_parent).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0 picks a free one")
    parser.add_argument(
        "--speed", type=_speed, default=1.0, help="1: a call takes about 6 s; 0: no waiting at all"
    )
    parser.add_argument("--api-key", default="key_sandbox", help="what Retell's clients send")
    parser.add_argument("--webhook-key", default="", help="signs the webhooks, not the API key")
    parser.add_argument("--seed", type=int, default=0, help="the same seed, the same calls")
    parser.add_argument("--public-url", default="", help="what the links in calls start with")
    parser.add_argument("--dialogues", type=Path, help="JSON lines with dialogues to play")
    parser.add_argument("--state-file", type=Path, help="keep calls over a restart, in this file")
    parser.add_argument("--no-limits", action="store_true", help="as many calls as wanted")
    parser.add_argument("--die-with-parent", action="store_true", help="end when the parent ends")
    parser.add_argument(
        "--log-level", default="info", choices=["debug", "info", "warning", "error"]
    )
    return parser


def _speed(text: str) -> float:
    speed = float(text)
    if speed < 0:
        raise argparse.ArgumentTypeError("cannot be negative")
    return speed


if __name__ == "__main__":
    main()
