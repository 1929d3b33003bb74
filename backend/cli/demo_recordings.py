"""Recordings that the demo begins with: conversations in speech that the sandbox makes itself."""

from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from backend.cli.demo_calls import Agents, DemoFailed, ask
from backend.platform.settings import Settings


@dataclass(frozen=True)
class _Played:
    preset: str
    scenario: str
    file_name: str
    channels: int
    said: dict[str, str]


_RECORDINGS = (
    _Played(
        "driver_check_in",
        "driver_check_in",
        "driver-check-in, two channels.wav",
        2,
        {"channels": '{"0": "agent", "1": "user"}'},
    ),
    _Played("appointment_reminder", "appointment", "appointment, one channel.wav", 1, {}),
)
# The sandbox alone understands its own speech, whatever transcribes what people drop here.
_TRANSCRIBER = "deepgram/sandbox"


async def send_recordings(client: httpx.AsyncClient, agents: Agents, settings: Settings) -> int:
    """Send the first recordings that are not there yet. Return how many; later starts: 0."""
    count = 0
    async with httpx.AsyncClient(base_url=settings.retell.base_url, trust_env=False) as sandbox:
        for played in _RECORDINGS:
            named = urlencode({"q": played.file_name, "limit": 1})
            if (await ask(client, "GET", f"/api/v1/recordings?{named}"))["items"]:
                continue
            made = await sandbox.get(
                "/sandbox/transcription/recording",
                params={"scenario": played.scenario, "channels": played.channels},
            )
            if made.is_error:
                raise DemoFailed(f"A recording was not made ({made.status_code}): {made.text}")
            form = {"agent_id": agents[played.preset]["id"], "transcriber": _TRANSCRIBER}
            sent = await client.post(
                "/api/v1/recordings/upload",
                data=form | played.said,
                files={"file": (played.file_name, made.content, "audio/wav")},
            )
            if sent.status_code == httpx.codes.CONFLICT:  # somebody sent the same bytes
                continue
            if sent.is_error:
                raise DemoFailed(f"A recording was not taken ({sent.status_code}): {sent.text}")
            count += 1
    return count
