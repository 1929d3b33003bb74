"""Finding calls by whom they were about and what was said."""

from typing import Any

import pytest

from backend.agents.models import Agent
from backend.auth.models import Role
from backend.calls.models import AnsweredBy, Call, CallSource, CallStatus
from backend.platform import clock, db
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.customers import Customer


@pytest.fixture
async def agent(customer: Customer) -> Agent:
    async with db.transaction(customer.sessions) as session:
        return await builders.published_agent(session, customer.org.id, tags=["night shift"])


async def _found(customer: Customer, **query: Any) -> list[str]:
    return [call["id"] for call in (await customer.get("/calls", **query))["items"]]


async def _make(customer: Customer, agent: Agent, **columns: Any) -> Call:
    async with db.transaction(customer.sessions) as session:
        return await builders.call(session, agent, **columns)


@pytest.mark.parametrize(
    "q",
    [
        *("Mike", "mike", "Mik", "7891-B", "7891", "mike 7891", "7891 mike"),
        *("0110", "5550110", "555-0110", "(415) 555-0110", "+1 415 555 0110"),
        *("PO-4711", "4711", "snow on the pass", "Reno", "barstow"),
    ],
)
async def test_a_call_is_found_by_each_of_its_words(
    customer: Customer, agent: Agent, q: str
) -> None:
    call = await _make(
        customer,
        agent,
        to_number="+14155550110",
        variables={"driver_name": "Mike", "load_number": "7891-B"},
        call_metadata={"order": {"ids": ["PO-4711"]}},
        summary="Mike is late: snow on the pass.",
        ended_at=clock.now(),
        lines=("agent: Where are you?", "user: Just past Reno."),
    )
    async with db.transaction(customer.sessions) as session:
        await builders.record(session, call, data={"stops": [{"city": "Barstow"}]})
    await _make(customer, agent, variables={"driver_name": "Dana"})

    assert await _found(customer, q=q) == [str(call.id)]


@pytest.mark.parametrize("q", ["driver_name", "city", "Mike Dana", "-", "' or 1=1 --", "!(&|"])
async def test_what_is_not_said_is_not_found(customer: Customer, agent: Agent, q: str) -> None:
    await _make(customer, agent, variables={"driver_name": "Mike"})
    await _make(customer, agent, variables={"driver_name": "Dana"})

    assert await _found(customer, q=q) == []


async def test_a_call_is_found_by_its_latest_record_and_no_longer_by_the_one_before(
    customer: Customer, agent: Agent
) -> None:
    call = await _make(customer, agent)
    async with db.transaction(customer.sessions) as session:
        await builders.record(session, call, data={"city": "Barstow"})
    async with db.transaction(customer.sessions) as session:
        await builders.record(session, call, data={"city": "Reno"}, revision=2)

    assert await _found(customer, q="reno") == [str(call.id)]
    assert await _found(customer, q="barstow") == []


async def test_what_is_said_is_found_once_the_call_is_over(
    customer: Customer, agent: Agent
) -> None:
    call = await _make(
        customer, agent, status=CallStatus.IN_PROGRESS, lines=("user: Near Barstow.",)
    )
    assert await _found(customer, q="barstow") == []

    async with db.transaction(customer.sessions) as session:
        running = await session.merge(call)
        running.ended_at = clock.now()

    assert await _found(customer, q="barstow") == [str(call.id)]


async def test_words_of_others_are_not_found(
    customer: Customer, stranger: Customer, agent: Agent
) -> None:
    await _make(customer, agent, variables={"driver_name": "Mike"})

    assert await _found(stranger, q="Mike") == []


async def test_pages_of_what_is_found_hold_together(customer: Customer, agent: Agent) -> None:
    made = [await _make(customer, agent, variables={"name": "Mike"}) for _ in range(5)]

    first = await customer.get("/calls", q="mike", limit=3)
    rest = await customer.get("/calls", q="mike", limit=3, cursor=first["next_cursor"])

    found = [call["id"] for call in [*first["items"], *rest["items"]]]
    assert found == [str(call.id) for call in reversed(made)]
    assert rest["next_cursor"] is None


async def test_a_very_long_call_is_kept_and_found_by_its_beginning(
    customer: Customer, agent: Agent
) -> None:
    said = " ".join(f"word{number}" for number in range(60_000))
    call = await _make(customer, agent, ended_at=clock.now(), lines=(f"user: {said}",))

    assert await _found(customer, q="word7") == [str(call.id)]


async def test_calls_are_filtered_by_who_answered_source_label_and_record(
    customer: Customer, agent: Agent
) -> None:
    machine = await _make(customer, agent, answered_by=AnsweredBy.VOICEMAIL)
    inbound = await _make(customer, agent, source=CallSource.INBOUND)
    async with db.transaction(customer.sessions) as session:
        await builders.record(session, inbound, status=RecordStatus.NEEDS_REVIEW)
        plain = await builders.published_agent(session, customer.org.id)
        other = await builders.call(session, plain)

    assert await _found(customer, answered_by="voicemail") == [str(machine.id)]
    assert await _found(customer, source="inbound") == [str(inbound.id)]
    assert await _found(customer, record_status="needs_review") == [str(inbound.id)]
    assert await _found(customer, tag="night shift") == [str(inbound.id), str(machine.id)]
    assert await _found(customer, tag="night") == []
    assert str(other.id) in await _found(customer)


async def test_what_is_masked_of_a_call_cannot_be_guessed_by_searching(customer: Customer) -> None:
    async with db.transaction(customer.sessions) as session:
        careful = await builders.published_agent(session, customer.org.id, redact=["card", "name"])
    call = await _make(
        customer,
        careful,
        ended_at=clock.now(),
        variables={"driver_name": "Okafor", "load": "7891-B"},
        lines=("agent: Your card?", "user: It is 4111 1111 1111 1111, from Reno."),
    )
    async with db.transaction(customer.sessions) as session:
        await builders.record(session, call, data={"card": "4111 1111 1111 1111"})
    reviewer = await customer.colleague(Role.REVIEWER)

    for q in ("4111", "Okafor", "okaf"):
        assert await _found(customer, q=q) == [str(call.id)], q
        assert await _found(reviewer, q=q) == [], q
        assert (await reviewer.get("/calls/count", q=q))["count"] == 0
    for q in ("7891", "Reno"):
        assert await _found(reviewer, q=q) == [str(call.id)], q
