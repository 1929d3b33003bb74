"""Playing a call's recording, which stays at Retell.

It passes through here, so that its address stays inside, an expired one is renewed, and a browser
can seek in it.
"""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from backend.calls.errors import RecordingNotFound, RecordingNotMuted, RecordingUnreachable
from backend.calls.models import Call
from backend.providers.retell import Retell
from backend.providers.retell_errors import RetellNotFound
from backend.redaction.muting import HEAD_BYTES, Muting, NotPlain, PlainSound

_PASSED_ON = ("content-type", "content-length", "content-range", "accept-ranges")
_PART = re.compile(r"bytes (\d+)-")
_NOT_MUTED = "Something in it is not for you to hear, and it cannot be muted in this kind of file."
# How storage services say that an address has expired, or that nothing is there any more.
_GONE = {400, 401, 403, 404, 410}


@dataclass(frozen=True)
class Recording:
    """`status` is 200, 206 for a part, or 416 for a part that is not there."""

    status: int
    headers: dict[str, str]
    chunks: AsyncGenerator[bytes, None]


async def open_recording(
    http: httpx.AsyncClient,
    retell: Retell,
    call: Call,
    wanted: str | None,
    *,
    silences: Sequence[tuple[int, int]] = (),
) -> Recording:
    """Open the recording; `wanted` is the Range header of who wants to hear it.

    Silent at `silences`, in milliseconds. Raises RecordingNotFound, RecordingUnreachable,
    RecordingNotMuted, and what asking Retell raises.
    """
    url = _address(call)
    response = await _get(http, url, wanted)
    if response.status_code in _GONE:
        await response.aclose()
        url = await _renewed(retell, call, url)
        response = await _get(http, url, wanted)
    if response.status_code not in {200, 206, 416}:
        await response.aclose()
        if response.status_code in _GONE:
            raise RecordingNotFound(f"Retell no longer has the recording of call {call.id}.")
        raise RecordingUnreachable(f"Retell's storage answered {response.status_code}.")
    headers = {name: response.headers[name] for name in _PASSED_ON if name in response.headers}
    headers |= {"cache-control": "private, no-cache", "content-disposition": _name(call)}
    if not headers.get("content-type", "").startswith(("audio/", "video/")):
        # A page of another's must not be shown as one of ours.
        headers["content-type"] = "application/octet-stream"
    chunks = _chunks(response)
    if silences and response.status_code in {200, 206}:
        try:
            chunks = _muted(chunks, await _muting(http, url, response, silences))
        except BaseException:
            await response.aclose()
            raise
    return Recording(response.status_code, headers, chunks)


async def _muting(
    http: httpx.AsyncClient,
    url: str,
    response: httpx.Response,
    silences: Sequence[tuple[int, int]],
) -> Muting:
    """Find out what to mute of an answer, by the beginning of its file."""
    head = await _get(http, url, f"bytes=0-{HEAD_BYTES - 1}")
    try:
        begin = b""
        async for chunk in head.aiter_raw():
            begin += chunk
            if len(begin) >= HEAD_BYTES:
                break
    finally:
        await head.aclose()
    first = 0
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        part = _PART.match(response.headers.get("content-range", ""))
        if part is None:
            raise RecordingNotMuted(_NOT_MUTED)
        first = int(part[1])
    try:
        sound = PlainSound.read(begin)
    except NotPlain as error:
        raise RecordingNotMuted(_NOT_MUTED) from error
    return Muting(sound.stretches(silences), sound.silence, first)


async def _muted(
    chunks: AsyncGenerator[bytes, None], muting: Muting
) -> AsyncGenerator[bytes, None]:
    async with aclosing(chunks):
        async for chunk in chunks:
            yield muting.muted(chunk)


def _address(call: Call) -> str:
    _, url = call.known.get("recording_url", (0, None))
    if not isinstance(url, str):
        raise RecordingNotFound(f"Call {call.id} has no recording.")
    return url


async def _renewed(retell: Retell, call: Call, old: str) -> str:
    """Ask Retell for the address once more: signed ones expire."""
    gone = RecordingNotFound(f"Retell no longer has the recording of call {call.id}.")
    if call.retell_call_id is None:
        raise gone
    try:
        new = (await retell.get_call(call.retell_call_id)).recording_url
    except RetellNotFound as error:
        raise gone from error
    if new is None or new == old:
        raise gone
    return new


async def _get(http: httpx.AsyncClient, url: str, wanted: str | None) -> httpx.Response:
    # Compressed, its length and its parts would be others.
    # What cannot be a header is no part that could be asked for.
    part = {"range": wanted} if wanted and wanted.isascii() else {}
    headers = {"accept-encoding": "identity"} | part
    try:
        return await http.send(http.build_request("GET", url, headers=headers), stream=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RecordingUnreachable(
            f"Retell's storage cannot be reached ({type(error).__name__}); try again."
        ) from error


async def _chunks(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    try:
        async for chunk in response.aiter_raw():
            yield chunk
    finally:
        await response.aclose()


def _name(call: Call) -> str:
    return f'inline; filename="{call.id}.wav"'
