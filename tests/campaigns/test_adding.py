"""Lists of contacts as people have them: checked line by line before anything is stored."""

import io
import zipfile
from typing import Any

import httpx
import pytest

from backend.campaigns import reading, workbook
from backend.campaigns.errors import ContactsInvalid
from backend.campaigns.workbook import WorkbookRefused
from tests.campaigns.lists import contacts, draft
from tests.support.customers import Customer
from tests.support.problems import problem_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VARIABLES = [{"name": "driver_name", "description": "Who.", "required": True}]
LIST = """Phone;Driver name;Load
+1 (415) 555-0110;Mike;A-1
+14155550111;Dana;A-2
no number;Robin;A-3
+14155550111;Dana again;A-4
+14155550112;;A-5
"""


def xlsx(*rows: tuple[str | float, ...]) -> bytes:
    """Write a workbook with one sheet, as spreadsheets do: text in place, numbers as numbers."""
    cells = "".join(
        "<row>"
        + "".join(
            f"<c><v>{value}</v></c>"
            if isinstance(value, float)
            else f'<c t="inlineStr"><is><t>{value}</t></is></c>'
            for value in row
        )
        + "</row>"
        for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Drivers" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


async def send(
    customer: Customer,
    campaign: dict[str, Any],
    content: bytes,
    kind: str = "text/csv",
    **query: Any,
) -> httpx.Response:
    path = f"/api/v1/campaigns/{campaign['id']}/contacts"
    headers = {"content-type": kind}
    return await customer.client.post(path, content=content, headers=headers, params=query)


async def _campaign(customer: Customer) -> dict[str, Any]:
    return await draft(customer, await customer.published_agent(variables=VARIABLES))


async def test_a_dry_run_says_what_each_line_is_and_stores_nothing(customer: Customer) -> None:
    campaign = await _campaign(customer)
    await customer.post("/suppressions", {"to_number": "+14155550110"})

    report = (await send(customer, campaign, LIST.encode(), dry_run=True)).json()

    assert (report["lines"], report["added"], report["duplicates"]) == (5, 2, 1)
    assert [each["line"] for each in report["errors"]] == [3, 5]
    assert "E.164" in report["errors"][0]["message"]
    assert "driver_name" in report["errors"][1]["message"]
    assert report["columns"] == {"Phone": "to_number", "Driver name": "variables.driver_name"}
    assert report["unmapped"] == ["Load"]
    assert report["refused"] == {"suppressed": 1}
    assert report["sample"][0]["variables"] == {"driver_name": "Mike"}
    assert await contacts(customer, campaign) == {}


async def test_good_lines_are_taken_and_the_same_list_twice_adds_nothing_twice(
    customer: Customer,
) -> None:
    campaign = await _campaign(customer)
    column = "Load=metadata.load"

    first = (await send(customer, campaign, LIST.encode(), column=column)).json()
    second = (await send(customer, campaign, LIST.encode(), column=column)).json()

    assert (first["added"], first["already"]) == (2, 0)
    assert (second["added"], second["already"]) == (0, 2)
    stored = await contacts(customer, campaign)
    assert stored["+14155550111"]["metadata"] == {"load": "A-2"}
    assert {each["state"] for each in stored.values()} == {"waiting"}


async def test_a_workbook_keeps_whole_numbers_whole(customer: Customer) -> None:
    campaign = await _campaign(customer)
    book = xlsx(("to_number", "driver_name"), ("+14155550110", 7891.0), (14155550111.0, "Dana"))

    report = (await send(customer, campaign, book, XLSX)).json()

    assert report["added"] == 1
    assert [each["line"] for each in report["errors"]] == [2]
    assert "14155550111" not in report["errors"][0]["message"]
    stored = await contacts(customer, campaign)
    assert stored["+14155550110"]["variables"] == {"driver_name": "7891"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"name,age\nMike,7\n", "text/csv"),
        (b'to_number\n"+14155550110\n', "text/csv"),
        (b"\xff\xfe\xff", "text/csv"),
        (b"PK not a workbook", XLSX),
        (b"{}", "application/json"),
        (b"[", "application/json"),
    ],
)
async def test_what_cannot_be_read_is_refused_as_a_whole(
    customer: Customer, content: bytes, kind: str
) -> None:
    campaign = await _campaign(customer)

    problem_of(await send(customer, campaign, content, kind), 422, "contacts-invalid")
    problem_of(await send(customer, campaign, content, "image/png"), 415, "contact-kind-unknown")


def test_a_list_has_an_end() -> None:
    too_long = b"to_number\n" + b"1\n" * (reading.MOST_LINES + 1)

    with pytest.raises(ContactsInvalid, match="100000 lines"):
        reading.read_csv(too_long)


def test_a_broken_cell_is_a_line_of_its_own() -> None:
    sheet = reading.read_csv(b'to_number,note\n+14155550110,"one\ntwo"\n+14155550111,x\n')

    rows = list(reading.rows_of(sheet, reading.columns_of(sheet, [], {})))

    assert rows == [None, {"to_number": "+14155550111"}]


def test_lines_are_told_by_the_numbers_that_a_spreadsheet_shows_them_with() -> None:
    table = b"\n\nto_number\n\n+14155550110\n\n+14155550111\n"

    assert reading.read_csv(table).numbers == [2, 4]
    book = xlsx((), ("to_number",), (), ("+14155550110",))
    assert reading.read_xlsx(book).numbers == [2]


def test_a_workbook_that_takes_too_much_memory_is_refused_and_nothing_else_happens() -> None:
    book = xlsx(*[(f"+1415555{line:04}", "x" * 100) for line in range(10_000)])

    with pytest.raises(WorkbookRefused, match="memory"):
        workbook.read_workbook(book, 10_000, memory_bytes=16 * 1024**2)
    assert len(workbook.read_workbook(book, 10_000)) == 10_000


def test_a_workbook_has_an_end_both_ways() -> None:
    with pytest.raises(WorkbookRefused, match="1 lines"):
        workbook.read_workbook(xlsx(("to_number",), ("1",), ("2",)), 2)
    wide = tuple(f"c{n}" for n in range(workbook.MOST_COLUMNS + 1))
    with pytest.raises(ContactsInvalid, match="500 columns"):
        reading.read_xlsx(xlsx(wide))


def test_json_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(ContactsInvalid, match="nested"):
        reading.read_json(b"[" * 100_000 + b"]" * 100_000)


async def test_no_more_errors_are_told_than_anybody_reads(customer: Customer) -> None:
    campaign = await _campaign(customer)
    bad = f"to_number,driver_name\n{'x' * 2000},Mike\n" + "no number,Mike\n" * 1200

    report = (await send(customer, campaign, bad.encode())).json()

    assert (report["invalid"], len(report["errors"])) == (1201, 1000)
    assert max(len(each["message"]) for each in report["errors"]) <= 500
