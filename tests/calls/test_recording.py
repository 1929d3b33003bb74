"""Playing a call's recording: passed on from Retell, whose address for it stays inside."""

from typing import Any

import httpx
import pytest

from backend.auth.models import Role
from tests.support.customers import Customer
from tests.support.inbox import settled, the_call
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide
from tests.support.sandbox import Sandbox


async def play(customer: Customer, call: dict[str, Any], **headers: str) -> httpx.Response:
    return await customer.client.get(f"/api/v1/calls/{call['id']}/recording", headers=headers)


@pytest.fixture
async def call(customer: Customer) -> dict[str, Any]:
    placed = await customer.call(await customer.published_agent())
    return await customer.call_in(placed["id"], "ended")


async def adopted(customer: Customer, **members: Any) -> dict[str, Any]:
    """Take in a call that nobody at Retell knows, with a recording somewhere."""
    agent = await customer.published_agent()
    await settled(customer, RetellSide(agent["retell_agent_id"]).ended(**members))
    return await the_call(customer)


async def test_a_recording_is_played_whole_or_in_part(
    customer: Customer, call: dict[str, Any]
) -> None:
    whole = await play(customer, call)
    part = await play(customer, call, Range="bytes=4-11")
    beyond = await play(customer, call, Range="bytes=99999999-")

    # Whatever cannot be a part is not asked for.
    garbled = await customer.client.get(
        f"/api/v1/calls/{call['id']}/recording", headers=[(b"Range", "bytes=é".encode())]
    )
    assert garbled.status_code == 200
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.content.startswith(b"RIFF")
    assert (part.status_code, part.content) == (206, whole.content[4:12])
    assert part.headers["content-range"] == f"bytes 4-11/{len(whole.content)}"
    assert beyond.status_code == 416
    assert call["recording_url"] == f"/api/v1/calls/{call['id']}/recording"


async def test_an_address_that_has_expired_is_asked_for_again(
    customer: Customer, sandbox: Sandbox
) -> None:
    agent = await customer.published_agent()
    placed = await customer.call(agent)
    call = await customer.call_in(placed["id"], "ended")
    side = RetellSide(agent["retell_agent_id"], call_id=call["retell_call_id"])
    expired = f"{sandbox.url}/sandbox/recordings/call_that_expired.wav"
    # The analysis outranks what was said at the end.
    await settled(customer, side.analyzed(recording_url=f"{expired}?zzz"))

    assert (await play(customer, call)).content.startswith(b"RIFF")


async def test_a_recording_that_retell_has_deleted_is_not_found(
    customer: Customer, sandbox: Sandbox
) -> None:
    call = await adopted(
        customer, recording_url=f"{sandbox.url}/sandbox/recordings/call_deleted.wav"
    )

    problem_of(await play(customer, call), 404, "recording-not-found")


async def test_a_call_without_a_recording_says_so(customer: Customer) -> None:
    call = await adopted(customer)

    assert call["recording_url"] is None
    problem_of(await play(customer, call), 404, "recording-not-found")


async def test_a_page_in_place_of_a_recording_is_not_shown_as_one_of_ours(
    customer: Customer, sandbox: Sandbox
) -> None:
    call = await adopted(customer, recording_url=f"{sandbox.url}/sandbox/faults")

    played = await play(customer, call)

    assert played.status_code == 200
    assert played.headers["content-type"] == "application/octet-stream"


async def test_a_recording_inside_our_own_network_is_not_fetched(customer: Customer) -> None:
    call = await adopted(customer, recording_url="http://169.254.169.254/latest/meta-data")

    problem_of(await play(customer, call), 422, "destination-refused")


async def test_a_storage_that_does_not_answer_is_told_from_a_missing_recording(
    customer: Customer,
) -> None:
    call = await adopted(customer, recording_url="http://127.0.0.1:9/recording.wav")

    problem_of(await play(customer, call), 502, "recording-unreachable")


async def test_another_organisations_recording_is_not_found(
    stranger: Customer, call: dict[str, Any]
) -> None:
    problem_of(await play(stranger, call), 404, "call-not-found")


async def test_what_a_reviewer_may_not_hear_is_silent(customer: Customer) -> None:
    agent = await customer.published_agent(
        redact=["name"], variables=[{"name": "driver_name", "description": "Who drives."}]
    )
    placed = await customer.call(agent, variables={"driver_name": "Mike"})
    call = await customer.call_in(placed["id"], "ended")
    turns = call["transcript"]
    named = [turn for turn in turns if "Mike" in turn["text"]]
    assert named, "The simulated call names whom it calls."
    reviewer = await customer.colleague(Role.REVIEWER)

    original, muted = await play(customer, call), await play(reviewer, call)
    part = await play(reviewer, call, Range="bytes=100-20099")

    assert muted.status_code == 200
    assert len(muted.content) == len(original.content)
    assert muted.content != original.content
    assert muted.content[:44] == original.content[:44]
    assert part.status_code == 206
    assert part.content == muted.content[100:20100]


async def test_a_kind_of_file_that_cannot_be_muted_is_not_played(
    customer: Customer, sandbox: Sandbox
) -> None:
    agent = await customer.published_agent(redact=["name"])
    given = {"retell_llm_dynamic_variables": {"driver_name": "Mike"}}
    side = RetellSide(agent["retell_agent_id"], members=given)
    await settled(customer, side.ended(recording_url=f"{sandbox.url}/sandbox/faults"))
    reviewer = await customer.colleague(Role.REVIEWER)

    answer = await play(reviewer, await the_call(customer))

    problem_of(answer, 409, "recording-not-muted")
