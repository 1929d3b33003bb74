"""Lists of numbers in and out: bad lines are told of, the same list twice adds nothing."""

from typing import Any

import pytest

from tests.support.customers import Customer
from tests.support.problems import problem_of

NUMBERS = ("+14155550101", "+14155550102")
LIST = """to_number,scope,reason
+1 415 555 0101,,Wrote to us
+14155550102,marketing,
415 555 0103,,
+14155550102,marketing,again
+14155550104,sometimes,
,,nobody
"""


async def _import(customer: Customer, content: str | bytes, **query: Any) -> dict[str, Any]:
    response = await customer.client.post(
        "/api/v1/suppressions/import",
        content=content,
        headers={"content-type": "text/csv"},
        params=query,
    )
    assert response.status_code == 200, response.text
    read: dict[str, Any] = response.json()
    return read


async def _numbers(customer: Customer) -> list[str]:
    items = (await customer.get("/suppressions"))["items"]
    return sorted(item["to_number"] for item in items)


async def test_good_lines_are_taken_and_bad_ones_told_of_by_their_number(
    customer: Customer,
) -> None:
    read = await _import(customer, LIST)

    assert (read["lines"], read["added"], read["already"], read["invalid"]) == (6, 2, 1, 3)
    assert [error["line"] for error in read["errors"]] == [3, 5, 6]
    messages = [error["message"] for error in read["errors"]]
    assert messages[0] == ("to_number: is not a phone number in E.164 format, such as +14155550100")
    assert messages[1].startswith("scope: Input should be 'all', 'service'")
    assert messages[2] == "to_number: there is none"
    assert await _numbers(customer) == list(NUMBERS)


async def test_the_same_list_again_adds_nothing(customer: Customer) -> None:
    await _import(customer, LIST)

    again = await _import(customer, LIST)

    assert (again["added"], again["already"]) == (0, 3)
    assert await _numbers(customer) == list(NUMBERS)


async def test_a_dry_run_says_the_same_and_does_nothing(customer: Customer) -> None:
    tried = await _import(customer, LIST, dry_run=True)

    assert await _numbers(customer) == []
    assert await _import(customer, LIST) == tried


@pytest.mark.parametrize(
    "content",
    [
        "+14155550101\n+14155550102\n",
        "\ufeffPhone number;Scope\r\n+14155550101;all\r\n'+14155550102;\r\n",
        'name\tphone\nDana\t+14155550101\n"Mike, Jr."\t+14155550102\n',
    ],
)
async def test_lists_are_read_as_spreadsheets_write_them(customer: Customer, content: str) -> None:
    await _import(customer, content.encode())

    assert await _numbers(customer) == list(NUMBERS)


@pytest.mark.parametrize("days", [("02", "05"), ("05", "02")])
async def test_of_lines_of_one_number_the_one_asked_latest_counts(
    customer: Customer, days: tuple[str, str]
) -> None:
    lines = [f"{NUMBERS[0]},2026-11-{day}T00:00:00Z" for day in days]

    read = await _import(customer, "\n".join(["to_number,asked_at", *lines]))

    assert (read["added"], read["already"]) == (1, 1)
    (held,) = (await customer.get("/suppressions"))["items"]
    assert held["asked_at"].startswith("2026-11-05")


async def test_a_list_that_says_when_they_asked_adds_who_asked_once_more_later(
    customer: Customer,
) -> None:
    first, later = (
        f"to_number,asked_at\n{NUMBERS[0]},2026-11-{day}T00:00:00Z\n" for day in ("02", "05")
    )
    added = [(await _import(customer, each))["added"] for each in (first, later, later, first)]

    assert added == [1, 1, 0, 0]


async def test_a_line_break_in_a_cell_is_told_of_since_it_may_hide_lines(
    customer: Customer,
) -> None:
    content = f'to_number,note\n{NUMBERS[0]},"moved\n+14155550109,x"\n{NUMBERS[1]},\n'

    read = await _import(customer, content)

    (error,) = read["errors"]
    assert error["line"] == 1
    assert "a line break" in error["message"]
    assert await _numbers(customer) == [NUMBERS[1]]


async def test_of_very_many_bad_lines_all_are_counted_and_the_first_told_of(
    customer: Customer,
) -> None:
    read = await _import(customer, "to_number\n" + "nobody\n" * 1002)

    assert (read["lines"], read["invalid"], len(read["errors"])) == (1002, 1002, 1000)


async def test_a_quote_that_is_not_closed_swallows_no_numbers(customer: Customer) -> None:
    content = f'to_number,reason\n{NUMBERS[0]},"moved\n{NUMBERS[1]},\n'
    response = await customer.client.post("/api/v1/suppressions/import", content=content)

    assert "line 3" in problem_of(response, 422, "list-invalid")["detail"]
    assert await _numbers(customer) == []


@pytest.mark.parametrize("content", [b"", b"\n\n", b"name,city\nDana,Reno\n", b"\xff\xfe\x00"])
async def test_what_is_no_list_is_refused_as_a_whole(customer: Customer, content: bytes) -> None:
    response = await customer.client.post("/api/v1/suppressions/import", content=content)

    problem_of(response, 422, "list-invalid")


async def test_what_was_exported_can_be_imported_elsewhere_and_here(
    customer: Customer, stranger: Customer
) -> None:
    await customer.post(
        "/suppressions", {"to_number": NUMBERS[0], "reason": "=1+1\nor so", "source": "letter"}
    )
    await customer.post("/suppressions", {"to_number": NUMBERS[1]})
    agreed = {"to_number": NUMBERS[1], "purpose": "all", "source": "form"}
    await customer.post("/consents", agreed)

    exported = await customer.client.get("/api/v1/suppressions/export")

    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    assert "'=1+1" in exported.text
    here = await _import(customer, exported.text)
    assert (here["added"], here["already"]) == (0, 2)
    there = await _import(stranger, exported.text)
    assert (there["added"], there["invalid"]) == (1, 0)
    assert await _numbers(stranger) == [NUMBERS[0]], "Who agreed again is not suppressed."
