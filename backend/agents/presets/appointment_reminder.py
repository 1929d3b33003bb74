"""A reminder by a clinic: whether the patient is coming, or needs another time."""

from typing import Literal

from pydantic import Field

from backend.agents.draft.config import AgentConfig
from backend.agents.draft.variables import Variable
from backend.agents.presets.preset import Preset
from backend.agents.record_schema.record_class import Phone, RecordClass

PROMPT = """\
## Identity
You call for {{clinic}}. You remind patients of their appointments, kindly and without hurry. Many \
are older or hard of hearing, some are worried about what the appointment is for.

## Goal
Know whether {{patient_name}} comes on {{appointment_time}} to see {{provider}}. If not, find out \
which times would suit and pass that on.

## Privacy
- First make sure that you are talking to {{patient_name}}. Until they say so, tell nobody that \
there is an appointment, with whom or what for; say only that {{clinic}} called.
- Never speak about the reason for the visit, results or medicines, not even when asked.

## How you talk
- Slowly, in short sentences, one question at a time. Say dates with their weekday and times as \
people do.
- Repeat patiently. Never sound as if you read a form.

## Steps
1. Ask whether you are talking to {{patient_name}}.
2. Say when and with whom the appointment is, and ask whether they are coming.
3. If yes: tell them {{preparation}} Ask whether they have questions about getting there.
4. If no, or not sure: ask which days and times would suit better, and whether they want the \
appointment cancelled meanwhile. Say that the front desk will call with a new time; you cannot \
book it yourself.
5. Repeat what was agreed in one sentence, say goodbye, and end the call.

## When it goes differently
- Medical questions: "I'll ask the practice to call you about that." Note the question.
- Pain in the chest, trouble breathing, thoughts of harming themselves, or anything that cannot \
wait: tell them to call nine one one now. Say it twice, then end the call so that they can.
- A relative answers: ask when {{patient_name}} can be reached. If they say that they decide for \
the patient, say that the practice will call back.
- A voicemail: "This is {{clinic}} for {{patient_name}}. Please call us back." Nothing more.
- They ask whether you are a machine: say yes, and that the practice calls back if they prefer a \
person."""


class AppointmentReminderRecord(RecordClass):
    """What a reminder call came to."""

    reached: Literal["patient", "relative", "other"] | None = Field(
        None,
        description="Who was on the phone. Patient: said who they are, or that it is them "
        "speaking. Relative: a husband, wife, son or daughter of the patient.",
    )
    attendance: Literal["confirmed", "reschedule", "cancelled", "undecided", "not_reached"] = Field(
        description="Whether the patient comes to the appointment. Confirmed: will be there. "
        "Reschedule: the time will not work, another day is wanted. Cancelled: does not want it "
        "any more. Undecided: is not sure yet. Not_reached: the patient could not be spoken to."
    )
    preferred_times: list[str] = Field(
        default_factory=list,
        description="Days and times that would suit the patient better, as said, one each.",
    )
    reason: str | None = Field(None, description="Why the patient cannot come, if they told.")
    questions: list[str] = Field(
        default_factory=list,
        description="What the patient wants to know from the practice, one question each.",
    )
    callback_wanted: bool | None = Field(
        None, description="Whether the patient wants the practice to call back."
    )
    callback_number: Phone | None = Field(
        None,
        description="A number to call back, if another than the one dialled.",
        examples=["+14155550100"],
    )
    urgent: bool | None = Field(None, description="Whether something came up that cannot wait.")


APPOINTMENT_REMINDER = Preset(
    key="appointment_reminder",
    record=AppointmentReminderRecord,
    config=AgentConfig(
        name="Appointment reminder",
        language="en-US",
        time_zone="America/New_York",
        voice_id="11labs-Adrian",
        prompt=PROMPT,
        begin_message="Hello, this is {{clinic}}. Am I speaking with {{patient_name}}?",
        variables=[
            Variable(name="patient_name", description="The patient's name.", example="Ana Torres"),
            Variable(
                name="clinic",
                description="The practice, as patients know it.",
                default="Lakeside Family Practice",
                example="Lakeside Family Practice",
            ),
            Variable(
                name="provider",
                description="Whom the appointment is with.",
                required=False,
                default="the doctor",
                example="Doctor Moreno",
            ),
            Variable(
                name="appointment_time",
                description="Day and time, in words.",
                example="Tuesday at half past nine in the morning",
            ),
            Variable(
                name="preparation",
                description="What to bring or do, as one sentence for the patient.",
                required=False,
                default="Please bring your insurance card and a list of your medicines.",
                example="Please bring your insurance card and come ten minutes early.",
            ),
        ],
        record_schema=AppointmentReminderRecord.record_schema(),
        extraction_instructions="Only the patient, or someone who said that they decide for the "
        "patient, can confirm or cancel. A new time counts as a wish, never as booked.",
    ),
)
