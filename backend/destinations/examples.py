"""Examples of what destinations get: made by the rooms that tell the real thing."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from backend.destinations.models import Destination
from backend.destinations.parcel import Answer, Parcel
from backend.destinations.senders import open_http, open_sender, written
from backend.platform import clock, events, ids
from backend.platform.events import JsonObject, Wiring
from backend.providers.runtime import Runtime

_DEFAULT_EVENT = "record.extracted"


def example_data(wiring: Wiring[Any], event: str) -> JsonObject:
    """Make what `data` is for an event of this name."""
    told = {member: example(event) for member, example in wiring.examples.items()}
    return told | {"event": events.example_of(event)}


def example_body(wiring: Wiring[Any], event: str) -> JsonObject:
    at = datetime(2026, 11, 2, 15, 5, 30, tzinfo=UTC)
    parcel = Parcel(ids.new_id(), event, at, json.dumps(example_data(wiring, event)))
    body: JsonObject = json.loads(parcel.body(None))
    return body


@dataclass(frozen=True)
class Sent:
    answer: Answer
    body: str


async def send_example(destination: Destination, runtime: Runtime) -> Sent:
    """Send an example of the first event the destination subscribes to. It is not booked."""
    event = next(iter(destination.events), _DEFAULT_EVENT)
    data = {"test": True} | example_data(runtime.sessions.wiring, event)
    parcel = Parcel(ids.new_id(), event, clock.now(), json.dumps(data))
    async with open_http(runtime.settings) as http:
        answer = await open_sender(destination, runtime, http).send(parcel)
    return Sent(answer, written(destination, parcel, runtime.settings))
