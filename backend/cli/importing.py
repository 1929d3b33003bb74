"""`ringback recordings import`: a folder or a table of recordings, sent over the API.

What was sent is written down beside them, so that a run that was ended goes on where it was.
"""

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from backend.platform.errors import AppError

app = typer.Typer(help="Recordings.", no_args_is_help=True, add_completion=False)
console = Console(highlight=False)

_BOOK = ".ringback-import.jsonl"
_BLOCK = 256 * 1024
_ATTEMPTS = 4
# A cut costs what was sent of a part; a part costs a request.
_IN_PARTS_FROM = 16 * 1024 * 1024
_FIELDS = ("agent_id", "occurred_at", "language", "speakers", "channels", "transcriber", "metadata")
_JSON = ("channels", "metadata", "speakers")


class ImportFailed(AppError):
    code, title = "import-failed", "Not all recordings were sent"


@app.callback()
def recordings() -> None:
    """Handle recordings."""


@app.command(name="import")
def import_recordings(
    source: Annotated[
        Path,
        typer.Argument(
            exists=True,
            help="A folder, or a CSV with a column `file` and, where wanted, agent_id, "
            "occurred_at, language, speakers, channels, transcriber and metadata.",
        ),
    ],
    *,
    api_key: Annotated[str, typer.Option(envvar="RINGBACK_API_KEY", help="Of a manager.")],
    agent: Annotated[str, typer.Option(help="Id of the agent that they belong to.")] = "",
    url: Annotated[
        str, typer.Option(envvar="RINGBACK_URL", help="Where Ringback runs.")
    ] = "http://127.0.0.1:8000",
    at_once: Annotated[int, typer.Option(min=1, max=16, help="So many files at once.")] = 3,
) -> None:
    """Send a folder of recordings, or those of a CSV; each failure is a line.

    Ended in the middle, the same command goes on. Files that are at Ringback already are not sent
    into it a second time.
    """
    failed = asyncio.run(_import(source, Api(url.rstrip("/"), api_key), agent, at_once))
    if failed:
        raise ImportFailed(f"{failed} failed; the same command tries them again.")


@dataclass(frozen=True)
class Item:
    """A file and what is said of it; `fault` is what makes it none."""

    path: Path
    said: dict[str, Any]
    fault: str = ""

    @property
    def mark(self) -> list[Any]:
        """What tells it from another file under the same name."""
        stat = self.path.stat()
        return [str(self.path), stat.st_size, stat.st_mtime_ns]


def items_of(source: Path, agent: str) -> Iterator[Item]:
    """Read what is to be sent. Raises ImportFailed for a table that cannot be read."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.is_file() and not any(part.startswith(".") for part in path.parts[-2:]):
                yield Item(path, {"agent_id": agent})
        return
    with source.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        if "file" not in (table.fieldnames or ()):
            raise ImportFailed(f"{source} has no column `file`.")
        for number, row in enumerate(table, start=1):
            if not row["file"]:
                yield Item(source, {}, f"Line {number} names no file.")
                continue
            said = {name: row[name] for name in _FIELDS if row.get(name)}
            try:
                said |= {name: json.loads(said[name]) for name in _JSON if name in said}
            except ValueError:
                raise ImportFailed(
                    f"Line {number} of {source} has something else than JSON."
                ) from None
            yield Item((source.parent / row["file"]).resolve(), {"agent_id": agent} | said)


@dataclass
class Book:
    """What was sent in earlier runs, a line each."""

    path: Path
    done: set[str] = field(default_factory=set)
    # A run that was killed may have left half a line, which the next one must not become part of.
    is_torn: bool = False

    @classmethod
    def of(cls, source: Path) -> "Book":
        path = source / _BOOK if source.is_dir() else source.with_name(f".{source.name}{_BOOK}")
        book = cls(path)
        if path.exists():
            written = path.read_text("utf-8", errors="replace")
            book.done = {mark for line in written.splitlines() if (mark := _mark_in(line))}
            book.is_torn = not written.endswith("\n")
        return book

    def has(self, item: Item) -> bool:
        return json.dumps(item.mark) in self.done

    def add(self, item: Item, recording_id: str) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            if self.is_torn:
                file.write("\n")
                self.is_torn = False
            file.write(json.dumps({"file": item.mark, "recording_id": recording_id}) + "\n")


def _mark_in(line: str) -> str | None:
    try:
        return json.dumps(json.loads(line)["file"])
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True)
class Api:
    url: str
    key: str

    def client(self) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.AsyncClient(base_url=f"{self.url}/api/v1", headers=headers, timeout=120)


async def _import(source: Path, api: Api, agent: str, at_once: int) -> int:
    items, book = list(items_of(source, agent)), Book.of(source)
    left = [item for item in items if not item.path.is_file() or not book.has(item)]
    if len(left) < len(items):
        console.print(f"{len(items) - len(left)} were sent before.")
    failed, places = 0, asyncio.Semaphore(at_once)
    columns = (TextColumn("Sending"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(left))
        async with api.client() as client, httpx.AsyncClient(timeout=120) as store:

            async def send(item: Item) -> None:
                nonlocal failed
                async with places:
                    try:
                        book.add(item, await send_one(client, store, item))
                    except (ImportFailed, httpx.HTTPError, OSError) as error:
                        failed += 1
                        line = escape(f"{item.path}: {_reason(error)}")
                        progress.console.print(f"[red]failed[/red] {line}", soft_wrap=True)
                progress.advance(task)

            await asyncio.gather(*map(send, left))
    console.print(f"{len(left) - failed} sent, {failed} failed.")
    return failed


def _reason(error: ImportFailed | httpx.HTTPError | OSError) -> str:
    if isinstance(error, ImportFailed):
        return error.detail
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


async def send_one(client: httpx.AsyncClient, store: httpx.AsyncClient, item: Item) -> str:
    """Send a file. Return the id of its recording, which may have been there before."""
    if item.fault:
        raise ImportFailed(item.fault)
    size = item.path.stat().st_size
    body = item.said | {"file_name": item.path.name[-255:], "size_bytes": size}
    opened = _read(await _ask(client, "POST", "/recordings", json=body))
    recording_id = str(opened["id"])
    if size > _IN_PARTS_FROM:
        put = await _put_parts(client, store, recording_id, item.path)
    else:
        put = await _put(store, opened["upload"], item.path, 0, size)
    completed = (
        put if put.is_error else await _ask(client, "POST", f"/recordings/{recording_id}/complete")
    )
    if not completed.is_error or await _was_taken(client, recording_id, completed):
        return recording_id
    await client.post(f"/recordings/{recording_id}/cancel")
    same = _problem(completed).get("recording_id")
    if completed.status_code == httpx.codes.CONFLICT and same:
        return str(same)
    raise ImportFailed(_detail(completed))


async def _was_taken(client: httpx.AsyncClient, recording_id: str, refused: httpx.Response) -> bool:
    """Tell whether it was asked before with success, and only the answer was lost."""
    if not str(_problem(refused).get("type")).endswith(":recording-not-waiting"):
        return False
    found = _read(await _ask(client, "GET", f"/recordings/{recording_id}"))
    return bool(found["status"] != "canceled")


async def _put_parts(
    client: httpx.AsyncClient, store: httpx.AsyncClient, recording_id: str, path: Path
) -> httpx.Response:
    """Send the parts that are not there, until all are or one is refused."""
    while True:
        told = await _ask(client, "GET", f"/recordings/{recording_id}/parts")
        if told.is_error or not told.json()["missing"]:
            return told
        for part in told.json()["missing"]:
            put = await _put(store, part, path, part["start"], part["end"])
            if put.is_error:
                return put


async def _put(
    store: httpx.AsyncClient, upload: dict[str, Any], path: Path, start: int, end: int
) -> httpx.Response:
    """Send the bytes from start to end, once more where the connection is lost."""
    headers = upload["headers"] | {"content-length": str(end - start)}
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await store.request(
                upload["method"], upload["url"], content=_blocks(path, start, end), headers=headers
            )
        except httpx.TransportError:
            if attempt == _ATTEMPTS:
                raise
            await asyncio.sleep(2.0**attempt)
    raise AssertionError  # the last attempt returns or raises


async def _ask(client: httpx.AsyncClient, method: str, path: str, **options: Any) -> httpx.Response:
    """Ask again where nobody answers, or later where that is what the answer says."""
    for attempt in range(_ATTEMPTS):
        wait = 2.0**attempt
        try:
            answer = await client.request(method, path, **options)
        except httpx.TransportError:
            if attempt + 1 == _ATTEMPTS:
                raise
        else:
            if answer.status_code not in {429, 502, 503} or attempt + 1 == _ATTEMPTS:
                return answer
            told = answer.headers.get("retry-after", "")
            # It may be a date, which says no more than our own wait where clocks differ.
            wait = float(told) if told.isdecimal() else wait
        await asyncio.sleep(wait)
    raise AssertionError  # the last attempt returns or raises


def _read(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        raise ImportFailed(_detail(answer))
    read: dict[str, Any] = answer.json()
    return read


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _detail(answer: httpx.Response) -> str:
    return str(_problem(answer).get("detail") or f"the answer is {answer.status_code}")


async def _blocks(path: Path, start: int, end: int) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while block := await asyncio.to_thread(file.read, min(_BLOCK, end - file.tell())):
            yield block
