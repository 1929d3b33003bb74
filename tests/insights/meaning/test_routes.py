"""Searching by meaning through the API."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.platform.settings import Settings
from tests.insights.meaning.conftest import MODEL
from tests.support.customers import Customer, new_customer
from tests.support.inbox import settled, the_call
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide
from tests.support.service import Service
from tests.support.waiting import until


@pytest.fixture
async def ours(service: Service) -> AsyncIterator[Customer]:
    async with new_customer(service) as customer:
        yield customer


async def _ready(customer: Customer) -> dict[str, Any] | None:
    stands: dict[str, Any] = await customer.get("/search/meaning")
    return stands if stands["state"] == "ready" else None


async def test_a_call_is_found_by_what_it_means_and_more_of_the_same_are(
    ours: Customer, service: Service, settings: Settings
) -> None:
    agent = await ours.published_agent()
    first = RetellSide(agent["retell_agent_id"])
    await settled(ours, first.started(), first.ended(), first.analyzed())
    call = await the_call(ours)

    stands = await until(lambda: _ready(ours), "the call to be embedded")

    assert stands == {
        "state": "ready",
        "detail": None,
        "embedder": MODEL,
        "answered_by": MODEL,
        "calls": 1,
        "embedded_calls": 1,
        "waiting_calls": 0,
        "left_out_passages": 0,
    }
    found = await ours.get("/search", q="delayed", mode="meaning")
    assert [each["call_id"] for each in found["items"]] == [call["id"]]
    assert (found["mode"], found["instead"]) == ("meaning", None)
    similar = await ours.get("/search/similar", call_id=call["id"], turn=0)
    assert (similar["items"], similar["mode"]) == ([], "meaning")
    # Another organisation is told of neither.
    assert (await service.get("/search", q="delayed"))["items"] == []
    answer = await service.client.get(
        "/api/v1/search/similar", params={"call_id": call["id"], "turn": 0}
    )
    problem_of(answer, 404, "passage-not-found")


async def test_meaning_that_is_off_is_refused_with_what_to_do(customer: Customer) -> None:
    answer = await customer.client.get("/api/v1/search", params={"q": "x", "mode": "meaning"})

    assert "EMBEDDER" in problem_of(answer, 409, "meaning-not-ready")["detail"]
    assert (await customer.get("/search", q="x"))["mode"] == "text"
    assert (await customer.get("/search/meaning"))["state"] == "off"
