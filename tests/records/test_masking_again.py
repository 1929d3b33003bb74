"""What reviewers find calls by is masked anew where other kinds count than when it was written."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from backend.agents.models import Agent
from backend.auth.models import Role
from backend.calls import earlier
from backend.calls.models import Call
from backend.platform import clock, db
from backend.records import masking_again, service
from tests.support import builders
from tests.support.customers import Customer
from tests.support.waiting import until

LINES = ("user: My card is 5555 5555 5555 4444.", "user: I am in Reno.")
RECORD = {"contact_name": "Lindqvist", "city": "Barstow"}
HIDDEN = ("5555", "4444", "Lindqvist")
SHOWN = ("Reno", "Barstow")


async def a_call(customer: Customer, agent: Agent) -> Call:
    async with db.transaction(customer.sessions) as session:
        call = await builders.call(session, agent, ended_at=clock.now(), lines=LINES)
        await builders.record(session, call, data=RECORD)
    return call


async def an_agent(customer: Customer, *redact: str) -> Agent:
    async with db.transaction(customer.sessions) as session:
        return await builders.published_agent(session, customer.org.id, redact=list(redact))


async def as_an_older_release_wrote_them(customer: Customer) -> None:
    statement = (
        "update call_words set masked = null, masked_recorded = null, masked_names = null,"
        " masked_kinds = null where org_id = :org_id"
    )
    async with db.transaction(customer.sessions) as session:
        await (await session.connection()).execute(text(statement), {"org_id": customer.org.id})


async def found(reader: Customer, words: tuple[str, ...]) -> list[int]:
    return [len((await reader.get("/calls", q=word))["items"]) for word in words]


async def rows(customer: Customer) -> list[tuple[Any, ...]]:
    """Read all there is of words, with what tells of it being written again."""
    statement = "select xmin::text, * from call_words where org_id = :org_id order by call_id"
    async with db.transaction(customer.sessions) as session:
        connection = await session.connection()
        return [
            tuple(row)
            for row in await connection.execute(text(statement), {"org_id": customer.org.id})
        ]


async def test_what_an_older_release_wrote_is_found_by_what_is_left_of_it(
    customer: Customer,
) -> None:
    agent = await an_agent(customer, "card", "name")
    await a_call(customer, agent)
    reviewer = await customer.colleague(Role.REVIEWER)
    written = [row[1:] for row in await rows(customer)]
    await as_an_older_release_wrote_them(customer)
    assert await found(reviewer, SHOWN) == [0, 0]

    await masking_again.mask_again_of(customer.sessions, customer.org.id, agent.id)

    assert await found(reviewer, SHOWN) == [1, 1]
    assert await found(reviewer, HIDDEN) == [0, 0, 0]
    done = await rows(customer)
    assert [row[1:] for row in done] == written
    await masking_again.mask_again_of(customer.sessions, customer.org.id, agent.id)
    assert await rows(customer) == done


async def test_whoever_follows_one_that_was_killed_does_what_is_left(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier, "_AT_ONCE", 2)
    agent = await an_agent(customer, "card")
    made = [await a_call(customer, agent) for _ in range(5)]
    await as_an_older_release_wrote_them(customer)
    async with db.transaction(customer.sessions) as session:
        assert await masking_again.mask_again(session, customer.org.id, made[3].id)
    before = await rows(customer)

    await masking_again.mask_all_again(customer.sessions)

    after = await rows(customer)
    kept = [old == new for old, new in zip(before, after, strict=True)]
    assert kept == [False, False, False, True, False]
    reviewer = await customer.colleague(Role.REVIEWER)
    assert await found(reviewer, ("Reno",)) == [5]


async def test_several_at_once_and_a_change_beside_them_leave_the_same(customer: Customer) -> None:
    agent = await an_agent(customer, "card", "name")
    made = [await a_call(customer, agent) for _ in range(4)]
    await as_an_older_release_wrote_them(customer)

    async def change(call: Call) -> None:
        async with db.transaction(customer.sessions) as session:
            (await session.get_one(Call, call.id)).summary = "Paid with 4111111111111111 at noon."

    await asyncio.gather(
        *(
            masking_again.mask_again_of(customer.sessions, customer.org.id, agent.id)
            for _ in range(3)
        ),
        *(change(call) for call in made),
    )

    reviewer = await customer.colleague(Role.REVIEWER)
    assert await found(reviewer, (*SHOWN, "noon")) == [4, 4, 4]
    assert await found(reviewer, (*HIDDEN, "4111")) == [0, 0, 0, 0]


async def test_calls_from_before_redaction_was_switched_on_hide_it_at_once_and_the_rest_comes_back(
    customer: Customer,
) -> None:
    """Recordings can be of an agent that was never published: then the draft counts."""
    async with db.transaction(customer.sessions) as session:
        agent = await builders.agent(session, customer.org.id)
    await a_call(customer, agent)
    reviewer = await customer.colleague(Role.REVIEWER)
    assert await found(reviewer, (*HIDDEN, *SHOWN)) == [1] * 5

    await customer.patch(f"/agents/{agent.id}", {"redact": ["card", "name"]})
    assert await found(reviewer, (*HIDDEN, *SHOWN)) == [0] * 5
    assert await found(customer, (*HIDDEN, *SHOWN)) == [1] * 5

    await masking_again.mask_all_again(customer.sessions)

    assert await found(reviewer, (*HIDDEN, *SHOWN)) == [0, 0, 0, 1, 1]

    async def passages_are_masked() -> bool:
        told = [(await customer.get("/search", q=word))["items"] for word in ("5555", "Reno")]
        return [len(each) for each in told] == [0, 1] and "[card]" in told[1][0]["text"]

    await until(passages_are_masked, "the passages to be cut anew")


async def test_whom_a_former_revision_named_stays_masked_for_reviewers(customer: Customer) -> None:
    agent = await an_agent(customer, "name")
    async with db.transaction(customer.sessions) as session:
        said = ("user: Rosalind Varga will be there, or Lindqvist.",)
        call = await builders.call(session, agent, ended_at=clock.now(), lines=said)
        former = {"contact_name": "Rosalind Varga"}
        await builders.record(session, call, data=former, revision=1)
        current = await builders.record(session, call, data=RECORD, revision=2)
        await service.announce(session, current)
    reviewer = await customer.colleague(Role.REVIEWER)

    told = [
        await reviewer.get(f"/calls/{call.id}"),
        await reviewer.get(f"/calls/{call.id}/record/revisions"),
    ]

    assert "Rosalind" not in str(told)
    assert "Lindqvist" not in str(told)
    assert await found(customer, ("Rosalind", "Lindqvist")) == [1, 1]
    assert await found(reviewer, ("Rosalind", "Lindqvist", "Barstow")) == [0, 0, 1]
