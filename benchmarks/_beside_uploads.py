"""From a stored webhook to the record, with and without recordings that wait to be transcribed.

Without them it is measured before and after: what else the machine does changes meanwhile.
"""

import asyncio
import io
import time
import wave
from collections.abc import Sequence

import numpy as np
from _customer import Customer, customer_of
from _instant_llm import RECORD_SCHEMA
from _report import in_ms, percentile, report
from _stage import stage
from pipeline import MADE, Feed, deliver, serve

from backend.sandbox.transcription.speech import speak

UPLOADS = 1000
CALLS = 60
WARM_UP = 10
SENT_AT_ONCE = 4
SAID = "Please put eight tomorrow."


def measure_beside_uploads() -> None:
    with stage(TRANSCRIBER="deepgram/sandbox", DEEPGRAM_API_KEY="none") as running:
        sandbox = running.sandbox()
        running.environment["DEEPGRAM_BASE_URL"] = f"{sandbox}/deepgram"
        asyncio.run(_measure(serve(running)))


async def _measure(url: str) -> None:
    async with customer_of(url) as customer:
        agent = await customer.published_agent("Check-in", record_schema=RECORD_SCHEMA)
        calls_of = agent["retell_agent_id"]
        # Without records of their own, so that each record heard of is a measured call's.
        recorded = await customer.published_agent("Recordings")
        feed = Feed(customer)
        async with feed:
            await _records(customer, feed, calls_of, WARM_UP)
            alone = await _records(customer, feed, calls_of, CALLS // 2)
            await _upload(customer, recorded["id"])
            waiting = len(await _waiting(customer))
            begun = time.monotonic()
            beside = await _records(customer, feed, calls_of, CALLS)
            seconds = time.monotonic() - begun
            left = await _waiting(customer)
            await _cancel(customer, left)
            alone += await _records(customer, feed, calls_of, CALLS // 2)
    slower = {
        f"ratio_p{share * 100:g}": round(percentile(beside, share) / percentile(alone, share), 2)
        for share in (0.5, 0.95)
    }
    report(
        "recordings_waiting",
        uploads_waiting=waiting,
        left_in_the_end=len(left),
        seconds=round(seconds, 1),
        stored_to_record_alone=in_ms(alone, 0.5, 0.95),
        stored_to_record_beside=in_ms(beside, 0.5, 0.95),
        **slower,
        to_reach_ratio=1.1,
    )


async def _records(customer: Customer, feed: Feed, agent_id: str, count: int) -> list[float]:
    """Deliver webhooks one after the other; times count from the acknowledgement."""
    taken: list[float] = []
    for _ in range(count):
        stored_at = await deliver(customer.client, agent_id)
        taken.append((await feed.next(*MADE)).at - stored_at)
    return taken


async def _cancel(customer: Customer, recording_ids: Sequence[str]) -> None:
    """Take back what waits; what was done meanwhile says so."""
    for recording_id in recording_ids:
        answer = await customer.client.post(f"/api/v1/recordings/{recording_id}/cancel")
        assert answer.status_code in {200, 409}, answer.text


async def _upload(customer: Customer, agent_id: str) -> None:
    places = asyncio.Semaphore(SENT_AT_ONCE)
    said = speak(SAID, 8000)

    async def send(number: int) -> None:
        async with places:
            answer = await customer.client.post(
                "/api/v1/recordings/upload",
                data={"agent_id": agent_id},
                files={"file": (f"call-{number}.wav", _wav(said, number))},
            )
            answer.raise_for_status()

    await asyncio.gather(*map(send, range(UPLOADS)))


def _wav(said: "np.ndarray[tuple[int], np.dtype[np.int16]]", number: int) -> bytes:
    """Say the same words after another pause each: the same bytes would be refused."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.concatenate([np.zeros(4000 + number, np.int16), said]).tobytes())
    return target.getvalue()


async def _waiting(customer: Customer) -> list[str]:
    """List the recordings that are not over."""
    found: list[str] = []
    for status in ("queued", "processing"):
        cursor: str | None = ""
        while cursor is not None:
            at = f"&cursor={cursor}" if cursor else ""
            page = await customer.ask("GET", f"/recordings?limit=200&status={status}{at}")
            found += [each["id"] for each in page["items"]]
            cursor = page["next_cursor"]
    return found
