"""The whole way of a recording: bytes in, a call with turns and a record out."""

import httpx

from tests.support.customers import Customer
from tests.support.recordings import LATE, completed, upload
from tests.support.sound import LINES, encoded, stereo


async def test_a_recording_becomes_a_call_with_turns_and_a_record(customer: Customer) -> None:
    agent = await customer.published_agent(record_schema=LATE)

    sent = await upload(customer, agent, encoded(stereo()), channels='{"0": "agent", "1": "user"}')
    recording = await completed(customer, sent["id"])

    call = await customer.get(f"/calls/{recording['call_id']}")
    assert [f"{turn['role']}: {turn['text']}" for turn in call["transcript"]] == list(LINES)
    assert (call["source"], call["status"]) == ("upload", "ended")
    record = await customer.record_of(call["id"])
    assert record["data"] == {"is_late": True}
    assert (recording["progress"], recording["step"], recording["error"]) == (100, None, None)


async def test_the_call_is_called_and_found_by_its_file(customer: Customer) -> None:
    agent = await customer.published_agent()
    sent = await upload(customer, agent, encoded(stereo()), "standup with Nadia 0447.wav")
    recording = await completed(customer, sent["id"])

    call = await customer.get(f"/calls/{recording['call_id']}")
    found = await customer.get("/calls?q=nadia%200447")

    assert call["file_name"] == "standup with Nadia 0447.wav"
    assert [each["id"] for each in found["items"]] == [call["id"]]


async def test_the_sound_of_a_recording_is_played_in_parts(customer: Customer) -> None:
    agent = await customer.published_agent()
    content = encoded(stereo())
    sent = await upload(customer, agent, content)
    await completed(customer, sent["id"])

    async def get(**headers: str) -> httpx.Response:
        return await customer.client.get(f"/api/v1/recordings/{sent['id']}/audio", headers=headers)

    whole, part, beyond = (
        await get(),
        await get(range="bytes=4-7"),
        await get(range="bytes=9999999-"),
    )
    assert (whole.status_code, whole.content) == (200, content)
    assert (part.status_code, part.content) == (206, content[4:8])
    assert part.headers["content-range"] == f"bytes 4-7/{len(content)}"
    assert beyond.status_code == 416
