"""What happens on the wire, against real sockets: did anything leave, and did an answer come?"""

import asyncio
import json
import logging
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import respx

from backend.platform.errors import AppError
from backend.providers.retell import Retell
from backend.providers.retell_errors import (
    BlockReason,
    DialOutcomeUnknown,
    RetellAccountBlocked,
    RetellFailed,
    RetellTimedOut,
    RetellUnreachable,
)
from backend.providers.retell_shapes import Dial

KEY = "key_0123456789abcdef"
DIAL = Dial(
    idempotency_key="0199aaaa",
    agent_id="agent_1",
    agent_version=3,
    from_number="+14155550199",
    to_number="+14155550100",
)
CALL = json.dumps({"call_id": "call_1"}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
    CALL
)


class Conversation:
    """One connection to the server under test, with what servers do to their clients."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read_request(self) -> None:
        head = await self._reader.readuntil(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:-2])
        await self._reader.readexactly(int(fields.get(b"content-length", 0)))

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        connection: socket.socket = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.transport.abort()


Behaviour = Callable[[Conversation], Awaitable[None]]


class Server:
    def __init__(self, port: int) -> None:
        self.connections = 0
        self.connected = asyncio.Event()
        self.url = f"http://127.0.0.1:{port}"


@asynccontextmanager
async def serving(*behaviours: Behaviour) -> AsyncIterator[Server]:
    """Serve each connection as the next behaviour says, the last one for all that follow."""
    served: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.add(task)
        behaviour = behaviours[min(server.connections, len(behaviours) - 1)]
        server.connections += 1
        server.connected.set()
        try:
            await behaviour(Conversation(reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    server = Server(listening.sockets[0].getsockname()[1])
    try:
        yield server
    finally:
        listening.close()
        for task in served:
            task.cancel()
        await asyncio.gather(*served, return_exceptions=True)


@asynccontextmanager
async def talking_to(url: str) -> AsyncIterator[Retell]:
    retell = Retell(api_key=KEY, base_url=url, timeout=0.4, dial_timeout=0.4, connect_timeout=0.2)
    try:
        yield retell
    finally:
        await retell.close()


async def close_at_once(_: Conversation) -> None:
    return


async def close_after_reading(client: Conversation) -> None:
    await client.read_request()


async def reset_after_reading(client: Conversation) -> None:
    await client.read_request()
    client.reset()


async def never_answer(client: Conversation) -> None:
    await client.read_request()
    await asyncio.Event().wait()


async def answer_for_ever(client: Conversation) -> None:
    await client.read_request()
    await client.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    while True:
        await client.send(b" ")
        await asyncio.sleep(0.05)


async def answer_by_half(client: Conversation) -> None:
    await client.read_request()
    await client.send(ANSWER + CALL[:-4])


async def answer_nonsense(client: Conversation) -> None:
    await client.read_request()
    await client.send(b"not http at all\r\n\r\n")


async def answer(client: Conversation) -> None:
    while True:
        await client.read_request()
        await client.send(ANSWER + CALL)


async def answer_late(client: Conversation) -> None:
    await client.read_request()
    await asyncio.sleep(0.3)
    await client.send(ANSWER + CALL)


async def say_nothing(_: Conversation) -> None:
    await asyncio.Event().wait()


async def failed_dial(url: str) -> AppError:
    async with talking_to(url) as retell:
        with pytest.raises(AppError) as caught:
            await retell.create_phone_call(DIAL)
    return caught.value


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def test_a_dial_that_is_answered_is_a_call() -> None:
    async with serving(answer) as server, talking_to(server.url) as retell:
        assert (await retell.create_phone_call(DIAL)).call_id == "call_1"


@pytest.mark.parametrize(
    "behaviour",
    [
        close_at_once,
        close_after_reading,
        reset_after_reading,
        never_answer,
        answer_for_ever,
        answer_by_half,
        answer_nonsense,
    ],
)
async def test_once_connected_a_phone_may_be_ringing_and_no_second_dial_is_sent(
    behaviour: Behaviour,
) -> None:
    async with serving(behaviour, answer) as server:
        failure = await failed_dial(server.url)
    assert type(failure) is DialOutcomeUnknown
    assert server.connections == 1


async def test_a_dial_may_take_longer_than_other_requests() -> None:
    async with serving(answer_late) as server:
        retell = Retell(api_key=KEY, base_url=server.url, timeout=0.1, dial_timeout=20)
        assert (await retell.create_phone_call(DIAL)).call_id == "call_1"
        with pytest.raises(RetellTimedOut):
            await retell.get_call("call_1")
        await retell.close()


async def test_a_refused_connection_means_nothing_was_dialled(closed_port: int) -> None:
    failure = await failed_dial(f"http://127.0.0.1:{closed_port}")
    assert type(failure) is RetellUnreachable


@pytest.mark.parametrize("behaviour", [say_nothing, close_at_once, answer_nonsense])
async def test_without_a_tls_handshake_nothing_was_dialled(behaviour: Behaviour) -> None:
    async with serving(behaviour) as server:
        failure = await failed_dial(server.url.replace("http:", "https:"))
    assert type(failure) is RetellUnreachable


async def test_a_connection_that_is_never_accepted_means_nothing_was_dialled() -> None:
    with socket.socket() as full, socket.socket() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting.connect(full.getsockname())
        failure = await failed_dial(f"http://127.0.0.1:{full.getsockname()[1]}")
    assert type(failure) is RetellUnreachable


async def test_a_dial_given_up_from_outside_is_cancelled_and_not_a_failure() -> None:
    async with serving(never_answer) as server, talking_to(server.url) as retell:
        dial = asyncio.create_task(retell.create_phone_call(DIAL))
        await server.connected.wait()
        dial.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dial


@pytest.mark.parametrize("behaviour", [reset_after_reading, answer_by_half])
async def test_a_read_whose_connection_keeps_breaking_failed(behaviour: Behaviour) -> None:
    async with serving(behaviour) as server:
        retell = Retell(api_key=KEY, base_url=server.url)
        with pytest.raises(RetellFailed):
            await retell.get_call("call_1")
        await retell.close()
    assert server.connections == 2


@pytest.mark.parametrize("behaviour", [never_answer, answer_for_ever])
async def test_a_read_that_is_not_answered_in_time_timed_out(behaviour: Behaviour) -> None:
    async with serving(behaviour) as server, talking_to(server.url) as retell:
        with pytest.raises(RetellTimedOut):
            await retell.get_call("call_1")


async def test_a_read_is_tried_a_second_time() -> None:
    async with serving(close_after_reading, answer) as server:
        retell = Retell(api_key=KEY, base_url=server.url)
        assert (await retell.get_call("call_1")).call_id == "call_1"
        await retell.close()
    assert server.connections == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda retell: retell.save_llm(None, {}),
        lambda retell: retell.save_agent(None, {}),
        lambda retell: retell.publish_agent("agent_1", 1),
        lambda retell: retell.stop_call("call_1"),
        lambda retell: retell.delete_llm("llm_1"),
        lambda retell: retell.create_web_call(
            "agent_1", agent_version=1, variables={}, metadata={}
        ),
    ],
)
async def test_a_change_is_sent_once(change: Callable[[Retell], Awaitable[object]]) -> None:
    async with serving(close_after_reading, answer) as server, talking_to(server.url) as retell:
        with pytest.raises(RetellFailed):
            await change(retell)
    assert server.connections == 1


async def test_requests_share_a_connection() -> None:
    async with serving(answer) as server, talking_to(server.url) as retell:
        for _ in range(3):
            await retell.get_call("call_1")
    assert server.connections == 1


async def test_an_unreachable_retell_is_said_to_be(closed_port: int) -> None:
    retell = Retell(api_key=KEY, base_url=f"http://127.0.0.1:{closed_port}")
    with pytest.raises(RetellUnreachable):
        await retell.get_call("call_1")
    await retell.close()


@pytest.mark.parametrize(("status", "kind"), [(503, RetellFailed), (504, RetellTimedOut)])
async def test_a_wait_retell_asks_for_is_handed_on_and_not_spent_inside_the_request(
    status: int, kind: type[RetellFailed | RetellTimedOut]
) -> None:
    retell = Retell(api_key=KEY, base_url="https://retell.test", timeout=5)
    with respx.mock(base_url="https://retell.test") as api:
        route = api.get("/v2/get-call/call_1").respond(status, headers={"Retry-After": "20"})
        with pytest.raises(kind) as caught:
            await retell.get_call("call_1")
    await retell.close()
    assert caught.value.retry_after == 20
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("api_key", "reason"),
    [
        (None, BlockReason.KEY_MISSING),
        ("", BlockReason.KEY_MISSING),
        (" \n", BlockReason.KEY_MISSING),
        ("key_a\nkey_b", BlockReason.KEY_REFUSED),
        ("key_ä", BlockReason.KEY_REFUSED),
    ],
)
async def test_a_key_that_cannot_be_sent_blocks_the_account_and_is_not_shown(
    api_key: str | None, reason: BlockReason
) -> None:
    retell = Retell(api_key=api_key, base_url="http://127.0.0.1:9")
    for attempt in (retell.create_phone_call(DIAL), retell.get_key_info(), retell.list_voices()):
        with pytest.raises(RetellAccountBlocked) as caught:
            await attempt
        assert caught.value.reason is reason
        assert "key_" not in caught.value.detail
    await retell.close()


async def test_a_key_copied_with_a_line_break_works() -> None:
    retell = Retell(api_key=f" {KEY}\n", base_url="https://retell.test")
    with respx.mock(base_url="https://retell.test") as api:
        route = api.get("/v2/get-call/call_1").respond(json={"call_id": "call_1"})
        await retell.get_call("call_1")
    await retell.close()
    assert route.calls.last.request.headers["authorization"] == f"Bearer {KEY}"


async def test_nothing_private_is_logged_even_with_every_logger_at_debug(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in (None, "retell", "httpx"):
        caplog.set_level(logging.DEBUG, logger=name)
    retell = Retell(api_key=KEY, base_url="https://retell.test")
    with respx.mock(base_url="https://retell.test") as api:
        api.post("/v2/create-phone-call").respond(422, json={"message": "no +14155550100"})
        api.patch(path__startswith="/update-phone-number/").respond(
            json={"phone_number": "+14155550199"}
        )
        with pytest.raises(AppError):
            await retell.create_phone_call(DIAL)
        await retell.update_phone_number("+14155550199", {"nickname": "Dispatch"})
    await retell.close()
    for private in ("5550100", "5550199", KEY, "Dispatch"):
        assert private not in caplog.text
