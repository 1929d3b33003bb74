"""The demo's first recordings: each is sent once, whatever went wrong in an earlier start."""

from dataclasses import replace

import pytest

from backend.cli import demo_recordings
from backend.cli.demo_calls import DemoFailed
from backend.cli.demo_recordings import send_recordings
from tests.support.service import Service


async def test_a_recording_that_could_not_be_made_is_sent_by_the_next_start(
    api: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await api.published_agent()
    agents = {"driver_check_in": agent, "appointment_reminder": agent}
    first, second = demo_recordings._RECORDINGS

    async def names() -> list[str]:
        return sorted(each["file_name"] for each in (await api.get("/recordings"))["items"])

    with monkeypatch.context() as patch:
        unknown = replace(second, scenario="unknown")
        patch.setattr(demo_recordings, "_RECORDINGS", (first, unknown))
        with pytest.raises(DemoFailed, match="There is no scenario unknown"):
            await send_recordings(api.client, agents, api.settings)
    assert await names() == [first.file_name]

    assert await send_recordings(api.client, agents, api.settings) == 1
    assert await names() == sorted([first.file_name, second.file_name])
    assert await send_recordings(api.client, agents, api.settings) == 0
