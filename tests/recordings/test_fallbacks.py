"""Whoever is asked after the first one hears the same sound, in parts that it takes."""

import pytest

from backend.platform.settings import Settings
from backend.providers.transcription import transcription
from backend.providers.transcription.transcription import Capabilities
from tests.support.recordings import completed, upload
from tests.support.sandbox import Sandbox
from tests.support.service import running_service
from tests.support.sound import LINES, encoded, mono, words


async def test_a_recording_cut_for_the_first_transcriber_is_cut_again_for_the_next(
    settings: Settings, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short_at_openai(provider: str, _: str) -> Capabilities:
        longest = 4.0 if provider == "openai" else None
        return Capabilities(diarises=True, longest_chunk_seconds=longest)

    monkeypatch.setattr(transcription, "capabilities_of", short_at_openai)
    await sandbox.control("POST", "/transcription/reset")
    fault = {"kind": "status", "status": 400, "provider": "deepgram"}
    await sandbox.control("POST", "/transcription/faults", fault)
    openai = "openai/gpt-4o-transcribe-diarize"
    settings = settings.model_copy(update={"transcriber_fallbacks": (openai,)})
    lines = LINES * 4

    async with running_service(settings) as service:
        agent = await service.published_agent()
        sent = await upload(service, agent, encoded(mono(*lines, pause=0.8)))
        recording = await completed(service, sent["id"])
        call = await service.get(f"/calls/{recording['call_id']}")

    asked = await sandbox.control("GET", "/transcription/asked")
    said = [word for turn in call["transcript"] for word in turn["words"]]
    times = [(word["start_ms"], word["end_ms"]) for word in said]
    assert recording["transcriber"] == openai
    assert [word["text"] for word in said] == words(lines)
    assert times == sorted(times)
    assert asked["requests"]["deepgram"] == 1
    assert asked["requests"]["openai"] > 2
    # Voices have other names in each part, so that none of them is anybody's.
    assert {turn["speaker"] for turn in call["transcript"]} == {None}
