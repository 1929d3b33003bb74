"""The sandbox's controls: faults, limits, inbound calls, a look at what it did. No key needed."""

import re
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from backend.sandbox.retell.call import Call
from backend.sandbox.retell.calls import find_call
from backend.sandbox.retell.delivery import Delivery
from backend.sandbox.retell.faults import FaultRule
from backend.sandbox.retell.inbound import InboundCall, take_call
from backend.sandbox.retell.limits import LimitValues
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.recordings import wav
from backend.sandbox.retell.wire import JSON, RetellError
from backend.sandbox.scenarios import NUMBERS, scenarios


class Resend(BaseModel):
    model_config = ConfigDict(extra="forbid")

    call_id: str
    event: Literal["call_started", "call_ended", "call_analyzed", "transcript_updated"]


class Speed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    speed: float = Field(ge=0)


class DoNotCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    numbers: list[str]


def create_router(retell: Retell) -> APIRouter:
    router = APIRouter(tags=["sandbox-retell-control"])
    _add_faults(router, retell)
    _add_calls(router, retell)
    _add_files(router, retell)

    @router.get("/health")
    async def tell_health() -> dict[str, Any]:
        """Tell that the sandbox is up, and how busy."""
        return {
            "status": "ok",
            "speed": retell.pace.speed,
            "calls": len(retell.store.calls),
            "live_calls": retell.player.live_count(),
        }

    @router.get("/scenarios")
    async def list_scenarios() -> dict[str, Any]:
        """List what can be played, and which dialled number plays it."""
        return {"items": _scenarios(), "dialogues": sorted(retell.options.dialogues)}

    @router.put("/speed")
    async def set_speed(wanted: Speed) -> Speed:
        """Let calls go faster or slower from their next turn on; 0 is without waiting."""
        retell.pace.speed = wanted.speed
        return wanted

    @router.get("/limits")
    async def get_limits() -> LimitValues:
        """Show the limits in force."""
        return retell.limits.values

    @router.put("/limits")
    async def set_limits(values: LimitValues) -> LimitValues:
        """Change the limits that are named; null switches one off."""
        changes = values.model_dump(exclude_unset=True)
        retell.limits.values = retell.limits.values.model_copy(update=changes)
        return retell.limits.values

    @router.put("/do-not-call")
    async def set_do_not_call(contacts: DoNotCall) -> DoNotCall:
        """Mark contacts as `do_not_call`, which `honor_internal_dnc` heeds."""
        retell.store.do_not_call = set(contacts.numbers)
        retell.store.changed()
        return contacts

    @router.post("/reset", status_code=204)
    async def reset() -> Response:
        """Forget everything: agents, calls, faults, limits."""
        retell.reset()
        return Response(status_code=204)

    return router


def _add_faults(router: APIRouter, retell: Retell) -> None:
    @router.post("/faults", status_code=201)
    async def add_fault(rule: FaultRule) -> dict[str, Any]:
        """Make something go wrong: `count` times, with a `probability`, or every time."""
        return retell.faults.add(rule).as_json()

    @router.get("/faults")
    async def list_faults() -> dict[str, Any]:
        """List the rules, with how often each fired."""
        return {"items": [fault.as_json() for fault in retell.faults.active]}

    @router.delete("/faults", status_code=204)
    async def remove_faults() -> Response:
        """Remove all rules. What they already hold back stays held back."""
        retell.faults.active.clear()
        return Response(status_code=204)


def _add_calls(router: APIRouter, retell: Retell) -> None:
    @router.get("/calls")
    async def list_calls() -> Response:
        """List all calls with their webhooks, and how often each number was dialled."""
        calls = [_seen(retell, call) for call in retell.store.calls.values()]
        return JSON({"calls": calls, "dialled": retell.store.dialled})

    @router.get("/calls/{call_id}")
    async def get_call(call_id: str) -> Response:
        """Show one call with its webhooks."""
        return JSON(_seen(retell, find_call(retell, call_id, status=404)))

    @router.post("/calls/inbound", status_code=201)
    async def call_in(inbound: InboundCall) -> Response:
        """Let somebody call one of the sandbox's numbers."""
        outcome, call = await take_call(retell, inbound)
        return JSON({"outcome": outcome, "call_id": call and call.call_id}, status_code=201)

    @router.post("/calls/{call_id}/connect", status_code=204)
    async def connect_call(call_id: str) -> Response:
        """Connect a call of `register-phone-call`, as one's own telephony would."""
        if not retell.player.connect(find_call(retell, call_id)):
            raise RetellError(400, "Call does not wait to be connected.")
        return Response(status_code=204)

    @router.post("/webhooks/resend", status_code=202)
    async def resend(wanted: Resend) -> Response:
        """Send an event of a call again, as the call is now."""
        delivery = retell.webhooks.deliver(find_call(retell, wanted.call_id), wanted.event)
        if delivery is None:
            raise RetellError(400, "The agent of the call has no webhook_url.")
        return JSON({"delivery_id": delivery.id}, status_code=202)


def _add_files(router: APIRouter, retell: Retell) -> None:
    @router.get("/recordings/{call_id}.wav")
    async def get_recording(
        call_id: str,
        channels: Annotated[int, Query(ge=1, le=2)] = 1,
        wanted: Annotated[str, Header(alias="Range")] = "",
    ) -> Response:
        """Return the sound of a call, a hum for every word; or a part of it, to seek in it."""
        sound = wav(find_call(retell, call_id, status=404).heard, channels)
        accept = {"Accept-Ranges": "bytes"}
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
        if part is None:
            return Response(sound, media_type="audio/wav", headers=accept)
        start, end = int(part[1]), min(int(part[2] or len(sound)), len(sound) - 1)
        if start > end:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{len(sound)}"})
        return Response(
            sound[start : end + 1],
            status_code=206,
            media_type="audio/wav",
            headers=accept | {"Content-Range": f"bytes {start}-{end}/{len(sound)}"},
        )

    @router.get("/logs/{call_id}.txt")
    async def get_log(call_id: str) -> Response:
        """Return the public log of a call."""
        call = find_call(retell, call_id, status=404)
        said = [f"{turn.end:9.3f} {turn.line.role}: {turn.line.text}\n" for turn in call.heard]
        log = "".join([*said, f"{call.disconnection_reason or call.status}\n"])
        return Response(log, media_type="text/plain")


def _seen(retell: Retell, call: Call) -> dict[str, Any]:
    deliveries = retell.store.deliveries.get(call.call_id, [])
    return {
        "call_id": call.call_id,
        "call_type": call.call_type,
        "call_status": call.status,
        "to_number": call.to_number,
        "from_number": call.from_number,
        "scenario": call.script.scenario,
        "turns_played": call.turns_played,
        "is_analyzed": call.analysis is not None,
        "disconnection_reason": call.disconnection_reason,
        "metadata": call.metadata,
        "webhooks": [_sent(delivery) for delivery in deliveries],
    }


def _sent(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event": delivery.event,
        "url": delivery.url,
        "state": delivery.state,
        "faults": delivery.faults,
        "attempts": [asdict(attempt) for attempt in delivery.attempts],
    }


def _scenarios() -> list[dict[str, Any]]:
    numbers: dict[str, list[str]] = {}
    for number, name in NUMBERS.items():
        numbers.setdefault(name, []).append(number)
    return [
        {
            "name": scenario.name,
            "title": scenario.title,
            "ends": scenario.ends,
            "language": scenario.language,
            "turns": sum(line.role != "tool" for line in scenario.lines),
            "numbers": numbers.get(scenario.name, []),
        }
        for scenario in scenarios().values()
    ]
