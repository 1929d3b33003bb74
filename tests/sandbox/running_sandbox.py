"""The sandbox under test: served by uvicorn in a thread of its own, as over the network."""

import socket
import threading
from pathlib import Path

import uvicorn

from backend.sandbox.app import create_app
from backend.sandbox.llm.state import LlmState
from backend.sandbox.retell.provider import Retell, RetellOptions

API_KEY = "key_sandbox_tests"


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_listening.set()


class RunningSandbox:
    def __init__(self, options: RetellOptions, state_path: Path | None = None) -> None:
        self._retell = Retell(options)
        app = create_app(self._retell, LlmState(), state_path)
        self._server = _Server(uvicorn.Config(app, port=0, log_config=None, ws="none"))
        self._thread = threading.Thread(target=self._server.run)
        self.url = ""

    def start(self) -> None:
        self._thread.start()
        assert self._server.is_listening.wait(10)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        self._retell.webhooks.public_url = self.url

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
