"""Pages of a list, cut so that nothing is shown twice or left out."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from backend.platform import ids, pages
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of


@dataclass(frozen=True)
class Row:
    id: UUID


ROWS = [Row(UUID(int=number)) for number in range(3)]


def test_a_full_page_with_more_behind_it_ends_with_its_last_items_cursor() -> None:
    assert pages.cut(ROWS, 2) == (ROWS[:2], ROWS[1].id)


@pytest.mark.parametrize("limit", [3, 4])
def test_the_last_page_has_no_cursor(limit: int) -> None:
    assert pages.cut(ROWS, limit) == (ROWS, None)


def test_an_empty_list_is_one_empty_page() -> None:
    assert pages.cut([], 2) == ([], None)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"limit": "0"}, "query:limit"),
        ({"limit": "201"}, "query:limit"),
        ({"limit": "many"}, "query:limit"),
        ({"cursor": "the next one"}, "query:cursor"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/agents", "/api/v1/calls", "/api/v1/webhooks"])
async def test_a_page_that_cannot_be_is_refused(
    customer: Customer, path: str, query: dict[str, str], place: str
) -> None:
    response = await customer.client.get(path, params=query)

    assert pointers(problem_of(response, 422, "invalid-request")) == [place]


async def test_a_cursor_of_a_row_that_is_gone_still_leads_on(customer: Customer) -> None:
    before = ids.new_id()
    agent = await customer.post("/agents", {"name": "Anna", "prompt": "Hello"})

    older = await customer.get("/agents", cursor=str(before))
    newer = await customer.get("/agents", cursor=str(ids.new_id()))

    assert older["items"] == []
    assert [item["id"] for item in newer["items"]] == [agent["id"]]


def test_ids_grow_with_time() -> None:
    made = [ids.new_id() for _ in range(1000)]

    assert made == sorted(made)
    assert len(set(made)) == 1000
    assert {one.version for one in made} == {7}
