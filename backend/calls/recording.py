"""Playing a call's recording, which stays at Retell.

It passes through here, so that its address stays inside, an expired one is renewed, and a browser
can seek in it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from backend.calls.errors import RecordingNotFound, RecordingUnreachable
from backend.calls.models import Call
from backend.providers.retell import Retell
from backend.providers.retell_errors import RetellNotFound

_PASSED_ON = ("content-type", "content-length", "content-range", "accept-ranges")
# How storage services say that an address has expired, or that nothing is there any more.
_GONE = {400, 401, 403, 404, 410}


@dataclass(frozen=True)
class Recording:
    """`status` is 200, 206 for a part, or 416 for a part that is not there."""

    status: int
    headers: dict[str, str]
    chunks: AsyncIterator[bytes]


async def open_recording(
    http: httpx.AsyncClient, retell: Retell, call: Call, wanted: str | None
) -> Recording:
    """Open the recording; `wanted` is the Range header of who wants to hear it.

    Raises RecordingNotFound, RecordingUnreachable, and what asking Retell raises.
    """
    url = _address(call)
    response = await _get(http, url, wanted)
    if response.status_code in _GONE:
        await response.aclose()
        response = await _get(http, await _renewed(retell, call, url), wanted)
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
    return Recording(response.status_code, headers, _chunks(response))


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


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.aiter_raw():
            yield chunk
    finally:
        await response.aclose()


def _name(call: Call) -> str:
    return f'inline; filename="{call.id}.wav"'
