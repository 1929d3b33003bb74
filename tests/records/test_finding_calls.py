"""Finding calls by single values, counting them, and reading them from the oldest on."""

from typing import Any

import pytest

from backend.platform import db
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.customers import Customer

CALLS: tuple[tuple[dict[str, str], dict[str, Any]], ...] = (
    (
        {"load": "7891-B", "driver": "Mike"},
        {"status": "delayed", "hours": 2, "tags": ["late", "night"]},
    ),
    ({"load": "7891-B", "driver": "Dana"}, {"status": "on time", "hours": 0, "late": False}),
    ({"load": "12", "driver": "Mike"}, {"status": "delayed", "hours": 2, "late": True}),
)


async def _calls(customer: Customer) -> list[str]:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id)
        made = []
        for variables, data in CALLS:
            call = await builders.call(session, agent, variables=variables)
            await builders.record(session, call, data=data)
            made.append(str(call.id))
    return made


async def _get(customer: Customer, path: str) -> Any:
    """Ask for a path with its query, whose parameters may come more than once."""
    response = await customer.client.get(f"/api/v1{path}")
    assert response.status_code == 200, response.text
    return response.json()


async def _places(customer: Customer, made: list[str], query: str) -> list[int]:
    page = await _get(customer, f"/calls?{query}")
    return [made.index(item["id"]) for item in page["items"]]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("variable=load:7891-B", [1, 0]),
        ("variable=load:7891-B&variable=driver:Mike", [0]),
        ("variable=load:7891", []),
        ("field=status:delayed", [2, 0]),
        ("field=hours:2&variable=load:12", [2]),
        ("field=late:true", [2]),
        ("field=tags:late", [0]),
        ("field=hours:NaN", []),
        ("field=hours:-Infinity", []),
        ("field=hours:1e999", []),
        ("field=status:on time&order=oldest", [1]),
        ("order=oldest", [0, 1, 2]),
        ("variable=driver:Mike&order=oldest&limit=1", [0]),
    ],
)
async def test_calls_are_found_by_what_they_were_about(
    customer: Customer, query: str, places: list[int]
) -> None:
    made = await _calls(customer)

    assert await _places(customer, made, query) == places
    if "order" not in query:
        count = await _get(customer, f"/calls/count?{query}")
        assert count == {"count": len(places), "is_exact": True}


async def test_pages_go_on_from_the_oldest(customer: Customer) -> None:
    made = await _calls(customer)
    first = await _get(customer, "/calls?order=oldest&limit=2")

    rest = await _places(customer, made, f"order=oldest&limit=2&cursor={first['next_cursor']}")

    assert [made.index(item["id"]) for item in first["items"]] + rest == [0, 1, 2]


async def test_a_list_gives_the_values_of_records_to_who_asks(customer: Customer) -> None:
    await _calls(customer)

    plain = await _get(customer, "/calls?limit=1")
    with_record = await _get(customer, "/calls?limit=1&with_record=true")

    assert plain["items"][0]["record_data"] is None
    assert with_record["items"][0]["record_data"] == CALLS[-1][1]


async def test_records_are_counted_and_read_from_the_oldest(customer: Customer) -> None:
    made = await _calls(customer)

    page = await _get(customer, "/records?order=oldest")
    valid = await _get(customer, "/records/count?status=valid")
    other = await _get(customer, f"/records/count?status={RecordStatus.NEEDS_REVIEW.value}")

    assert [item["call_id"] for item in page["items"]] == made
    assert (valid["count"], other["count"]) == (3, 0)
