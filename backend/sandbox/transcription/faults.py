"""Faults that every simulated provider has in the same way."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse, StreamingResponse

from backend.sandbox.transcription.state import Fault

_HANG_SECONDS = 3600.0


async def before(fault: Fault | None) -> Response | None:
    """Do what the fault does before anything is answered; a response is the answer."""
    if fault is None:
        return None
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    elif fault.kind == "hang":
        await asyncio.sleep(_HANG_SECONDS)
    elif fault.kind == "status":
        wait = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
        return JSONResponse({"error": "The sandbox was told to."}, fault.status, headers=wait)
    elif fault.kind == "unreadable":
        return Response("<html>not JSON", media_type="application/json")
    return None


def answered(fault: Fault | None, answer: dict[str, Any]) -> Response:
    """Send an answer, or the half of it."""
    if fault is None or fault.kind != "cut_off":
        return JSONResponse(answer)
    whole = json.dumps(answer).encode()

    async def half() -> AsyncIterator[bytes]:
        yield whole[: len(whole) // 2]

    return StreamingResponse(
        half(), media_type="application/json", headers={"content-length": str(len(whole))}
    )
