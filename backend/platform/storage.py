"""Files: put, read, sign and delete, in a folder or in an object store. One setting says where.

A key is a path without a leading slash, such as `recordings/0199…/source`. Nothing is ever held
in memory whole.
"""

import asyncio
import hashlib
import os
import re
import shutil
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import (
    AzureStore,
    GCSStore,
    LocalStore,
    S3Store,
    from_url,
)

from backend.platform.errors import NotFound, TooLarge, UpstreamFailed
from backend.platform.scratch import scratch_folder
from backend.platform.settings import SettingsInvalid, StorageSettings

if TYPE_CHECKING:  # there in its stubs alone
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

Method: TypeAlias = Literal["GET", "PUT"]

_PART_BYTES = 5 * 1024 * 1024
_READ_BYTES = 256 * 1024
# Signature V4 ends at seven days, whatever is asked for.
_LONGEST_SECONDS = 7 * 24 * 3600
# What obstore calls a file of a folder until it is written whole.
_UNFINISHED = re.compile(r"#\d+$")


class ObjectNotFound(NotFound):
    code, title = "object-not-found", "This file is not in the storage"


class ObjectTooLarge(TooLarge):
    code, title = "object-too-large", "The file is too large"


class StorageFailed(UpstreamFailed):
    code, title = "storage-failed", "The storage failed"


@dataclass(frozen=True)
class StoredObject:
    key: str
    size_bytes: int
    modified_at: datetime


@dataclass(frozen=True)
class Written:
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class SignedUrl:
    url: str
    headers: dict[str, str]


class Storage:
    """One place for files. Its failures are ObjectNotFound, ObjectTooLarge and StorageFailed."""

    def __init__(self, store: "ObjectStore", folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder
        self._upload_origin: str | None = None

    @property
    def signs(self) -> bool:
        """Whether `sign` can be used; a folder has nobody who would take a signed request."""
        return self._folder is None

    async def put(
        self, key: str, chunks: AsyncIterable[bytes], *, limit: int | None = None
    ) -> Written:
        """Store what comes, whole or not at all; what was there under the key is replaced."""
        digest, size = hashlib.sha256(), 0

        async def counted() -> AsyncIterator[bytes]:
            nonlocal size
            async for chunk in chunks:
                size += len(chunk)
                if limit is not None and size > limit:
                    raise ObjectTooLarge(f"A file may have {limit} bytes at most.")
                digest.update(chunk)
                yield chunk

        try:
            await obstore.put_async(
                self._store, key, counted(), chunk_size=_PART_BYTES, max_concurrency=2
            )
            if self._folder is not None:
                await asyncio.to_thread(_sync_to_disk, self._folder / key)
        except (BaseError, FileNotFoundError) as error:  # the bucket itself may not be there
            raise _failed("written", error) from error
        return Written(size, digest.hexdigest())

    async def put_file(self, key: str, path: Path) -> Written:
        """Store a file of this machine."""
        return await self.put(key, _read_file(path))

    async def find(self, key: str) -> StoredObject | None:
        try:
            return _described(await obstore.head_async(self._store, key))
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise _failed("looked at", error) from error

    async def read(
        self, key: str, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        """Read the bytes from `start` up to, not including, `end`."""
        found = await self.find(key)
        if found is None:
            raise ObjectNotFound("The file is no longer there.")
        stop = found.size_bytes if end is None else min(end, found.size_bytes)
        if start >= stop:  # a range without bytes is an error to every store
            return
        try:
            opened = await obstore.get_async(self._store, key, options={"range": (start, stop)})
            async for chunk in opened.stream(min_chunk_size=_READ_BYTES):
                yield bytes(chunk)
        except FileNotFoundError:
            raise ObjectNotFound("The file is no longer there.") from None
        except BaseError as error:
            raise _failed("read", error) from error

    async def delete(self, *keys: str) -> None:
        """Delete files; those that are not there are passed over."""
        for key in keys:
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError:
                continue
            except BaseError as error:
                raise _failed("deleted", error) from error

    async def delete_under(self, prefix: str) -> int:
        """Delete everything below a folder of keys. Return how many files there were."""
        count = 0
        async for stored in self.list_under(prefix):
            await self.delete(stored.key)
            count += 1
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder / prefix, ignore_errors=True)
        return count

    async def delete_unfinished(self, prefix: str, before: datetime) -> int:
        """Delete what is left of files whose writing was killed. Return how many there were.

        A folder shows them to nobody who lists it. Object stores end unfinished uploads themselves,
        by the bucket's lifecycle rule.
        """
        if self._folder is None:
            return 0
        return await asyncio.to_thread(_delete_unfinished, self._folder / prefix, before)

    async def list_under(self, prefix: str) -> AsyncIterator[StoredObject]:
        """List what is below a folder of keys, in no order."""
        try:
            async for page in obstore.list(self._store, prefix=prefix, chunk_size=500):
                for each in page:
                    yield _described(each)
        except BaseError as error:
            raise _failed("listed", error) from error

    async def sign(self, method: Method, key: str, seconds: int) -> SignedUrl:
        """Make a URL with which anybody may read or write this file, for a while."""
        store = self._store
        if not isinstance(store, S3Store | GCSStore | AzureStore):
            raise StorageFailed("Files in a folder cannot be signed.")
        lifetime = timedelta(seconds=min(seconds, _LONGEST_SECONDS))
        try:
            url = await obstore.sign_async(store, method, key, lifetime)
        except BaseError as error:
            raise _failed("signed", error) from error
        is_azure_put = method == "PUT" and isinstance(store, AzureStore)
        return SignedUrl(url, {"x-ms-blob-type": "BlockBlob"} if is_azure_put else {})

    async def upload_origin(self) -> str | None:
        """Say where browsers send what is signed; None: to us."""
        if not self.signs:
            return None
        if self._upload_origin is None:
            self._upload_origin = await self._signed_origin()
        return self._upload_origin

    async def _signed_origin(self) -> str:
        address = urlsplit((await self.sign("PUT", "any", 1)).url)
        return f"{address.scheme}://{address.netloc}"

    @asynccontextmanager
    async def local_copy(self, key: str) -> AsyncIterator[Path]:
        """Lend the file as one of this machine: itself, or a copy for as long as it is needed."""
        if self._folder is not None:
            path = self._folder / key
            if not await asyncio.to_thread(path.is_file):
                raise ObjectNotFound("The file is no longer there.")
            yield path
            return
        with scratch_folder() as folder:
            path = folder / "copy"
            with path.open("wb") as copy:
                async for chunk in self.read(key):
                    await asyncio.to_thread(copy.write, chunk)
            yield path


def open_storage(settings: StorageSettings, data_dir: Path, *, tries: int = 5) -> Storage:
    """Open what `STORAGE_URL` names; without it, the folder `files` in DATA_DIR.

    `tries` is how often more a request that failed is sent to a store.
    """
    url = settings.url
    if url is None or url.startswith("file://"):
        folder = Path(unquote(urlsplit(url).path)) if url else data_dir.absolute() / "files"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Storage(LocalStore(folder, automatic_cleanup=True), folder)
    options: ClientConfig = {"timeout": "120s"}
    retries: RetryConfig = {"max_retries": tries}
    named: dict[str, Any] = {}
    if settings.endpoint_url is not None:
        options["allow_http"] = settings.endpoint_url.startswith("http://")
        named["endpoint"] = settings.endpoint_url
    try:
        return Storage(from_url(url, client_options=options, retry_config=retries, **named))
    except BaseError as error:
        raise SettingsInvalid(
            f"STORAGE_URL cannot be used: {str(error).partition(chr(10))[0]}."
        ) from error


def _described(meta: "obstore.ObjectMeta") -> StoredObject:
    return StoredObject(meta["path"], meta["size"], meta["last_modified"])


def _failed(done: str, error: Exception) -> StorageFailed:
    # The store's own words name buckets, folders and signed addresses.
    return StorageFailed(f"A file could not be {done} ({type(error).__name__}).")


async def _read_file(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, _READ_BYTES):
            yield chunk


def _delete_unfinished(folder: Path, before: datetime) -> int:
    count = 0
    for path in folder.rglob("*#*"):
        with suppress(FileNotFoundError):
            is_unfinished = _UNFINISHED.search(path.name) and path.is_file()
            if is_unfinished and path.stat().st_mtime < before.timestamp():
                path.unlink()
                count += 1
    return count


def _sync_to_disk(path: Path) -> None:
    """Wait until file and name are on the disk: what is acknowledged outlives a power cut."""
    for place in _with_parents(path, 3):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _with_parents(path: Path, count: int) -> Sequence[Path]:
    return [path, *path.parents[:count]]
