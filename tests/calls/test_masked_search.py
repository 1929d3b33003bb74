"""Nobody finds out by searching what they may not see, and the rest is found by them too."""

import random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.auth.models import Role
from backend.calls.models import Call
from backend.platform import clock, db
from tests.support import builders
from tests.support.customers import Customer

NUMBER = "+14155552671"
VARIABLES = {"driver_name": "Okafor", "card": "4111111111111111", "load": "7891-B"}
LINES = (
    "agent: Your card?",
    "user: It is 5555 5555",
    "agent: Go on.",
    "user: 5555 4444, from Reno.",
)
RECORD = {"contact_name": "Lindqvist", "city": "Barstow", "paid_with": "5555555555554444"}


def _letters(count: int) -> str:
    return "".join(random.choices("abcdef", k=count))


@pytest.fixture
async def call(customer: Customer) -> Call:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(
            session, customer.org.id, redact=["card", "name", "phone"]
        )
        call = await builders.call(
            session,
            agent,
            # Of letters, so that no digits are found in them by chance.
            id=UUID(f"aaaaaaaa-aaaa-7aaa-8aaa-{_letters(12)}"),
            retell_call_id=f"call_{_letters(32)}",
            to_number=NUMBER,
            ended_at=clock.now(),
            variables=VARIABLES,
            summary="Lindqvist waits at the dock.",
            lines=LINES,
        )
        await builders.record(session, call, data=RECORD)
    return call


@pytest.fixture
async def reviewer(customer: Customer, call: Call) -> Customer:
    return await customer.colleague(Role.REVIEWER)


async def _found(reader: Customer, **query: Any) -> list[str]:
    return [call["id"] for call in (await reader.get("/calls", **query))["items"]]


HIDDEN: list[dict[str, str]] = [
    *({"q": q} for q in ("2671", "5552671", "4155552671", "14155552671", NUMBER, "415 555 2671")),
    *({"q": q} for q in ("5555", "4444", "4111", "Okafor", "Lindqvist", "lind")),
    *({"variable": each} for each in ("driver_name:Okafor", "card:4111111111111111")),
    *({"field": each} for each in ("contact_name:Lindqvist", "paid_with:5555555555554444")),
]
SHOWN: list[dict[str, str]] = [
    *({"q": q} for q in ("7891", "Reno", "Barstow", "dock")),
    {"variable": "load:7891-B"},
    {"field": "city:Barstow"},
]


async def test_what_is_masked_is_not_found_and_the_rest_is(
    customer: Customer, reviewer: Customer, call: Call
) -> None:
    prefixes = [{"q": f"{call.id} {digits}"} for digits in ("1", "14", "4155")]
    for query in (*HIDDEN, *prefixes):
        assert await _found(customer, **query) == [str(call.id)], query
        assert await _found(reviewer, **query) == [], query
    for query in (*SHOWN, {"q": str(call.id)}):
        assert await _found(reviewer, **query) == [str(call.id)], query


async def test_names_that_the_record_gave_stay_hidden_when_the_call_changes(
    customer: Customer, reviewer: Customer, call: Call
) -> None:
    async with db.transaction(customer.sessions) as session:
        changed = await session.get_one(Call, call.id)
        changed.summary = "Lindqvist left the dock at noon."

    assert await _found(reviewer, q="noon") == [str(call.id)]
    assert await _found(reviewer, q="Lindqvist") == []


async def test_of_words_that_an_older_release_wrote_none_is_found(
    customer: Customer, reviewer: Customer, call: Call
) -> None:
    async with db.transaction(customer.sessions) as session:
        unknown = "masked = null, masked_recorded = null, masked_names = null"
        statement = text(f"update call_words set {unknown} where call_id = :id")  # noqa: S608
        await (await session.connection()).execute(statement, {"id": call.id})

    assert await _found(reviewer, q="Reno") == []
    assert await _found(customer, q="Reno") == [str(call.id)]


async def test_digits_of_a_masked_number_find_nobody_who_is_not_to_be_called(
    customer: Customer, reviewer: Customer, call: Call
) -> None:
    await customer.post("/suppressions", {"to_number": NUMBER, "call_id": str(call.id)})

    for reader, count in ((customer, 1), (reviewer, 0)):
        assert len((await reader.get("/suppressions", q="5552671"))["items"]) == count
    (shown,) = (await reviewer.get("/suppressions"))["items"]
    assert shown["to_number"] == "[phone]"
