"""`ringback recordings import`: a folder at once, resumed where it was, a line per failure."""

import asyncio
import csv
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from backend.cli import importing
from backend.cli.importing import Item, app, send_one
from backend.recordings import service
from tests.support.customers import Customer
from tests.support.recordings import completed
from tests.support.sound import encoded, mono, stereo


async def _run(customer: Customer, agent: str, source: Path, *more: str) -> Result:
    key = (await customer.post("/api-keys", {"name": "import", "role": "manager"}))["key"]
    arguments = ["import", str(source), "--url", customer.settings.own_url, "--api-key", key]
    return await asyncio.to_thread(CliRunner().invoke, app, [*arguments, "--agent", agent, *more])


async def _names(customer: Customer) -> list[str]:
    items = (await customer.get("/recordings"))["items"]
    return sorted(each["file_name"] for each in items if each["status"] != "canceled")


async def test_a_folder_is_sent_and_a_second_run_sends_only_what_is_new(
    customer: Customer, tmp_path: Path
) -> None:
    agent = await customer.published_agent()
    (tmp_path / "deep").mkdir()
    (tmp_path / "one.wav").write_bytes(encoded(mono()))
    (tmp_path / "deep" / "two.mp3").write_bytes(encoded(mono("user: Two."), "libmp3lame", "mp3"))
    (tmp_path / "deep" / "notes.txt").write_text("no sound in here")

    first = await _run(customer, agent["id"], tmp_path)
    (tmp_path / "same-again.wav").write_bytes((tmp_path / "one.wav").read_bytes())
    second = await _run(customer, agent["id"], tmp_path)

    assert first.exit_code == 1
    assert "2 sent, 1 failed" in first.stdout
    assert "notes.txt: The file is neither audio nor video" in " ".join(first.stdout.split())
    assert "2 were sent before" in second.stdout
    assert await _names(customer) == ["one.wav", "two.mp3"]
    for item in (await customer.get("/recordings"))["items"]:
        if item["status"] != "canceled":
            await completed(customer, item["id"])


async def test_a_table_says_what_is_known_of_each_file(customer: Customer, tmp_path: Path) -> None:
    agent = await customer.published_agent()
    (tmp_path / "a.wav").write_bytes(encoded(stereo()))
    table = tmp_path / "calls.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "agent_id", "occurred_at", "channels", "metadata"])
        writer.writerow(
            [
                "a.wav",
                agent["id"],
                "2026-03-01T10:00:00Z",
                '{"0": "agent", "1": "user"}',
                '{"n": 1}',
            ]
        )
        writer.writerow(["missing.wav", agent["id"], "", "", ""])

    result = await _run(customer, "", table)

    (sent,) = (await customer.get("/recordings"))["items"]
    call = await customer.get(f"/calls/{(await completed(customer, sent['id']))['call_id']}")
    assert "1 sent, 1 failed" in result.stdout
    assert "missing.wav" in result.stdout
    assert (sent["occurred_at"], sent["metadata"]) == ("2026-03-01T10:00:00Z", {"n": 1})
    assert {turn["role"] for turn in call["transcript"]} == {"agent", "user"}


@pytest.mark.parametrize(
    ("content", "why"),
    [("name\na.wav\n", "no column"), ("file,channels\na.wav,agent\n", "Line 1")],
)
async def test_a_table_that_cannot_be_read_sends_nothing(
    customer: Customer, tmp_path: Path, content: str, why: str
) -> None:
    table = tmp_path / "calls.csv"
    table.write_text(content)

    result = await _run(customer, "", table)

    assert why in str(result.exception)
    assert await _names(customer) == []


class _Troubled(httpx.AsyncHTTPTransport):
    """The first request to complete an upload arrives, and its answer is lost or another one."""

    def __init__(self, instead: httpx.Response | None) -> None:
        super().__init__()
        self._instead, self._is_done = instead, False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if self._is_done or not request.url.path.endswith("/complete"):
            return answer
        self._is_done = True
        if self._instead is None:
            raise httpx.ReadError("The connection was lost.", request=request)
        return self._instead


@pytest.mark.parametrize(
    "instead",
    [None, httpx.Response(503, headers={"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"})],
    ids=["no answer", "later, by a date"],
)
async def test_a_recording_that_was_taken_is_kept_though_its_answer_was_lost(
    customer: Customer, tmp_path: Path, instead: httpx.Response | None
) -> None:
    agent = await customer.published_agent()
    path = tmp_path / "one.wav"
    path.write_bytes(encoded(mono()))
    headers = {"Authorization": customer.client.headers["Authorization"]}
    url = f"{customer.settings.own_url}/api/v1"

    async with (
        httpx.AsyncClient(base_url=url, headers=headers, transport=_Troubled(instead)) as client,
        httpx.AsyncClient() as store,
    ):
        sent = await send_one(client, store, Item(path, {"agent_id": agent["id"]}))

    assert (await completed(customer, sent))["file_name"] == "one.wav"


async def test_a_book_whose_last_line_was_torn_off_is_read_and_written_on(
    customer: Customer, tmp_path: Path
) -> None:
    agent = await customer.published_agent()
    (tmp_path / "one.wav").write_bytes(encoded(mono("user: One.")))
    await _run(customer, agent["id"], tmp_path)
    with (tmp_path / ".ringback-import.jsonl").open("a") as book:
        book.write('{"file": ["two.w')
    (tmp_path / "two.wav").write_bytes(encoded(mono("user: Two.")))

    second = await _run(customer, agent["id"], tmp_path)
    third = await _run(customer, agent["id"], tmp_path)

    assert "1 were sent before" in second.stdout
    assert "1 sent, 0 failed" in second.stdout
    assert "2 were sent before" in third.stdout


async def test_a_row_that_names_no_file_is_a_failed_line(
    customer: Customer, tmp_path: Path
) -> None:
    agent = await customer.published_agent()
    (tmp_path / "a.wav").write_bytes(encoded(mono()))
    table = tmp_path / "calls.csv"
    table.write_text("language,file\nen,a.wav\nen\nen,\n")

    result = await _run(customer, agent["id"], table)

    assert "1 sent, 2 failed" in result.stdout
    lines = " ".join(result.stdout.split())
    assert "calls.csv: Line 2 names no file." in lines
    assert "calls.csv: Line 3 names no file." in lines
    assert await _names(customer) == ["a.wav"]


class _Cut(httpx.AsyncHTTPTransport):
    """The connection is lost when the second request to a storage begins."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[int] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(int(request.headers["content-length"]))
        if len(self.sent) == 2:
            raise httpx.WriteError("The connection was lost.", request=request)
        return await super().handle_async_request(request)


async def test_a_large_file_is_sent_in_parts_and_goes_on_after_a_cut(
    customer: Customer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await customer.published_agent()
    path = tmp_path / "long.wav"
    path.write_bytes(encoded(stereo()))
    size, part = path.stat().st_size, 30_000
    monkeypatch.setattr(importing, "_IN_PARTS_FROM", part)
    monkeypatch.setattr(service, "PART_BYTES", part)
    headers = {"Authorization": customer.client.headers["Authorization"]}
    url, cut = f"{customer.settings.own_url}/api/v1", _Cut()

    async with (
        httpx.AsyncClient(base_url=url, headers=headers) as client,
        httpx.AsyncClient(transport=cut) as store,
    ):
        sent = await send_one(client, store, Item(path, {"agent_id": agent["id"]}))

    assert size > 3 * part
    assert sum(cut.sent) == size + part
    assert (await completed(customer, sent))["size_bytes"] == size
