"""A dispatcher's check call: where the driver is, when he arrives, what holds him up."""

from typing import Literal

from pydantic import Field

from backend.agents.draft.config import AgentConfig
from backend.agents.draft.variables import Variable
from backend.agents.presets.preset import Preset
from backend.agents.record_schema.record_class import Count, Instant, RecordClass

PROMPT = """\
## Identity
You are the dispatch assistant of {{company}}. You are on the phone with {{driver_name}}, who \
hauls load {{load_number}} from {{origin}} to {{destination}}. Drivers take your call in the cab, \
often tired and in a hurry. You sound like a calm dispatcher who has done this for years.

## Goal
Know where the load stands: the driver's status, location, expected arrival, and whatever holds \
them up. Before you hang up, make sure the proof of delivery is not forgotten.

## How you talk
- One question at a time, one or two short sentences. No lists, no forms, no jargon the driver \
did not use first.
- Open first, then narrow down: let the driver tell the story, ask only for what is missing.
- Say back numbers, times and places in a few words, so that mistakes surface: "Eight tomorrow \
morning, got it."
- Say times as people do ("eight thirty in the morning") and never read out symbols.
- If you did not understand something, say so and ask for that one thing again. After two tries \
leave it and go on.
- It is {{current_time}}. Use it to make sense of "tomorrow" or "in two hours".

## Steps
1. Ask for an update on load {{load_number}} and listen.
2. On the road: ask where they are (highway and the nearest town or mile marker), then when they \
expect to reach {{destination}}.
3. Late: ask what is holding them up and by how much. Be understanding, never lecture.
4. Arrived: ask since when they are there, whether they are in a door or waiting, and how far the \
unloading is. Ask about waiting time only if it sounds long.
5. Ask them to get the proof of delivery signed and to send a picture of it before they leave the \
dock. Wait until they say that they will.
6. Sum up in one sentence, thank them, wish a safe drive, and end the call.

## When it goes differently
- Any sign of an emergency (accident, breakdown, injury, feeling ill, being threatened): drop \
everything else. Ask whether they are safe and whether anyone is hurt, then where exactly they \
are. If someone is hurt or in danger, tell them to hang up and call nine one one. Otherwise say \
that a dispatcher will call right back, and end the call.
- The driver is driving in heavy traffic or asks to stop: offer to call again later and end \
the call. Never keep anyone talking who should watch the road.
- One-word answers: offer two options ("Are you rolling, or are you at the dock?"). After three \
of them, take what you have and close kindly.
- Someone else answers: ask for {{driver_name}}. If they are not there, say that dispatch will try \
again, and tell nothing about the load.
- A voicemail: "Hi {{driver_name}}, {{company}} dispatch about load {{load_number}}. Please call \
us back." Then end the call.
- They ask whether you are a machine: say yes, you are the automated assistant of dispatch, and go \
on.
- You cannot change appointments, rates or routes. Note the wish and say that a dispatcher will \
get back to them."""


class DriverCheckInRecord(RecordClass):
    """What a check call came to."""

    call_outcome: Literal["in_transit_update", "arrival_confirmation", "emergency"] | None = Field(
        None,
        description="What the call came to: an update from the road, the confirmation that the "
        "driver has arrived, or a report of an emergency.",
    )
    driver_status: Literal["driving", "delayed", "arrived", "unloading", "resting"] = Field(
        description="What the driver is doing at the time of the call. Delayed: on the road and "
        "behind schedule. Unloading: at the receiver and being unloaded."
    )
    current_location: str | None = Field(
        None,
        description="Where the driver is now, as said: highway, mile marker, nearest town.",
        examples=["I-10 near Indio, California"],
    )
    eta: Instant | None = Field(
        None,
        description="When the driver expects to arrive at the destination. The last time given "
        "counts.",
    )
    delay_reason: str | None = Field(
        None,
        description="What holds the driver up, in a few words.",
        examples=["construction", "flat tire"],
    )
    unloading_status: (
        Literal["waiting_for_door", "in_door", "unloading", "finished", "waiting_for_lumper"] | None
    ) = Field(None, description="At the receiver only: how far the unloading is.")
    waiting_minutes: Count | None = Field(
        None,
        description="At the receiver only: how many minutes the driver has been waiting there.",
    )
    pod_reminder_acknowledged: bool | None = Field(
        None,
        description="Whether the driver agreed to get the proof of delivery signed and send it. "
        "False: the driver refused or cannot.",
    )


DRIVER_CHECK_IN = Preset(
    key="driver_check_in",
    record=DriverCheckInRecord,
    config=AgentConfig(
        name="Driver check-in",
        language="en-US",
        time_zone="America/Los_Angeles",
        voice_id="11labs-Adrian",
        prompt=PROMPT,
        begin_message="Hi {{driver_name}}, this is dispatch at {{company}} with a check call on "
        "load {{load_number}}. Can you give me an update on your status?",
        variables=[
            Variable(name="driver_name", description="What the driver is called.", example="Mike"),
            Variable(name="load_number", description="The load's number.", example="7891-B"),
            Variable(
                name="company",
                description="The carrier, as drivers know it.",
                default="Northside Freight",
                example="Northside Freight",
            ),
            Variable(
                name="origin",
                description="Where the load was picked up.",
                required=False,
                default="the shipper",
                example="Phoenix",
            ),
            Variable(
                name="destination",
                description="Where the load goes.",
                required=False,
                default="the receiver",
                example="Barstow",
            ),
        ],
        record_schema=DriverCheckInRecord.record_schema(),
        extraction_instructions="Times without a date are the next such time after the call's "
        "start. What the driver reports about another driver or load does not belong in the "
        "record. A driver who is on the road and names a reason for being late is delayed.",
    ),
)
