"""Large files come in parts: what was sent before the connection was cut is not sent again."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.platform.ids import new_id
from backend.platform.storage import open_storage
from backend.recordings import service
from backend.recordings.models import Recording, RecordingStatus
from backend.recordings.parts import missing_parts, put_together
from tests.support.customers import Customer
from tests.support.object_store import CREDENTIALS, s3_bucket
from tests.support.recordings import completed
from tests.support.sound import encoded, stereo

# A part of its own for every few seconds, and none without a kind of its own.
PART_BYTES = 20_000


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PART_BYTES", PART_BYTES)


@pytest.fixture
def content() -> bytes:
    return encoded(stereo())


async def _open(customer: Customer, size: int) -> str:
    agent = await customer.published_agent()
    body = {"agent_id": agent["id"], "file_name": "a.wav", "size_bytes": size}
    opened = await customer.post("/recordings", body)
    return str(opened["id"])


async def _missing(customer: Customer, recording_id: str) -> list[dict[str, Any]]:
    told = await customer.get(f"/recordings/{recording_id}/parts")
    missing: list[dict[str, Any]] = told["missing"]
    return missing


async def _send(content: bytes, part: dict[str, Any]) -> httpx.Response:
    async with httpx.AsyncClient() as anybody:
        return await anybody.request(
            part["method"],
            part["url"],
            content=content[part["start"] : part["end"]],
            headers=part["headers"],
        )


async def test_parts_are_sent_in_any_order_and_again_and_are_one_recording(
    customer: Customer, content: bytes
) -> None:
    recording_id = await _open(customer, len(content))
    wanted = await _missing(customer, recording_id)
    assert [part["start"] for part in wanted] == list(range(0, len(content), PART_BYTES))
    assert len(wanted) > 2

    sent = [await _send(content, part) for part in reversed(wanted[1:])]
    left = await _missing(customer, recording_id)
    sent += [await _send(content, part) for part in (left[0], left[0])]
    await customer.post(f"/recordings/{recording_id}/complete")

    recording = await completed(customer, recording_id)
    sound = await customer.client.get(f"/api/v1/recordings/{recording_id}/audio")
    assert {answer.status_code for answer in sent} == {204}
    assert [part["number"] for part in left] == [0]
    assert recording["size_bytes"] == len(content)
    assert sound.content == content


async def test_of_many_who_complete_at_once_one_has_it_worked_on(
    customer: Customer, content: bytes
) -> None:
    recording_id = await _open(customer, len(content))
    wanted = await _missing(customer, recording_id)
    sent = await asyncio.gather(*(_send(content, part) for part in wanted for _ in range(2)))

    path = f"/api/v1/recordings/{recording_id}/complete"
    answers = await asyncio.gather(*(customer.client.post(path) for _ in range(4)))

    assert {answer.status_code for answer in sent} == {204}
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]
    recording = await completed(customer, recording_id)
    assert recording["size_bytes"] == len(content)


async def test_parts_that_came_after_a_piece_that_was_too_short_are_what_counts(
    customer: Customer, content: bytes
) -> None:
    agent = await customer.published_agent()
    body = {"agent_id": agent["id"], "file_name": "a.wav", "size_bytes": len(content)}
    opened = await customer.post("/recordings", body)
    await _send(content, opened["upload"] | {"start": 0, "end": len(content) // 2})
    for part in await _missing(customer, opened["id"]):
        await _send(content, part)

    await customer.post(f"/recordings/{opened['id']}/complete")

    recording = await completed(customer, opened["id"])
    assert recording["sha256"] == hashlib.sha256(content).hexdigest()


async def test_what_lacks_a_part_is_not_complete(customer: Customer, content: bytes) -> None:
    recording_id = await _open(customer, len(content))
    wanted = await _missing(customer, recording_id)
    for part in wanted[:-1]:
        await _send(content, part)

    answer = await customer.client.post(f"/api/v1/recordings/{recording_id}/complete")

    assert answer.status_code == 409
    assert answer.json()["received_bytes"] == wanted[-1]["start"]


async def test_a_part_takes_no_more_than_its_bytes_and_is_not_there_with_fewer(
    customer: Customer, content: bytes
) -> None:
    recording_id = await _open(customer, len(content))
    first, *_ = await _missing(customer, recording_id)

    longer = await _send(content, first | {"end": first["end"] + 1})
    shorter = await _send(content, first | {"end": first["end"] - 1})

    assert (longer.status_code, shorter.status_code) == (413, 204)
    assert (await _missing(customer, recording_id))[0]["number"] == 0


async def test_the_first_part_tells_what_it_is(customer: Customer) -> None:
    recording_id = await _open(customer, 3 * PART_BYTES)
    first, *_ = await _missing(customer, recording_id)

    answer = await _send(b"<html>" * PART_BYTES, first)

    assert answer.status_code == 415


async def test_parts_are_asked_for_while_an_upload_is_open_and_by_its_organisation(
    customer: Customer, stranger: Customer, content: bytes
) -> None:
    recording_id = await _open(customer, len(content))
    path = f"/api/v1/recordings/{recording_id}/parts"

    by_stranger = await stranger.client.get(path)
    await customer.post(f"/recordings/{recording_id}/cancel")
    after = await customer.client.get(path)

    assert (by_stranger.status_code, after.status_code) == (404, 409)


async def test_parts_in_an_object_store_are_put_together_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    content = b"0123456789" * 2 + b"01234"
    recording = Recording(
        org_id=new_id(), agent_id=new_id(), status=RecordingStatus.QUEUED, file_name="a",
        size_bytes=len(content), part_bytes=10,
    )  # fmt: skip
    with s3_bucket() as settings:
        storage = open_storage(settings, Path("unused"))
        async with httpx.AsyncClient() as anybody:
            for part in await missing_parts(storage, recording):
                signed = await storage.sign("PUT", recording.part_key(part.number), 60)
                await anybody.put(signed.url, content=content[part.start : part.end])

        assert await missing_parts(storage, recording) == []
        await asyncio.gather(*(put_together(storage, recording) for _ in range(2)))
        await put_together(storage, recording)

        assert b"".join([each async for each in storage.read(recording.source_key)]) == content
        keys = [each.key async for each in storage.list_under(recording.folder)]
        assert keys == [recording.source_key]
