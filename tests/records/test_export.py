"""Calls as CSV: what a person takes away."""

import csv
import io
from typing import Any

import pytest

from backend.agents.models import Agent
from backend.calls.models import CallStatus
from backend.platform import db
from backend.records.exporting import flat
from tests.support import builders
from tests.support.customers import Customer


@pytest.fixture
async def agent(customer: Customer) -> Agent:
    async with db.transaction(customer.sessions) as session:
        return await builders.published_agent(session, customer.org.id, name="Check-in")


async def _exported(customer: Customer, **query: Any) -> list[dict[str, str]]:
    answer = await customer.client.get("/api/v1/calls/export", params=query)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_each_call_is_a_line_with_its_variables_and_its_records_fields(
    customer: Customer, agent: Agent
) -> None:
    async with db.transaction(customer.sessions) as session:
        first = await builders.call(session, agent, variables={"driver_name": "Mike"})
        await builders.record(
            session,
            first,
            data={"eta": "8:00", "stop": {"city": "Reno"}, "needs": ["ice", "fuel"], "ok": True},
        )
        second = await builders.call(session, agent, variables={"load": "7891-B"})

    newest, oldest = await _exported(customer)

    assert (newest["id"], oldest["id"]) == (str(second.id), str(first.id))
    assert newest["agent"] == "Check-in"
    assert newest["variables.load"] == "7891-B"
    assert newest["variables.driver_name"] == newest["record.eta"] == ""
    assert oldest["variables.driver_name"] == "Mike"
    assert oldest["record.eta"] == "8:00"
    assert oldest["record.stop.city"] == "Reno"
    assert oldest["record.needs"] == "ice; fuel"
    assert oldest["record.ok"] == "yes"
    assert oldest["record_status"] == "valid"


async def test_only_what_matches_is_exported_however_much_that_is(
    customer: Customer, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.records.exporting._ROWS_AT_ONCE", 2)
    async with db.transaction(customer.sessions) as session:
        for _ in range(5):
            await builders.call(session, agent, variables={"name": "Mike"})
        await builders.call(session, agent, status=CallStatus.FAILED)

    assert len(await _exported(customer, status="ended")) == 5
    assert len(await _exported(customer, q="mike")) == 5
    assert len(await _exported(customer)) == 6


async def test_others_calls_are_not_exported(
    customer: Customer, stranger: Customer, agent: Agent
) -> None:
    async with db.transaction(customer.sessions) as session:
        await builders.call(session, agent)

    assert await _exported(stranger) == []


async def test_what_a_caller_said_is_never_a_formula(customer: Customer, agent: Agent) -> None:
    async with db.transaction(customer.sessions) as session:
        await builders.call(
            session, agent, variables={"a": '=HYPERLINK("x")', "b": "@sum", "c": "-3.5", "d": "-x"}
        )

    (line,) = await _exported(customer)

    assert line["variables.a"] == '\'=HYPERLINK("x")'
    assert line["variables.b"] == "'@sum"
    assert line["variables.c"] == "-3.5"
    assert line["variables.d"] == "'-x"
    assert line["to_number"] == "+14155550100"


def test_lists_of_groups_are_one_cell_a_person_can_read() -> None:
    stops = [{"city": "Reno", "at": "8:00"}, {"city": "Barstow", "at": None}]

    assert flat({"stops": stops}) == {"stops": "city: Reno, at: 8:00; city: Barstow"}
