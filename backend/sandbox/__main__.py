"""Start the sandbox: `python -m backend.sandbox`. Once ready, it prints its address as JSON."""

import argparse
import json
import logging
import socket
import sys

import uvicorn

from backend.sandbox.app import create_app
from backend.sandbox.llm_state import LlmState
from backend.sandbox.retell.provider import Retell, RetellOptions


class Announcer(uvicorn.Server):
    """A server that says on stdout where it listens, and nothing else there."""

    def __init__(self, config: uvicorn.Config, retell: Retell) -> None:
        super().__init__(config)
        self._retell = retell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        url = f"http://{host}:{port}"
        self._retell.webhooks.public_url = self._retell.webhooks.public_url or url
        sys.stdout.write(json.dumps({"url": url}) + "\n")
        sys.stdout.flush()


def main() -> None:
    arguments = _parser().parse_args()
    logging.basicConfig(level=arguments.log_level.upper(), stream=sys.stderr)
    retell = Retell(RetellOptions(api_key=arguments.api_key, speed=arguments.speed))
    app = create_app(retell, LlmState())
    config = uvicorn.Config(app, host=arguments.host, port=arguments.port, log_config=None)
    Announcer(config, retell).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="backend.sandbox")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0 picks a free one")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--api-key", default="key_sandbox")
    parser.add_argument("--log-level", default="info")
    return parser


if __name__ == "__main__":
    main()
