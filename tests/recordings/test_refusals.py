"""What cannot be taken is refused by name, and leaves nothing behind."""

import httpx
import pytest

from tests.support.customers import Customer
from tests.support.recordings import completed, failed, upload
from tests.support.sound import encoded, mono, silence

WHOLE = encoded(mono())
HEADER_ALONE = WHOLE[: WHOLE.index(b"data") + 8]


async def _send(customer: Customer, content: bytes, name: str = "call.wav") -> httpx.Response:
    agent = await customer.published_agent()
    return await customer.client.post(
        "/api/v1/recordings/upload",
        data={"agent_id": agent["id"]},
        files={"file": (name, content)},
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7 some pages", "call.mp3"),
        (b"Hello, this is text.", "call.wav"),
        (b"PK\x03\x04zip", "call.mp4"),
        (b"\x89PNG\r\n\x1a\n", "call.g722"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "call.wav"),
    ],
)
async def test_what_is_no_sound_is_told_by_its_bytes(
    customer: Customer, content: bytes, name: str
) -> None:
    response = await _send(customer, content, name)

    assert response.status_code == 415
    assert response.json()["type"].endswith("not-audio-or-video")
    assert (await customer.get("/recordings"))["items"] == []


async def test_an_empty_file_is_refused(customer: Customer) -> None:
    response = await _send(customer, b"")

    assert response.status_code == 422
    assert "empty" in response.json()["detail"]


async def test_silence_fails_by_its_name(customer: Customer) -> None:
    sent = await _send(customer, encoded(silence(2)[None, :]))

    assert (await failed(customer, sent.json()["id"]))["code"] == "silent"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"OggS" + bytes(6000), "broken"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(6000), "broken"),
        (HEADER_ALONE, "empty"),
    ],
)
async def test_what_only_decoding_can_tell_fails_by_its_name(
    customer: Customer, content: bytes, code: str
) -> None:
    sent = await _send(customer, content)

    assert (await failed(customer, sent.json()["id"]))["code"] == code


async def test_a_file_cut_off_in_the_middle_is_taken_and_says_so(customer: Customer) -> None:
    whole = encoded(mono("user: " + "one two three four five six seven eight nine ten " * 3))
    agent = await customer.published_agent()

    sent = await upload(customer, agent, whole[: len(whole) // 2])

    recording = await completed(customer, sent["id"])
    assert recording["warnings"] == ["cut_off"]


async def test_the_same_bytes_again_are_a_conflict_unless_allowed(customer: Customer) -> None:
    agent = await customer.published_agent()
    content = encoded(mono())
    first = await upload(customer, agent, content)

    again = await customer.client.post(
        "/api/v1/recordings/upload",
        data={"agent_id": agent["id"]},
        files={"file": ("other.wav", content)},
    )
    allowed = await customer.client.post(
        "/api/v1/recordings/upload?duplicates=allow",
        data={"agent_id": agent["id"]},
        files={"file": ("other.wav", content)},
    )

    assert (again.status_code, again.json()["recording_id"]) == (409, first["id"])
    assert allowed.status_code == 202
    await completed(customer, first["id"])
    await completed(customer, allowed.json()["id"])


async def test_another_organisations_recording_is_not_there(
    customer: Customer, stranger: Customer
) -> None:
    agent = await customer.published_agent()
    sent = await upload(customer, agent, encoded(mono()))

    for method, path in (
        ("GET", ""), ("GET", "/audio"), ("GET", "/transcript"), ("GET", "/outline"),
        ("POST", "/retry"), ("POST", "/cancel"), ("POST", "/complete"), ("DELETE", ""),
    ):  # fmt: skip
        url = f"/api/v1/recordings/{sent['id']}{path}"
        assert (await stranger.client.request(method, url)).status_code == 404, path
    await completed(customer, sent["id"])
