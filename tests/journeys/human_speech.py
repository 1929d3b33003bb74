"""People's speech, dropped into Chromium, becomes calls on this machine: `make journeys-local`.

Outside continuous integration: it needs `make local` and a package with a recorded call in it,
which the target brings to the folder named by HUMAN_SPEECH.
"""

import base64
import os
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import Install
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium
from tests.support.figures import Figures
from tests.support.recordings import over
from tests.support.service import Service
from tests.support.sound import Samples, encoded

HERE = Path(os.environ["HUMAN_SPEECH"])  # noqa: TID251 - given by the Makefile
SAMPLE = HERE / "pyannote/audio/sample/sample"
WIDE, NARROW = 16_000, 8_000
# What one channel hears of the other: 34 dB less.
CROSSTALK = 10 ** (-34 / 20)
SCHEMA = {
    "type": "object",
    "properties": {"place": {"type": "string", "description": "Where the caller lives."}},
    "required": ["place"],
}
DROP = """
    (zone, files) => {
        const dropped = new DataTransfer();
        for (const { name, type, content } of files) {
            const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
            dropped.items.add(new File([bytes], name, { type }));
        }
        zone.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true }));
    }
"""


@dataclass(frozen=True)
class Line:
    """What a person said, and when: a line of the transcript that people wrote."""

    speaker: str
    start: float
    end: float
    text: str


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


def written_lines() -> list[Line]:
    rows = [line.split(maxsplit=5) for line in SAMPLE.with_suffix(".stm").read_text().splitlines()]
    return [Line(who, float(start), float(end), text) for _, _, who, start, end, text in rows]


def recorded(rate: int) -> Samples:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    with av.open(str(SAMPLE.with_suffix(".wav"))) as opened:
        frames = [*opened.decode(audio=0), None]
        pieces = [piece.to_ndarray()[0] for frame in frames for piece in resampler.resample(frame)]
    return np.concatenate(pieces)[None, :]


def on_two_channels(samples: Samples, lines: Sequence[Line], rate: int) -> Samples:
    """Give each person a channel, which hears the other one faintly."""
    speakers = sorted({line.speaker for line in lines})
    channels = np.stack([samples[0] * CROSSTALK] * 2)
    for line in lines:
        spoken = slice(round(line.start * rate), round(line.end * rate))
        channels[speakers.index(line.speaker), spoken] = samples[0, spoken]
    return channels.astype(np.int16)


def plain(text: str) -> list[str]:
    return re.sub(r"[^\w\s']", "", text.lower()).split()


def errors(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Count the words to change, add or leave out: Levenshtein's distance."""
    row = list(range(len(heard) + 1))
    for n, word in enumerate(wanted, start=1):
        diagonal, row[0] = row[0], n
        for m, other in enumerate(heard, start=1):
            diagonal, row[m] = (
                row[m],
                min(row[m] + 1, row[m - 1] + 1, diagonal + (word != other)),
            )
    return row[-1]


def wrong_percent(lines: Sequence[Line], turns: Sequence[dict[str, Any]]) -> float:
    wanted = plain(" ".join(line.text for line in lines))
    heard = plain(" ".join(turn["text"] for turn in turns))
    return round(100 * errors(wanted, heard) / len(wanted), 1)


def is_offline() -> bool:
    """Say whether there is no way to any other machine."""
    return len(Path("/proc/net/route").read_text().splitlines()) == 1


async def drop(page: Page, **files: tuple[str, bytes]) -> None:
    """Let go of files above the page, as a hand does."""
    zone = page.get_by_role("region", name="Send recordings")
    given = [
        {"name": name, "type": kind, "content": base64.b64encode(content).decode()}
        for name, (kind, content) in files.items()
    ]
    await zone.evaluate(DROP, given)


async def call_of(customer: Service, name: str) -> dict[str, Any]:
    """Wait until the file is a call with a record, and return the call."""
    (found,) = (await customer.get("/recordings", q=name))["items"]
    recording = await over(customer, found["id"], "completed", "failed", patience=600)
    assert recording["status"] == "completed", recording["error"]
    assert recording["transcriber"] == "local"
    await customer.record_of(recording["call_id"])
    call: dict[str, Any] = await customer.get(f"/calls/{recording['call_id']}")
    return call


async def play(page: Page, name: str) -> None:
    """Open the call of a file, and listen to where somebody says where she lives."""
    await page.goto("/recordings")
    await page.get_by_role("link", name=name).click()
    said = page.get_by_role("region", name="Transcript")
    await expect(said.get_by_text("New Jersey").first).to_be_visible()
    await said.get_by_role("button", name=re.compile("Play from")).first.click()
    await expect(said.locator("[data-current]").first).to_be_visible()
    await assert_accessible(page, f"the call of {name}")
    await page.screenshot(path=HERE / f"{name}.png", full_page=True)


async def test_speech_that_is_dropped_into_the_browser_becomes_calls(
    install: Install, browser: Browser, figures: Figures
) -> None:
    lines = written_lines()
    two = encoded(on_two_channels(recorded(NARROW), lines, NARROW))
    film = encoded(recorded(WIDE), "aac", "mp4", rate=WIDE)
    async with (
        install(TRANSCRIBER="local") as running,
        visiting(browser, running.urls[0]) as page,
    ):
        customer = await running.customer()
        await customer.published_agent(record_schema=SCHEMA)
        await page.goto("/recordings")
        await log_in(page)
        await expect(page.get_by_role("combobox", name="Agent that")).not_to_have_value("")
        await drop(page, **{"two.wav": ("audio/wav", two), "one.mp4": ("video/mp4", film)})
        for name in ("two.wav", "one.mp4"):
            await expect(page.get_by_role("cell", name=name)).to_be_visible()
        by_channel, mixed = [await call_of(customer, name) for name in ("two.wav", "one.mp4")]
        for name in ("two.wav", "one.mp4"):
            await play(page, name)
        # The one with a channel for both is opened last.
        await expect(page.get_by_text("Voices were told apart by their sound")).to_be_visible()

    speakers = sorted({line.speaker for line in lines})
    wrong = {
        f"channel_{n}_wrong_percent": wrong_percent(
            [line for line in lines if line.speaker == who],
            [turn for turn in by_channel["transcript"] if turn["channel"] == n],
        )
        for n, who in enumerate(speakers)
    }
    wrong["one_channel_wrong_percent"] = wrong_percent(lines, mixed["transcript"])
    figures.tell(is_offline=is_offline(), **wrong)
    assert {turn["channel"] for turn in by_channel["transcript"]} == {0, 1}
    assert {turn["speaker"] for turn in mixed["transcript"]} == {"0", "1"}
    assert all(turn["is_voice_approximate"] for turn in mixed["transcript"])
    # Nothing that is said tells which of the two is the agent.
    assert "speakers_unknown" in {each["code"] for each in mixed["record"]["problems"]}
    assert not any(turn["is_voice_approximate"] for turn in by_channel["transcript"])
    assert {call["record"]["status"] for call in (by_channel, mixed)} <= {"valid", "needs_review"}
    assert max(wrong.values()) < 50
