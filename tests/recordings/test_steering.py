"""Uploads in steps, from addresses, canceling, deleting, and who spoke."""

import httpx

from tests.support.customers import Customer
from tests.support.recordings import LATE, completed, failed, over, upload
from tests.support.sandbox import Sandbox
from tests.support.sound import LINES, encoded, mono, stereo
from tests.support.waiting import until


async def _open(customer: Customer, content: bytes, size: int | None = None) -> dict[str, object]:
    agent = await customer.published_agent()
    body = {"agent_id": agent["id"], "file_name": "a.wav", "size_bytes": size or len(content)}
    opened: dict[str, object] = await customer.post("/recordings", body)
    return opened


async def test_bytes_are_sent_to_the_signed_address_without_a_login(customer: Customer) -> None:
    content = encoded(stereo())
    opened = await _open(customer, content)
    target = opened["upload"]
    assert isinstance(target, dict)

    async with httpx.AsyncClient() as anybody:
        put = await anybody.put(target["url"], content=content, headers=target["headers"])
    await customer.post(f"/recordings/{opened['id']}/complete")

    assert put.status_code == 204
    assert (await completed(customer, str(opened["id"])))["sha256"] is not None


async def test_what_has_not_all_arrived_is_not_complete(customer: Customer) -> None:
    content = encoded(mono())
    opened = await _open(customer, content, len(content) + 5)
    target = opened["upload"]
    assert isinstance(target, dict)
    async with httpx.AsyncClient() as anybody:
        await anybody.put(target["url"], content=content)

    answer = await customer.client.post(f"/api/v1/recordings/{opened['id']}/complete")

    assert (answer.status_code, answer.json()["received_bytes"]) == (409, len(content))


async def test_an_address_that_was_not_signed_takes_nothing(customer: Customer) -> None:
    async with httpx.AsyncClient(base_url=customer.settings.own_url) as anybody:
        answer = await anybody.put("/api/v1/uploads/abc.def.ghi", content=b"x")

    assert answer.status_code == 404


async def test_a_recording_is_fetched_from_an_address(customer: Customer, sandbox: Sandbox) -> None:
    agent = await customer.published_agent()
    url = f"{sandbox.url}/sandbox/transcription/recording"

    sent = await customer.post("/recordings/from-url", {"agent_id": agent["id"], "url": url})

    recording = await completed(customer, sent["id"])
    assert (recording["file_name"], recording["channels"]) == ("recording", 2)


async def test_an_address_without_a_recording_fails_by_its_name(
    customer: Customer, sandbox: Sandbox
) -> None:
    agent = await customer.published_agent()

    for url, code in (
        (f"{sandbox.url}/sandbox/nothing", "fetch_refused"),
        (f"{sandbox.url}/sandbox/transcription/asked", "not_audio"),
        ("file:///etc/passwd", "fetch_refused"),
    ):
        sent = await customer.post("/recordings/from-url", {"agent_id": agent["id"], "url": url})
        assert (await failed(customer, sent["id"]))["code"] == code


async def test_a_recording_is_canceled_while_its_provider_hangs(
    customer: Customer, sandbox: Sandbox
) -> None:
    await sandbox.control("POST", "/transcription/reset")
    await sandbox.control("POST", "/transcription/faults", {"kind": "hang", "provider": "deepgram"})
    agent = await customer.published_agent()
    sent = await upload(customer, agent, encoded(mono()))

    canceled = await customer.post(f"/recordings/{sent['id']}/cancel")
    again = await customer.client.post(f"/api/v1/recordings/{sent['id']}/cancel")

    assert (canceled["status"], again.status_code) == ("canceled", 409)
    await sandbox.control("POST", "/transcription/reset")
    await customer.post(f"/recordings/{sent['id']}/retry")
    await completed(customer, sent["id"])


async def test_deleting_takes_call_record_and_sound_along(customer: Customer) -> None:
    agent = await customer.published_agent(record_schema=LATE)
    sent = await upload(customer, agent, encoded(stereo()), channels='{"0": "agent", "1": "user"}')
    call_id = (await completed(customer, sent["id"]))["call_id"]
    await customer.record_of(call_id)

    deleted = await customer.client.delete(f"/api/v1/recordings/{sent['id']}")

    assert deleted.status_code == 204
    for path in (f"/recordings/{sent['id']}", f"/calls/{call_id}"):
        assert (await customer.client.get(f"/api/v1{path}")).status_code == 404


async def test_swapping_the_speakers_makes_the_record_again(customer: Customer) -> None:
    agent = await customer.published_agent(record_schema=LATE)
    sent = await upload(customer, agent, encoded(stereo()), channels='{"0": "user", "1": "agent"}')
    call_id = (await completed(customer, sent["id"]))["call_id"]
    before = await customer.record_of(call_id)

    swapped = await customer.post(f"/calls/{call_id}/speakers", {"swap": True})

    assert [f"{t['role']}: {t['text']}" for t in swapped["transcript"]] == list(LINES)

    async def probe() -> bool:
        record = (await customer.get(f"/calls/{call_id}"))["record"]
        return bool(record["revision"] > before["revision"] and record["status"] != "pending")

    await until(probe, "another revision")


async def test_an_agent_that_was_never_published_makes_records_of_recordings(
    customer: Customer,
) -> None:
    agent = await customer.post("/agents", {"name": "Here", "prompt": ".", "record_schema": LATE})
    sent = await upload(customer, agent, encoded(stereo()), channels='{"0": "agent", "1": "user"}')

    call_id = (await completed(customer, sent["id"]))["call_id"]

    assert (await customer.record_of(call_id))["data"] == {"is_late": True}


async def test_transcripts_are_downloaded_in_every_form(customer: Customer) -> None:
    agent = await customer.published_agent()
    sent = await upload(customer, agent, encoded(stereo()), channels='{"0": "agent", "1": "user"}')
    await over(customer, sent["id"], "completed")

    async def get(form: str) -> httpx.Response:
        path = f"/api/v1/recordings/{sent['id']}/transcript"
        return await customer.client.get(path, params={"format": form})

    assert "Agent: Hi Mike, this is dispatch." in (await get("txt")).text
    assert (await get("srt")).text.startswith("1\n00:00:00,")
    assert (await get("vtt")).text.startswith("WEBVTT\n\n")
    assert (await get("json")).json()["language"] == "en"
