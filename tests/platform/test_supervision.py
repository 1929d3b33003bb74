"""Parts that run beside the server, and come back when they fail."""

import asyncio

import pytest

from backend.webhooks.inbox import Inbox
from tests.support.logs import captured_log
from tests.support.retell_side import RetellSide, deliver
from tests.support.service import Service


async def test_a_part_that_fails_by_surprise_runs_again_and_the_log_tells(
    api: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Inbox._begin_batch
    surprises = [RuntimeError("by surprise")]

    def stumble(inbox: Inbox) -> None:
        if surprises:
            raise surprises.pop()
        begin(inbox)

    monkeypatch.setattr(Inbox, "_begin_batch", stumble)
    with captured_log() as log:
        async with asyncio.timeout(5):
            answer = await deliver(api.client, "default", RetellSide("agent_of_nobody").ended())

    assert answer.status_code == 204
    assert [line["part"] for line in log.of("service.part_restarted")] == ["Inbox.run"]
