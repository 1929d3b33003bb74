"""Every provider hears the same, and each of its failures has a name."""

from typing import Any

import pytest

from tests.support.customers import Customer
from tests.support.recordings import completed, failed, upload
from tests.support.sandbox import Sandbox
from tests.support.sound import LINES, encoded, mono, stereo, words

PROVIDERS = ["deepgram/nova-3", "assemblyai/universal", "openai/whisper-1"]


@pytest.fixture(autouse=True)
async def fresh(sandbox: Sandbox) -> None:
    await sandbox.control("POST", "/transcription/reset")


async def _fault(sandbox: Sandbox, **fault: Any) -> None:
    await sandbox.control("POST", "/transcription/faults", fault)


@pytest.mark.parametrize("transcriber", [*PROVIDERS, "openai/gpt-4o-transcribe-diarize"])
async def test_each_provider_gives_the_words_of_both_channels(
    customer: Customer, transcriber: str
) -> None:
    agent = await customer.published_agent(transcriber=transcriber)
    sent = await upload(customer, agent, encoded(stereo()), channels='{"0": "agent", "1": "user"}')

    recording = await completed(customer, sent["id"])

    call = await customer.get(f"/calls/{recording['call_id']}")
    assert [f"{turn['role']}: {turn['text']}" for turn in call["transcript"]] == list(LINES)
    assert recording["transcriber"] == transcriber
    times = [(w["start_ms"], w["end_ms"]) for turn in call["transcript"] for w in turn["words"]]
    assert len(times) == len(words())
    assert times == sorted(times)


@pytest.mark.parametrize("transcriber", PROVIDERS)
async def test_a_provider_that_is_busy_or_breaks_off_is_asked_again(
    customer: Customer, sandbox: Sandbox, transcriber: str
) -> None:
    provider = transcriber.partition("/")[0]
    await _fault(sandbox, kind="status", status=429, retry_after=1, provider=provider)
    await _fault(sandbox, kind="status", status=503, provider=provider)
    await _fault(
        sandbox, kind="cut_off" if provider != "assemblyai" else "status", provider=provider
    )
    agent = await customer.published_agent(transcriber=transcriber)

    sent = await upload(customer, agent, encoded(mono()))

    assert (await completed(customer, sent["id"]))["error"] is None


async def test_a_refused_request_fails_the_recording_with_the_reason(
    customer: Customer, sandbox: Sandbox
) -> None:
    await _fault(sandbox, kind="status", status=400, provider="deepgram")
    agent = await customer.published_agent()

    error = await failed(customer, (await upload(customer, agent, encoded(mono())))["id"])

    assert "Deepgram refuses the request" in error["detail"]


async def test_what_failed_is_tried_again_and_pays_at_most_for_what_was_on_its_way(
    customer: Customer, sandbox: Sandbox
) -> None:
    await _fault(sandbox, kind="status", status=401, provider="deepgram")
    agent = await customer.published_agent()
    sent = await upload(customer, agent, encoded(stereo()))
    await failed(customer, sent["id"])

    await customer.post(f"/recordings/{sent['id']}/retry")
    await completed(customer, sent["id"])

    asked = await sandbox.control("GET", "/transcription/asked")
    assert len(asked["heard"]) == 2
    assert sum(asked["heard"].values()) <= 3
