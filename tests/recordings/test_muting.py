"""What may not be heard by everybody is silent for those, and the rest is not."""

import io
from pathlib import Path

import av
import httpx
import numpy as np
import pytest

from backend.auth.models import Role
from tests.support.customers import Customer
from tests.support.people import dump
from tests.support.problems import problem_of
from tests.support.recordings import completed, failed, upload
from tests.support.sound import RATE, Samples, encoded, stereo
from tests.support.waiting import until

SAID = ("agent: Who is it?", "user: This is Maria.", "agent: Okay, drive safely.")


def heard(answer: httpx.Response) -> Samples:
    """Decode what was answered: how loud the louder of its two channels is."""
    assert answer.status_code == 200, answer.text
    with av.open(io.BytesIO(answer.content), "r") as container:
        frames = [frame.to_ndarray().reshape(-1, 2) for frame in container.decode(audio=0)]
    loud: Samples = np.abs(np.concatenate(frames).astype(np.int32)).max(axis=1)
    return loud


def loudness(samples: Samples, start_ms: int, end_ms: int) -> int:
    return int(samples[start_ms * RATE // 1000 : end_ms * RATE // 1000].max(initial=0))


async def listen(reader: Customer, recording_id: str) -> httpx.Response:
    return await reader.client.get(f"/api/v1/recordings/{recording_id}/audio")


@pytest.mark.parametrize(("codec", "form"), [("pcm_s16le", "wav"), ("flac", "flac")])
async def test_a_name_is_silent_for_a_reviewer_alone(
    customer: Customer, codec: str, form: str
) -> None:
    agent = await customer.published_agent(redact=["name"])
    sent = await upload(
        customer,
        agent,
        encoded(stereo(*SAID), codec, form),
        f"call.{form}",
        channels='{"0": "agent", "1": "user"}',
        metadata='{"caller_name": "Maria"}',
    )
    recording = await completed(customer, sent["id"])
    call = await customer.get(f"/calls/{recording['call_id']}")
    (word,) = [w for turn in call["transcript"] for w in turn["words"] if "Maria" in w["text"]]
    last = call["transcript"][-1]["words"][-1]
    reviewer = await customer.colleague(Role.REVIEWER)

    muted, again = [heard(await listen(reviewer, sent["id"])) for _ in range(2)]
    if form == "wav":
        original = heard(await listen(customer, sent["id"]))
        assert loudness(original, word["start_ms"], word["end_ms"]) > 500
        assert abs(len(original) - len(muted)) <= RATE // 10

    assert loudness(muted, word["start_ms"], word["end_ms"]) == 0
    assert loudness(muted, last["start_ms"], last["end_ms"]) > 500
    assert (muted == again).all()
    text = (
        await reviewer.client.get(
            f"/api/v1/recordings/{sent['id']}/transcript", params={"format": "vtt"}
        )
    ).text
    assert "[name]" in text
    assert "Maria" not in text


async def test_an_original_that_is_not_kept_is_gone_with_what_was_heard_in_it(
    customer: Customer,
) -> None:
    agent = await customer.published_agent(redact=["name"], keep_original=False)
    sent = await upload(
        customer,
        agent,
        encoded(stereo(*SAID), "pcm_s16le"),
        channels='{"0": "agent", "1": "user"}',
        metadata='{"caller_name": "Maria"}',
    )
    recording = await completed(customer, sent["id"])
    call = await customer.get(f"/calls/{recording['call_id']}")
    (word,) = [w for turn in call["transcript"] for w in turn["words"] if w["text"] == "[name]"]

    async def probe() -> list[str] | None:
        stored = [file.name for file in files_of(customer, sent["id"])]
        return stored if "source" not in stored else None

    assert sorted(await until(probe, "the original to be gone")) == ["copy.flac", "outline.json"]
    sound = heard(await listen(customer, sent["id"]))
    assert loudness(sound, word["start_ms"], word["end_ms"]) == 0
    assert loudness(sound, 0, word["start_ms"] - 200) > 500
    rows = [
        (table, row)
        for table, rows in (await dump(customer.settings.database.dsn)).items()
        for row in rows
        if sent["id"] in row or call["id"] in row
    ]
    telling = {table for table, row in rows if "Maria" in row}
    assert telling <= {"calls", "recordings"}, "Where its sender said who it is."
    assert "recording_chunks" in {table for table, _ in rows}


def files_of(customer: Customer, recording_id: str) -> list[Path]:
    folder = Path((customer.settings.storage.url or "").removeprefix("file://"))
    return [path for path in folder.rglob("*") if path.is_file() and recording_id in str(path)]


async def test_where_nobody_has_written_down_what_was_said_nothing_is_heard(
    customer: Customer,
) -> None:
    agent = await customer.published_agent(redact=["card"])
    sent = await upload(customer, agent, b"RIFF\xff\xff\0\0WAVEfmt " + b"\0" * 2000)
    await failed(customer, sent["id"])
    reviewer = await customer.colleague(Role.REVIEWER)

    answer = await listen(reviewer, sent["id"])

    problem_of(answer, 409, "recording-not-muted")
