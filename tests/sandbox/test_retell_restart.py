"""A sandbox that is stopped, killed and started again: its state file and its command line."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
from retell import AsyncRetell

from backend.sandbox.__main__ import main
from backend.sandbox.retell.provider import RetellOptions
from tests.sandbox.running_sandbox import API_KEY, RunningSandbox
from tests.sandbox.sandbox_user import SandboxUser, until
from tests.sandbox.webhook_receiver import WebhookReceiver

COMMAND = [sys.executable, "-m", "backend.sandbox", "--port", "0", "--log-level", "warning"]


@asynccontextmanager
async def user_of(url: str, key: str, hook: str) -> AsyncIterator[SandboxUser]:
    async with (
        AsyncRetell(api_key=key, base_url=url, max_retries=0) as retell,
        httpx.AsyncClient(base_url=f"{url}/sandbox") as control,
    ):
        yield SandboxUser(url, retell, control, hook)


@asynccontextmanager
async def restartable(
    state: Path, receiver: WebhookReceiver, speed: float
) -> AsyncIterator[SandboxUser]:
    running = RunningSandbox(RetellOptions(api_key=API_KEY, speed=speed), state)
    running.start()
    try:
        async with user_of(running.url, API_KEY, receiver.url) as user:
            yield user
    finally:
        running.stop()


@contextmanager
def process(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [*COMMAND, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout is not None
            yield started, json.loads(started.stdout.readline())["url"]
        finally:
            started.kill()


async def test_a_call_in_progress_goes_on_after_a_restart(
    tmp_path: Path, receiver: WebhookReceiver
) -> None:
    state = tmp_path / "sandbox.json"
    async with restartable(state, receiver, speed=2) as user:
        agent = await user.agent()
        call = await user.dial(agent.agent_id, idempotency_key="intent", metadata={"order": 7})

        async def has_talked() -> bool | None:
            return (await user.seen(call.call_id))["turns_played"] > 1 or None

        await until(has_talked)
        await receiver.wait_for_event(call.call_id, "call_started")

    async with restartable(state, receiver, speed=60) as user:
        again = await user.dial(agent.agent_id, idempotency_key="intent")
        finished = await user.analyzed(call.call_id)
        await receiver.wait_for_event(call.call_id, "call_analyzed")
        dialled = await user.dialled()

    assert again.call_id == call.call_id
    assert dialled == {call.to_number: 1}
    assert (finished.call_status, finished.metadata) == ("ended", {"order": 7})
    assert len(finished.transcript_object or []) == 16
    assert sorted(receiver.events(call.call_id)) == ["call_analyzed", "call_ended", "call_started"]


async def test_a_webhook_that_was_on_its_way_is_sent_after_a_restart(
    tmp_path: Path, receiver: WebhookReceiver
) -> None:
    state = tmp_path / "sandbox.json"
    async with restartable(state, receiver, speed=60) as user:
        agent = await user.agent(webhook_events=["call_ended"])
        await user.fault("webhook", "delay", seconds=60)
        call = await user.play(agent.agent_id, "hang_up")
        assert receiver.received == []

    async with restartable(state, receiver, speed=60) as user:
        await receiver.wait_for_event(call.call_id, "call_ended")
        kept = (await user.retell.agent.retrieve(agent.agent_id)).to_dict()

    assert kept == agent.to_dict()


async def test_a_transfer_ends_after_a_restart(tmp_path: Path, receiver: WebhookReceiver) -> None:
    state = tmp_path / "sandbox.json"
    async with restartable(state, receiver, speed=60) as user:
        agent = await user.agent(webhook_events=["transfer_ended"])
        call = await user.play(agent.agent_id, "emergency")
        await user.settled(call.call_id, "transfer_ended")
    kept = json.loads(state.read_text())
    kept["calls"][0]["transfer_end_ms"] = None
    state.write_text(json.dumps(kept))

    async with restartable(state, receiver, speed=60):
        await receiver.wait_for(lambda: len(receiver.of(call.call_id)) == 2)

    assert receiver.events(call.call_id) == ["transfer_ended"] * 2


async def test_another_key_can_sign_the_webhooks(receiver: WebhookReceiver) -> None:
    options = RetellOptions(api_key=API_KEY, webhook_key="key_for_webhooks", speed=60)
    running = RunningSandbox(options)
    running.start()

    async with user_of(running.url, API_KEY, receiver.url) as user:
        agent = await user.agent(webhook_events=["call_ended"])
        call = await user.dial(agent.agent_id, to_number="+14155550102")
        received = await receiver.wait_for_event(call.call_id, "call_ended")

    running.stop()
    assert received.is_signed_with("key_for_webhooks")
    assert not received.is_signed_with(API_KEY)


async def test_without_a_state_file_a_restarted_sandbox_knows_nothing(
    user: SandboxUser, receiver: WebhookReceiver
) -> None:
    agent = await user.agent()
    call = await user.dial(agent.agent_id)
    running = RunningSandbox(RetellOptions(api_key=API_KEY))
    running.start()

    async with user_of(running.url, API_KEY, receiver.url) as other:
        response = await other.request("GET", f"/v2/get-call/{call.call_id}")

    running.stop()
    assert response.status_code == 422


async def test_a_killed_process_is_replaced_by_one_that_knows_its_calls(
    tmp_path: Path, receiver: WebhookReceiver
) -> None:
    state, dialogues = tmp_path / "sandbox.json", tmp_path / "dialogues.jsonl"
    turns = [{"role": "user", "text": "I need a car."}, {"role": "agent", "text": "When?"}] * 20
    dialogues.write_text(json.dumps({"id": "2_00040", "turns": turns}))
    options = ["--state-file", str(state), "--dialogues", str(dialogues), "--speed", "4"]

    with process(*options) as (first, url):
        async with user_of(url, "key_sandbox", receiver.url) as user:
            agent = await user.agent()
            call = await user.dial(agent.agent_id, metadata={"sandbox_dialogue": "2_00040"})
            await receiver.wait_for_event(call.call_id, "call_started")

            async def is_written() -> bool | None:
                return is_kept(state, call.call_id)

            await until(is_written)
        first.kill()
        first.wait(5)

    with process(*options) as (second, url):
        async with user_of(url, "key_sandbox", receiver.url) as user:
            ended = await user.analyzed(call.call_id)
            await receiver.wait_for_event(call.call_id, "call_analyzed")
        second.send_signal(signal.SIGTERM)
        code = second.wait(5)
        assert second.stdout is not None
        rest = second.stdout.read()

    assert ended.transcript == "User: I need a car.\nAgent: When?\n" * 20
    # What was killed between sending and noting that it had sent sends again.
    assert receiver.events(call.call_id).count("call_started") in {1, 2}
    assert (code, rest) == (0, "")


def is_kept(state: Path, call_id: str) -> bool | None:
    """Tell whether the state file has the call talking."""
    if not state.exists():
        return None
    kept = {call["call_id"]: call for call in json.loads(state.read_text())["calls"]}
    return (call_id in kept and kept[call_id]["turns_played"] > 0) or None


@pytest.mark.skipif(not Path("/proc").exists(), reason="asks /proc who lives")
def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    log = tmp_path / "url"
    log.touch()
    orphanage = f"{' '.join(COMMAND)} --die-with-parent > {log} & echo $!; wait"
    shell = ["/bin/sh", "-c", orphanage]
    with subprocess.Popen(shell, stdout=subprocess.PIPE, text=True) as parent:
        try:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            wait_until(lambda: log.read_text().endswith("\n"))
            assert is_alive(child)
        finally:
            parent.kill()

    wait_until(lambda: not is_alive(child))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_speed_below_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["sandbox", "--speed", "-1"])

    with pytest.raises(SystemExit):
        main()

    assert "cannot be negative" in capsys.readouterr().err
