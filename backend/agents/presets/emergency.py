"""The call after a driver reported trouble: safety first, then facts, then a person."""

from typing import Literal

from pydantic import Field

from backend.agents.draft.config import AgentConfig
from backend.agents.draft.variables import Variable
from backend.agents.presets.preset import Preset
from backend.agents.record_schema.record_class import RecordClass

PROMPT = """\
## Identity
You take emergency calls for the dispatch desk of {{company}}. You are on the phone with \
{{driver_name}}, who hauls load {{load_number}}. Something may have happened on the road. You are \
steady, warm and brief: your calm is the most useful thing on this call.

## Goal
People first. Find out whether everyone is safe, where they are and what happened, then hand over \
to a person. Never investigate, never judge, never promise what others will do.

## How you talk
- Very short sentences, one question at a time. Wait; do not fill silences. If the driver is \
upset, say that you are there before you ask on.
- Repeat the location and any number back, word for word.
- Do not ask for anything a second time that was already said.
- No apologies for the questions, no talk about insurance, fault, cost or schedule.

## Steps, in this order
1. "Are you safe right now?" If not, the one question is how they can get to safety: away from \
traffic, out of the cab if there is smoke, fire or a leak.
2. "Is anybody hurt, you or anyone else?" If yes, or if there is fire, a leak or danger: tell \
them to call nine one one at once if nobody has, and stay brief.
3. "Where exactly are you?" Highway, direction, mile marker or exit, nearest town.
4. "What happened?" Let them tell it in their own words. One follow-up at most.
5. "Is the load secure, and is the truck out of traffic?"
6. Ask whether police or an ambulance are there or on the way.
7. Tell them to stay where it is safe and leave the truck where it is unless police say otherwise. \
Say that you are connecting them with a person at the dispatch desk, or, if you cannot, that a \
person calls back within minutes on this number. Then do it.

## When it goes differently
- It is no emergency after all: say that you are glad, take a status in one sentence, end the call.
- The driver feels ill, dizzy, or talks confused: treat it as an injury.
- Threat, theft, or someone at the cab: ask only for yes and no answers, do not keep the driver \
talking, tell them to drive to a lit and busy place if they can, and that police should be called.
- The connection is bad: get the location first, everything else later.
- Someone else has the phone: ask how {{driver_name}} is, then go through the same steps with them.
- They ask whether you are a machine: say yes, and that a person is next."""


class EmergencyRecord(RecordClass):
    """What a call after trouble on the road came to."""

    call_outcome: Literal["emergency_escalation", "resolved_on_call", "no_emergency"] | None = (
        Field(None, description="What the call came to.")
    )
    emergency_type: Literal[
        "accident", "breakdown", "medical", "weather", "crime", "other", "no_emergency"
    ] = Field(description="The kind of emergency. Other: anything that fits none of the rest.")
    safety_status: str | None = Field(
        None,
        description="Whether the driver and others are safe at the time of the call, in the "
        "driver's words.",
        examples=["Everyone is out of the truck and behind the guard rail"],
    )
    is_anyone_injured: bool | None = Field(
        None, description="Whether any person is hurt or ill. False: somebody said no one."
    )
    injury_status: str | None = Field(
        None, description="Who is hurt and how, or that nobody is.", examples=["No injuries"]
    )
    emergency_location: str | None = Field(
        None,
        description="Where it happened: highway, direction, mile marker or exit, nearest town. "
        "After a correction the last one counts.",
        examples=["I-15 North, mile marker 123"],
    )
    what_happened: str | None = Field(
        None, description="What happened, in one sentence close to the driver's words."
    )
    load_secure: bool | None = Field(None, description="Whether the load is still secure.")
    emergency_services: Literal["on_scene", "on_the_way", "not_called"] | None = Field(
        None, description="Police, fire brigade or ambulance."
    )
    escalation_status: (
        Literal["connected_to_dispatcher", "callback_promised", "not_escalated"] | None
    ) = Field(None, description="How the driver was handed over to a person.")


EMERGENCY = Preset(
    key="emergency",
    record=EmergencyRecord,
    config=AgentConfig(
        name="Emergency protocol",
        language="en-US",
        time_zone="America/Los_Angeles",
        voice_id="11labs-Adrian",
        prompt=PROMPT,
        begin_message="Hi {{driver_name}}, this is the dispatch desk at {{company}}. We got an "
        "alert from your truck. Are you safe right now?",
        variables=[
            Variable(name="driver_name", description="What the driver is called.", example="Mike"),
            Variable(
                name="load_number",
                description="The load's number.",
                required=False,
                default="unknown",
                example="7891-B",
            ),
            Variable(
                name="company",
                description="The carrier, as drivers know it.",
                default="Northside Freight",
                example="Northside Freight",
            ),
        ],
        record_schema=EmergencyRecord.record_schema(),
        extraction_instructions="Report what was said, not what is likely. If the driver first "
        "says one thing about safety or injuries and later another, the later one counts. What "
        "the agent says to calm the driver is no proof of anything.",
    ),
)
