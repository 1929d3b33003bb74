"""What is masked only as a whole is shown to reviewers in no piece of it."""

import json
from typing import Any
from uuid import UUID

from backend.auth.models import Role
from backend.calls.models import CallTranscript
from backend.platform import db
from tests.support import builders
from tests.support.customers import Customer
from tests.support.inbox import settled, the_call
from tests.support.retell_side import RetellSide, utterances

PIECES = (
    "agent: The number of your card?",
    "user: 4111 1111",
    "agent: Go on.",
    "user: 1111 1111, that is all",
)


def growing() -> list[tuple[str, ...]]:
    """Give what Retell tells while somebody talks: turns that grow, then others."""
    return [
        PIECES[:1],
        (*PIECES[:1], "user: 4111"),
        PIECES[:2],
        PIECES[:3],
        (*PIECES[:3], "user: 1111"),
        PIECES,
    ]


def has_digits(told: Any) -> bool:
    text = json.dumps(told)
    return "4111" in text or "1111" in text


async def test_a_number_that_is_read_out_in_pieces_is_shown_in_none(customer: Customer) -> None:
    agent = await customer.published_agent(redact=["card"])
    side = RetellSide(agent["retell_agent_id"])
    reviewer = await customer.colleague(Role.REVIEWER)
    await settled(customer, side.started())
    for said in growing():
        await settled(customer, side.spoken(*said))
    path = f"/calls/{(await the_call(customer))['id']}"

    assert (await reviewer.get(path))["transcript"] == []
    assert has_digits((await customer.get(path))["transcript"])
    assert not has_digits(await reviewer.get(f"{path}/timeline"))

    await settled(customer, side.ended(transcript_object=utterances(*PIECES)))

    assert [turn["text"] for turn in (await reviewer.get(path))["transcript"]] == [
        "The number of your card?",
        "[card]",
        "Go on.",
        "[card], that is all",
    ]
    timeline, original = [await who.get(f"{path}/timeline") for who in (reviewer, customer)]
    assert not has_digits(timeline)
    assert has_digits(original)
    assert [entry["id"] for entry in timeline] == [entry["id"] for entry in original]
    for stream in ("/events", f"{path}/events"):
        assert not has_digits(await reviewer.events(stream, "call.ended"))
        assert has_digits(await customer.events(stream, "call.ended"))


async def test_two_transcripts_are_compared_as_they_are_masked(customer: Customer) -> None:
    agent = await customer.published_agent(redact=["card"])
    side = RetellSide(agent["retell_agent_id"])
    await settled(customer, side.ended())
    call_id = (await the_call(customer))["id"]
    heard = ("user: It is 4111 1111 1111 1111", "user: It's 4111 11111111 1111")
    async with db.transaction(customer.sessions) as session:
        for revision, said in enumerate(heard, start=1):
            kept = CallTranscript(
                org_id=customer.org.id,
                call_id=UUID(call_id),
                revision=revision,
                source="retell",
                turns=builders.turns(said),
            )
            session.add(kept)
    reviewer = await customer.colleague(Role.REVIEWER)

    path = f"/calls/{call_id}/transcripts/2/differences"
    assert has_digits(await customer.get(path))
    (turn,) = (await reviewer.get(path))["items"]
    assert turn["parts"] == [
        {"kind": "removed", "text": "It is"},
        {"kind": "added", "text": "It's"},
        {"kind": "same", "text": "[card]"},
    ]
