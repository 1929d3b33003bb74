"""Calls of Retell's are transcribed again: another revision, and what differs is shown."""

from typing import Any
from uuid import UUID

import pytest

from backend.calls.differences import differences
from backend.calls.models import Turn
from backend.platform import db
from backend.recordings import service
from backend.recordings.models import RecordingStatus
from tests.support.customers import Customer
from tests.support.recordings import LATE, completed, failed
from tests.support.sandbox import Sandbox
from tests.support.waiting import until


def _turns(*texts: str) -> list[Turn]:
    return [Turn(turn=n, role="user", text=text) for n, text in enumerate(texts)]


def _shown(before: list[Turn], after: list[Turn]) -> list[list[tuple[str, str]]]:
    found = differences(before, after)
    return [[(part.kind, part.text) for part in turn.parts] for turn in found]


def test_words_that_differ_are_marked_and_punctuation_is_no_difference() -> None:
    before = _turns("I am running two hours late.", "Near Flagstaff")
    after = _turns("I'm running two hours late, near Flagship.")

    assert _shown(before, after) == [
        [
            ("removed", "I am"), ("added", "I'm"), ("same", "running two hours late, near"),
            ("removed", "Flagstaff"), ("added", "Flagship."),
        ]
    ]  # fmt: skip
    assert _shown(before, before) == [[("same", each.text)] for each in before]


def test_what_was_left_out_at_the_end_is_shown_with_the_last_turn() -> None:
    assert _shown(_turns("Yes. Goodbye."), _turns("Yes.")) == [
        [("same", "Yes."), ("removed", "Goodbye.")]
    ]
    assert _shown(_turns("Hello."), []) == []


async def _over(customer: Customer, **config: Any) -> dict[str, Any]:
    agent = await customer.published_agent(record_schema=LATE, **config)
    call = await customer.call(agent, metadata={"sandbox_scenario": "hang_up"})
    await customer.call_in(call["id"], "ended")
    await customer.record_of(call["id"])
    return await customer.get(f"/calls/{call['id']}")  # type: ignore[no-any-return]  # JSON


async def test_a_call_gets_another_transcript_and_keeps_the_first(customer: Customer) -> None:
    before = await _over(customer)

    sent = await customer.post(f"/calls/{before['id']}/transcribe")
    recording = await completed(customer, sent["id"])

    after = await customer.get(f"/calls/{before['id']}")
    held = await customer.get(f"/calls/{before['id']}/transcripts")
    compared = await customer.get(f"/calls/{before['id']}/transcripts/2/differences")
    assert recording["call_id"] == before["id"]
    assert [(each["revision"], each["source"]) for each in held] == [
        (1, "retell"),
        (2, recording["transcriber"]),
    ]
    assert [turn["text"] for turn in held[0]["turns"]] == [
        turn["text"] for turn in before["transcript"]
    ]
    assert {turn["role"] for turn in after["transcript"]} == {"agent", "user"}
    assert all(turn["words"] for turn in after["transcript"])
    kinds = {part["kind"] for turn in compared["items"] for part in turn["parts"]}
    assert kinds == {"same"}
    assert after["source"] == "outbound"
    assert (await customer.get("/recordings"))["items"] == []


async def test_an_agent_has_every_call_transcribed_once(customer: Customer) -> None:
    call = await _over(customer, transcribe_calls=True)

    async def revised() -> bool:
        return len(await customer.get(f"/calls/{call['id']}/transcripts")) == 2

    await until(revised, "a second transcript", patience=40)


async def test_one_recording_of_a_call_is_transcribed_at_a_time_and_none_before_a_newer_one(
    customer: Customer, sandbox: Sandbox
) -> None:
    call = await _over(customer)
    path = f"/calls/{call['id']}/transcribe"
    await sandbox.control("POST", "/transcription/reset")
    await sandbox.control("POST", "/transcription/faults", {"kind": "status", "status": 400})
    first = await customer.post(path)
    await failed(customer, first["id"])
    await sandbox.control("POST", "/transcription/reset")
    await sandbox.control("POST", "/transcription/faults", {"kind": "hang"})
    second = await customer.post(path)

    during = await customer.client.post(f"/api/v1/recordings/{first['id']}/retry")
    await customer.post(f"/recordings/{second['id']}/cancel")
    after = await customer.client.post(f"/api/v1/recordings/{first['id']}/retry")
    await sandbox.control("POST", "/transcription/reset")
    await customer.post(f"/recordings/{second['id']}/retry")
    beside = await customer.client.post(f"/api/v1{path}")

    assert (during.status_code, during.json()["title"]) == (
        409,
        "The recording is being transcribed",
    )
    assert (after.status_code, after.json()["title"]) == (409, "The recording is done with")
    assert beside.status_code == 409
    answers = (during, after, beside)
    assert {answer.json()["recording_id"] for answer in answers} == {second["id"]}
    await completed(customer, second["id"])


async def test_no_recording_of_a_call_that_is_worked_on_is_overlooked(customer: Customer) -> None:
    call = await _over(customer)
    path = f"/calls/{call['id']}/transcribe"
    older = await customer.post(path)
    await completed(customer, older["id"])
    await completed(customer, (await customer.post(path))["id"])
    async with db.transaction(customer.sessions) as session:
        found = await service.lock_recording(session, customer.org.id, UUID(older["id"]))
        found.status = RecordingStatus.PROCESSING

    beside = await customer.client.post(f"/api/v1{path}")

    assert (beside.status_code, beside.json().get("recording_id")) == (409, older["id"])


@pytest.mark.parametrize("path", ["/transcribe", "/transcripts", "/transcripts/2/differences"])
async def test_anothers_call_is_not_there_to_be_transcribed(
    customer: Customer, stranger: Customer, path: str
) -> None:
    call = await customer.call(await customer.published_agent())
    method = "POST" if path == "/transcribe" else "GET"

    answer = await stranger.client.request(method, f"/api/v1/calls/{call['id']}{path}")

    assert answer.status_code == 404


async def test_a_call_that_was_not_over_or_has_no_sound_is_refused(customer: Customer) -> None:
    agent = await customer.published_agent()
    never = await customer.call(agent, scheduled_at="2099-01-01T00:00:00Z")

    answer = await customer.client.post(f"/api/v1/calls/{never['id']}/transcribe")

    assert (answer.status_code, answer.json()["title"]) == (409, "The call is not over")
