"""The list of calls: filters, pages, and nothing of others."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.agents.models import Agent
from backend.calls.models import Call, CallStatus
from backend.platform import db, ids
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import problem_of

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
async def agent(customer: Customer) -> Agent:
    async with db.transaction(customer.sessions) as session:
        return await builders.published_agent(session, customer.org.id)


async def _make(customer: Customer, agent: Agent, count: int = 1, **columns: Any) -> list[Call]:
    async with db.transaction(customer.sessions) as session:
        return [await builders.call(session, agent, **columns) for _ in range(count)]


async def _listed(customer: Customer, **query: Any) -> list[str]:
    return [call["id"] for call in (await customer.get("/calls", **query))["items"]]


async def _pages(customer: Customer, **query: Any) -> AsyncIterator[list[str]]:
    cursor: dict[str, str] = {}
    while True:
        page = await customer.get("/calls", **query, **cursor)
        yield [call["id"] for call in page["items"]]
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


async def test_calls_are_listed_newest_first_without_transcript_and_record(
    customer: Customer, agent: Agent
) -> None:
    (older,) = await _make(customer, agent, lines=("agent: Hello?",))
    (newer,) = await _make(customer, agent, status=CallStatus.FAILED)

    items = (await customer.get("/calls"))["items"]

    assert [item["id"] for item in items] == [str(newer.id), str(older.id)]
    assert items[1]["status"] == "ended"
    assert {"transcript", "record"}.isdisjoint(items[1])


async def test_calls_tell_how_their_record_stands_and_are_found_by_it(
    customer: Customer, agent: Agent
) -> None:
    first, second, third, without = await _make(customer, agent, count=4)
    async with db.transaction(customer.sessions) as session:
        for call in (first, second):
            await builders.record(session, call, status=RecordStatus.VALID)
        await builders.record(session, third, status=RecordStatus.VALID, is_current=False)
        await builders.record(session, third, status=RecordStatus.CORRECTED, revision=2)

    items = (await customer.get("/calls"))["items"]
    stands = {item["id"]: item["record_status"] for item in items}
    assert stands == {
        str(without.id): None,
        str(third.id): "corrected",
        str(second.id): "valid",
        str(first.id): "valid",
    }

    # What the record was before it was corrected counts no more.
    assert [page async for page in _pages(customer, record_status="valid", limit=1)] == [
        [str(second.id)],
        [str(first.id)],
    ]
    assert await _listed(customer, record_status="corrected") == [str(third.id)]
    assert await _listed(customer, record_status="failed") == []
    assert await _listed(customer, record_status="valid", status="failed") == []


async def test_each_filter_leaves_what_was_asked_for(customer: Customer, agent: Agent) -> None:
    async with db.transaction(customer.sessions) as session:
        other_agent = await builders.published_agent(session, customer.org.id)
    (plain,) = await _make(customer, agent, created_at=NOON)
    (canceled,) = await _make(
        customer, agent, status=CallStatus.CANCELED, created_at=NOON + timedelta(hours=1)
    )
    (others,) = await _make(
        customer, other_agent, to_number="+14155550123", created_at=NOON + timedelta(hours=2)
    )
    one = "2026-11-20T13:00:00Z"

    assert await _listed(customer, status="canceled") == [str(canceled.id)]
    assert await _listed(customer, status="queued") == []
    assert await _listed(customer, agent_id=str(other_agent.id)) == [str(others.id)]
    assert await _listed(customer, q="+14155550123") == [str(others.id)]
    assert await _listed(customer, q="+1415555012") == [str(others.id)]
    assert await _listed(customer, q=plain.retell_call_id) == [str(plain.id)]
    assert await _listed(customer, q="+14155550199", agent_id=str(agent.id)) == [
        str(canceled.id),
        str(plain.id),
    ]
    assert await _listed(customer, created_after=one) == [str(others.id), str(canceled.id)]
    assert await _listed(customer, created_before=one) == [str(plain.id)]
    assert await _listed(
        customer, created_after="2026-11-20T14:00:00+01:00", created_before="2026-11-20T13:00:01Z"
    ) == [str(canceled.id)]


@pytest.mark.parametrize(
    "written", ["+1 415-555-0166", "(415) 555-0166", "4155550166", "14155550166", "1.415.555.0166"]
)
async def test_a_number_is_found_as_people_write_it(
    customer: Customer, agent: Agent, written: str
) -> None:
    (wanted,) = await _make(customer, agent, to_number="+14155550166")
    (near,) = await _make(customer, agent, to_number="+14155550167")

    assert await _listed(customer, q=written) == [str(wanted.id)]
    assert await _listed(customer, q=written[:-1]) == [str(near.id), str(wanted.id)]


async def test_what_is_looked_for_is_found_behind_any_number_of_others(
    customer: Customer, agent: Agent
) -> None:
    number = "+14155550177"
    (oldest,) = await _make(customer, agent, status=CallStatus.CANCELED, to_number=number)
    await _make(customer, agent, count=6, to_number=number)

    assert await _listed(customer, q=number, status="canceled", limit=2) == [str(oldest.id)]
    pages = [page async for page in _pages(customer, q=number, limit=2)]
    assert [len(page) for page in pages] == [2, 2, 2, 1]


async def test_pages_neither_repeat_nor_skip_while_calls_are_added(
    customer: Customer, agent: Agent
) -> None:
    made = [str(call.id) for call in await _make(customer, agent, count=7)]
    seen = []

    async for page in _pages(customer, limit=3):
        seen.append(page)
        await _make(customer, agent, count=2)

    newest_first = made[::-1]
    assert seen == [newest_first[:3], newest_first[3:6], newest_first[6:]]


async def test_the_last_page_has_no_cursor_even_when_it_is_full(
    customer: Customer, agent: Agent
) -> None:
    await _make(customer, agent, count=4)

    assert [len(page) async for page in _pages(customer, limit=2)] == [2, 2]


@pytest.mark.parametrize("asked", [{}, {"q": "+14155550144"}])
async def test_calls_are_listed_by_length_page_after_page(
    customer: Customer, agent: Agent, asked: dict[str, str]
) -> None:
    lengths = (30_000, None, 90_000, 30_000, None)
    made = [
        (await _make(customer, agent, duration_ms=length, to_number="+14155550144"))[0]
        for length in lengths
    ]
    short, unanswered, long, short_too, unanswered_too = [str(call.id) for call in made]
    longest = [long, short_too, short, unanswered_too, unanswered]

    for order, expected in (("longest", longest), ("shortest", longest[::-1])):
        pages = [page async for page in _pages(customer, order=order, limit=2, **asked)]
        assert [call for page in pages for call in page] == expected


async def test_a_list_by_length_does_not_end_where_a_call_was_deleted(
    customer: Customer, agent: Agent
) -> None:
    await _make(customer, agent, duration_ms=30_000)
    gone = {"order": "longest", "cursor": str(ids.new_id())}

    problem_of(await customer.client.get("/api/v1/calls", params=gone), 422, "cursor-gone")


async def test_calls_are_found_by_length_mood_and_why_they_ended(
    customer: Customer, agent: Agent
) -> None:
    (short,) = await _make(
        customer, agent, duration_ms=9_999, sentiment="Negative", status_reason="user_hangup"
    )
    (long,) = await _make(
        customer, agent, duration_ms=10_000, sentiment="Positive", status_reason="agent_hangup"
    )
    await _make(customer, agent, duration_ms=None)

    assert await _listed(customer, min_duration_ms=10_000) == [str(long.id)]
    assert await _listed(customer, max_duration_ms=9_999) == [str(short.id)]
    assert await _listed(customer, sentiment="Negative") == [str(short.id)]
    assert await _listed(customer, status_reason="agent_hangup") == [str(long.id)]
    assert await customer.get("/calls/count", min_duration_ms=1) == {"count": 2, "is_exact": True}


async def test_filters_hold_on_every_page(customer: Customer, agent: Agent) -> None:
    for status in (CallStatus.FAILED, CallStatus.ENDED) * 3:
        await _make(customer, agent, status=status)

    pages = [page async for page in _pages(customer, limit=2, status="failed")]

    assert [len(page) for page in pages] == [2, 1]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=ten",
        "status=happy",
        "agent_id=7",
        "cursor=7",
        "created_after=2026-11-20T12:00:00",
        "created_before=9999-12-31T23:59:59-12:00",
        "to_number=911",
    ],
)
async def test_a_list_that_cannot_be_given_is_refused_with_the_parameter(
    customer: Customer, query: str
) -> None:
    response = await customer.client.get(f"/api/v1/calls?{query}")

    document = problem_of(response, 422, "invalid-request")
    assert document["errors"][0]["pointer"] == f"query:{query.partition('=')[0]}"


async def test_a_search_for_what_no_database_stores_finds_nothing_or_is_refused(
    customer: Customer,
) -> None:
    response = await customer.client.get("/api/v1/calls", params={"q": "a\u0000b"})

    assert response.status_code in {200, 422}


async def test_another_organisations_calls_are_neither_listed_nor_found(
    customer: Customer, stranger: Customer, agent: Agent
) -> None:
    (call,) = await _make(customer, agent)

    assert await _listed(stranger) == []
    assert await _listed(stranger, q=call.retell_call_id, agent_id=str(agent.id)) == []
    for method, path in [
        ("GET", ""),
        ("GET", "/timeline"),
        ("GET", "/recording"),
        ("POST", "/cancel"),
        ("POST", "/stop"),
    ]:
        response = await stranger.client.request(method, f"/api/v1/calls/{call.id}{path}")
        problem_of(response, 404, "call-not-found")
