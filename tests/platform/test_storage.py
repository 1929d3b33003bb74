"""Storage: the same promises over a folder and over a real S3 server."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from backend.platform import clock
from backend.platform.settings import SettingsInvalid, StorageSettings, load_settings
from backend.platform.storage import (
    ObjectNotFound,
    ObjectTooLarge,
    Storage,
    StorageFailed,
    open_storage,
)
from tests.support.object_store import CREDENTIALS, s3_bucket

MEGABYTE = b"0123456789abcdef" * 65536


@pytest.fixture(scope="module")
def bucket() -> Iterator[StorageSettings]:
    with s3_bucket() as settings:
        yield settings


@pytest.fixture(params=["folder", "s3"])
def storage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Storage:
    if request.param == "folder":
        return open_storage(StorageSettings(), tmp_path)
    return _s3(request, monkeypatch)


def _s3(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Storage:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return open_storage(request.getfixturevalue("bucket"), Path("unused"))


async def _chunks(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def _all(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def _keys(storage: Storage, prefix: str) -> list[str]:
    return sorted([each.key async for each in storage.list_under(prefix)])


async def test_what_was_put_is_read_again_in_whole_and_in_part(storage: Storage) -> None:
    parts = [MEGABYTE] * 12  # more than one part of an upload in parts

    written = await storage.put("a/long", _chunks(*parts))

    whole = b"".join(parts)
    assert (written.size_bytes, written.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    assert await _all(storage.read("a/long")) == whole
    assert await _all(storage.read("a/long", 10, 26)) == whole[10:26]
    assert await _all(storage.read("a/long", len(whole) - 3, len(whole) + 99)) == whole[-3:]
    assert await _all(storage.read("a/long", len(whole))) == b""


async def test_an_empty_file_is_a_file(storage: Storage) -> None:
    await storage.put("empty", _chunks())

    found = await storage.find("empty")
    assert found is not None
    assert found.size_bytes == 0
    assert await _all(storage.read("empty")) == b""


async def test_what_is_too_large_leaves_nothing_behind(storage: Storage) -> None:
    with pytest.raises(ObjectTooLarge, match="1000000 bytes"):
        await storage.put("large", _chunks(MEGABYTE), limit=1_000_000)

    assert await storage.find("large") is None
    assert "large" not in await _keys(storage, "")


async def test_what_breaks_off_leaves_nothing_behind(storage: Storage) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield MEGABYTE * 6
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await storage.put("broken", broken())

    assert await storage.find("broken") is None


async def test_putting_twice_keeps_the_later(storage: Storage) -> None:
    await storage.put("twice", _chunks(b"first"))
    await storage.put("twice", _chunks(b"second"))

    assert await _all(storage.read("twice")) == b"second"


async def test_what_is_not_there_is_told_by_its_name(storage: Storage) -> None:
    assert await storage.find("nothing") is None
    with pytest.raises(ObjectNotFound):
        await _all(storage.read("nothing"))
    with pytest.raises(ObjectNotFound):
        async with storage.local_copy("nothing"):
            pytest.fail("there is nothing to copy")


async def test_deleting_twice_and_below_a_folder_of_keys(storage: Storage) -> None:
    for key in ("x/1", "x/2/3", "xy"):
        await storage.put(key, _chunks(b"."))

    assert await storage.delete_under("x") == 2
    assert await _keys(storage, "x") == []
    assert await storage.find("xy") is not None
    await storage.delete("xy", "xy", "never")
    assert await storage.find("xy") is None


async def test_a_local_copy_has_the_same_bytes_and_is_gone_or_the_file_itself(
    storage: Storage,
) -> None:
    await storage.put("copied", _chunks(MEGABYTE, b"end"))

    async with storage.local_copy("copied") as path:
        assert path.read_bytes() == MEGABYTE + b"end"

    assert path.exists() is (not storage.signs)
    assert await storage.find("copied") is not None


async def test_a_file_of_this_machine_is_put(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(MEGABYTE)

    await storage.put_file("there", tmp_path / "here")

    assert await _all(storage.read("there")) == MEGABYTE


async def test_a_plain_client_writes_and_reads_by_signed_urls(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = _s3(request, monkeypatch)
    writing = await storage.sign("PUT", "signed", 60)
    reading = await storage.sign("GET", "signed", 60)

    async with httpx.AsyncClient() as anybody:
        put = await anybody.put(writing.url, headers=writing.headers, content=b"bytes")
        got = await anybody.get(reading.url, headers={"range": "bytes=1-2"})

    assert put.status_code == 200
    assert (got.status_code, got.content) == (206, b"yt")


async def test_no_signature_outlives_the_seven_days_that_stores_allow(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = _s3(request, monkeypatch)

    signed = await storage.sign("GET", "signed", 30 * 24 * 3600)

    assert "X-Amz-Expires=604800" in signed.url


async def test_a_folder_signs_nothing(tmp_path: Path) -> None:
    storage = open_storage(StorageSettings(), tmp_path)

    assert not storage.signs
    with pytest.raises(StorageFailed):
        await storage.sign("PUT", "key", 60)


async def test_a_store_that_cannot_be_reached_fails_without_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    settings = StorageSettings(url="s3://calls", endpoint_url="http://127.0.0.1:9")
    storage = open_storage(settings, Path("unused"), tries=0)

    with pytest.raises(StorageFailed) as failure:
        await storage.find("key")

    assert "127.0.0.1" not in failure.value.detail


async def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    storage = open_storage(StorageSettings(url=f"file://{tmp_path}/own%20files"), Path("unused"))

    await storage.put("key", _chunks(b"."))

    assert (tmp_path / "own files" / "key").read_bytes() == b"."
    assert (tmp_path / "own files").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "url", ["ftp://host/x", "s3://", "file://relative/x", "s3://bucket/x?y=1", "files"]
)
def test_a_place_that_is_none_is_refused_at_the_start(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORAGE_URL", url)

    with pytest.raises(SettingsInvalid, match="STORAGE_URL must be file:///a/folder"):
        load_settings()


async def test_what_a_killed_process_had_begun_to_write_is_found_and_deleted(
    tmp_path: Path,
) -> None:
    storage = open_storage(StorageSettings(url=f"file://{tmp_path}"), tmp_path)
    await storage.put("a/take #1.wav", _chunks(b"whole"))
    command = [sys.executable, "-c", _KILLED, str(tmp_path)]
    await (await asyncio.create_subprocess_exec(*command)).wait()
    assert (tmp_path / "a/begun#1").exists()
    long_ago, soon = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)

    assert await storage.delete_unfinished("a", long_ago) == 0
    assert await storage.delete_unfinished("a", soon) == 1

    assert [path.name for path in (tmp_path / "a").iterdir()] == ["take #1.wav"]


_KILLED = """
import asyncio, os, signal, sys
from datetime import timedelta
from pathlib import Path
from backend.platform.settings import StorageSettings
from backend.platform.storage import open_storage

folder = Path(sys.argv[1])

async def chunks():
    while not (folder / "a/begun#1").exists():
        yield bytes(1024)
    os.kill(os.getpid(), signal.SIGKILL)

storage = open_storage(StorageSettings(url=f"file://{folder}"), folder)
asyncio.run(storage.put("a/begun", chunks()))
"""


async def test_browsers_are_told_where_signed_files_go(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = _s3(request, monkeypatch)

    assert await store.upload_origin() == request.getfixturevalue("bucket").endpoint_url
    assert await open_storage(StorageSettings(), tmp_path).upload_origin() is None
