"""What the calls' paths take and give."""

import math
from datetime import datetime
from functools import cache
from typing import Annotated, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from backend.calls import lifecycle
from backend.calls.differences import TurnDifference
from backend.calls.models import AnsweredBy, Call, CallSource, CallStatus, ToolUse, Turn
from backend.calls.pasted import read_pasted
from backend.compliance.callee import PostalCode, TimeZone
from backend.platform.events import JsonObject
from backend.platform.storable import ReckonedInstant, StorableObject, StorableText


def _as_text(value: object) -> str:
    """Write a variable's value as a person would: Retell takes nothing but text."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case float() if math.isfinite(value):
            return str(value)
        case _:
            raise ValueError("must be text, a number, true or false")


VariableValue = Annotated[
    StorableText,
    BeforeValidator(_as_text),
    WithJsonSchema({"anyOf": [{"type": kind} for kind in ("string", "number", "boolean")]}),
]


class CallCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    agent_id: UUID | None = Field(
        None,
        description="The agent that calls; it must have been published. Default null: it is "
        "chosen by `agent_name`.",
        examples=["01990000-0000-7000-8000-00000000a9e7"],
    )
    agent_name: StorableText | None = Field(
        None,
        max_length=200,
        description="The same by its name, as the list of agents has it. Default null: it is "
        "chosen by `agent_id`.",
        examples=["Driver check-in"],
    )
    to_number: str = Field(description="E.164.", examples=["+14155550100"], max_length=32)
    variables: dict[str, VariableValue] = Field(
        default_factory=dict,
        description="Values for the agent's variables; numbers, true and false become text.",
        examples=[{"driver_name": "Mike"}],
    )
    metadata: StorableObject = Field(
        default_factory=dict, description="Kept with the call and given back; at most 45 kB."
    )
    scheduled_at: ReckonedInstant | Literal["next_allowed"] | None = Field(
        None,
        description="When to dial; with a time zone. Null, or in the past: at once. "
        "`next_allowed`: as soon as hours and caps allow.",
        examples=["2026-11-03T15:00:00Z"],
    )
    time_zone: TimeZone | None = Field(
        None,
        description="Where they are, an IANA name: it narrows the zones that the number may lie "
        "in. Default null: only the number is gone by.",
        examples=["America/Denver"],
    )
    postal_code: PostalCode | None = Field(
        None,
        description="The same by their postal code; understood for the US and Canada.",
        examples=["80202"],
    )

    @model_validator(mode="after")
    def _chooses_one_agent(self) -> Self:
        if (self.agent_id is None) == (self.agent_name is None):
            raise ValueError("needs either agent_id or agent_name")
        return self


Waits: TypeAlias = Literal[
    "retell_answer", "look_up", "window", "hook", "free_line", "stopped_queue"
]


class WaitingFor(BaseModel):
    """What keeps a call from going on."""

    what: Waits = Field(
        description="`retell_answer`: Retell was asked to dial. `look_up`: it is not known whether "
        "the phone rang; only looking the call up at Retell tells. `window`: the time it may be "
        "called at. `hook`: a look-up that is asked before every dial. `free_line`: its turn. "
        "`stopped_queue`: dialling stands still."
    )
    since: datetime = Field(description="Since when.")
    detail: str = Field(description="The same in words.")


class CallCost(BaseModel):
    """What Retell charges. The split is null when Retell gave none."""

    telephony_cents: float | None = Field(None, description="For the line.")
    llm_cents: float | None = Field(None, description="For the language model that spoke.")
    other_cents: float | None = Field(None, description="For voice, transcription and the rest.")
    combined_cents: float | None = Field(None, description="All of it.")


class CallSummary(BaseModel):
    """A call in a list: everything but transcript and record."""

    id: UUID = Field(description="The id of the call.")
    agent_id: UUID = Field(description="Whose call it is.")
    agent_version: int | None = Field(
        description="The version that took it; null: one that was not published here."
    )
    source: CallSource = Field(description="How it came about.")
    status: CallStatus = Field(description="Where it stands.")
    status_reason: str | None = Field(
        description="Retell's own disconnection reason, or by what name it was refused here, such "
        "as `suppressed` or `no_consent`."
    )
    disconnection_reason: str | None = Field(
        description="The same, with reasons unknown to this release as `other`."
    )
    failure: str | None = Field(description="Why it failed, in words.")
    answered_by: AnsweredBy = Field(description="Who or what took it.")
    answered_by_source: str | None = Field(
        description="Which of Retell's fields says so: analysis, disconnection_reason, transcript."
    )
    to_number: str | None = Field(description="Who was called, E.164; null for web calls.")
    from_number: str | None = Field(description="Who called, E.164; null for web calls.")
    variables: dict[str, str] = Field(description="What the agent was told, all as text.")
    metadata: JsonObject = Field(description="As given when it was placed.")
    retell_call_id: str | None = Field(
        description="What Retell calls it; null until it is dialled."
    )
    scheduled_at: datetime | None = Field(description="When it is to be dialled; null: at once.")
    created_at: datetime = Field(description="When it was placed.")
    started_at: datetime | None = Field(description="When it was connected.")
    ended_at: datetime | None = Field(description="When it was over.")
    duration_ms: int | None = Field(description="How long it was connected, in milliseconds.")
    cost: CallCost | None = Field(description="In cents of a US dollar; null until Retell says.")
    summary: str | None = Field(description="What Retell says happened.")
    sentiment: str | None = Field(
        description="How the caller felt, as Retell says: Positive, Neutral, Negative or Unknown."
    )
    recording_url: str | None = Field(description="A path of this service; null: no recording.")
    recording_id: UUID | None = Field(description="The recording it was transcribed from here.")
    file_name: str | None = Field(None, description="Of the file it came in; null: Retell's call.")
    language: str | None = Field(description="What is spoken, where that was told.")
    assigned_to: UUID | None = Field(
        None, description="The user who is to look after it; null: nobody."
    )
    waiting_for: WaitingFor | None = Field(
        None, description="What it waits for before it can be spoken; null: nothing."
    )

    @classmethod
    def of(cls, call: Call, **members: object) -> Self:
        """Show a call; `members` are what the subclass adds."""
        cost = call.known.get("cost")
        path = f"/api/v1/calls/{call.id}/recording"
        if call.recording_id is not None and call.source is CallSource.UPLOAD:
            path = f"/api/v1/recordings/{call.recording_id}/audio"
        has_recording = "recording_url" in call.known or call.recording_id is not None
        collected = call.known.get("collected_variables")
        return cls.model_validate(
            {name: getattr(call, name) for name in _kept_names(cls)}
            | {
                "metadata": call.call_metadata,
                "disconnection_reason": lifecycle.known_reason(call.status_reason),
                "cost": cost[1] if cost else None,
                "collected_variables": collected[1] if collected else {},
                "recording_url": path if has_recording else None,
            }
            | members
        )


@cache
def _kept_names(shown: type[CallSummary]) -> tuple[str, ...]:
    """Name what is shown as it is kept; a page has fifty calls of some twenty."""
    return tuple(name for name in shown.model_fields if name in Call.model_fields)


class CallDetail(CallSummary):
    transcript: list[Turn] = Field(description="What was said, in order.")
    collected_variables: dict[str, str] = Field(
        description="What the agent has collected during the call, by Retell's variables."
    )
    tool_uses: list[ToolUse] = Field(description="The tools that the agent used, in order.")


class CallPlaced(CallDetail):
    """A call that cannot have a record yet."""

    record: None = Field(description="None yet.")


class TranscriptRead(BaseModel):
    """One of the transcripts of a call that was transcribed again."""

    revision: int = Field(description="Its number, from 1; the last one is the call's.")
    source: str = Field(description="`retell`, or who transcribed it here.")
    created_at: datetime = Field(description="When it was kept.")
    turns: list[Turn] = Field(description="What was said, in order.")


class TranscriptDifferences(BaseModel):
    items: list[TurnDifference] = Field(description="The turns of the later one, in order.")


class AssigneeSet(BaseModel):
    """Who is to look after a call."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID | None = Field(
        description="An active user of the organization; null: nobody any more.",
        examples=["01990000-0000-7000-8000-00000000a9e7"],
    )


class AssigneeRead(BaseModel):
    """Who is to look after a call."""

    call_id: UUID = Field(description="The call.")
    user_id: UUID | None = Field(description="The user; null: nobody.")


class SpeakersAssign(BaseModel):
    """Who spoke, as a person says."""

    model_config = ConfigDict(extra="forbid")

    swap: bool = Field(default=False, description="Agent and user were taken for each other.")
    roles: dict[str, Literal["agent", "user", "unknown"]] = Field(
        default_factory=dict,
        description="By speaker or channel, as the turns name them.",
        examples=[{"0": "agent", "1": "user"}],
    )


class DialQueueRead(BaseModel):
    """How dialling stands."""

    queued: int = Field(description="Calls that wait to be dialled.")
    running: int = Field(description="Calls being dialled or spoken.")
    concurrency_limit: int | None = Field(description="Calls at once that Retell allows.")
    starts_per_second: float = Field(description="The pace, by `DIAL_STARTS_PER_SECOND`.")
    waiting_for: Literal["stop", "pace", "running_calls"] | None = Field(
        description="What keeps the next call from being dialled: dialling was stopped, the pace "
        "or Retell asks to wait, or as many calls run as may; null: nothing, or none is queued."
    )
    next_start_at: datetime | None = Field(
        description="When the pace lets the next call start; in the past: at once."
    )
    stopped_reason: str | None = Field(description="Why dialling stands still; null: it does not.")
    stopped_until: datetime | None = Field(description="When dialling is tried again.")
    is_simulated: bool = Field(description="Whether nobody's phone rings: Retell is simulated.")


class SpokenTurn(BaseModel):
    """Something that was said."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["agent", "user", "transfer_target", "dtmf"] = Field(
        description="Who said it: our agent, the person, or somebody they were passed on to. "
        "`dtmf`: keys that the person pressed.",
        examples=["user"],
    )
    text: StorableText = Field(
        max_length=20_000, description="The words.", examples=["I'm two hours late."]
    )
    start_ms: int | None = Field(
        None,
        ge=0,
        le=604_800_000,
        description="Milliseconds from the call's start. Default null: unknown.",
        examples=[8100],
    )


Turns = Annotated[list[SpokenTurn], Field(min_length=1, max_length=2000)]
Lines = Annotated[StorableText, Field(min_length=1, max_length=500_000)]


class ConversationGiven(BaseModel):
    """A past call, or a transcript."""

    model_config = ConfigDict(extra="forbid")

    call_id: UUID | None = Field(None, description="A past call. Default null: `transcript`.")
    transcript: Turns | Lines | None = Field(
        None,
        description="What was said: turns, or text as other makers write it, with a line such as "
        "`User: words` or `[0:08] Customer: words` for each. What is not understood is refused "
        "with the line's number.",
        examples=["Agent: Where are you?\nUser: Near Barstow, two hours late."],
    )

    @field_validator("transcript")
    @classmethod
    def _somebody_speaks(cls, value: Turns | Lines | None) -> Turns | Lines | None:
        if isinstance(value, str):
            read_pasted(value)
        return value

    @model_validator(mode="after")
    def _is_about_one_call(self) -> Self:
        if (self.call_id is None) == (self.transcript is None):
            raise ValueError("give either `call_id` or `transcript`")
        return self

    def turns(self) -> list[Turn]:
        if isinstance(self.transcript, str):
            return read_pasted(self.transcript)
        return [Turn(turn=n, **dict(each)) for n, each in enumerate(self.transcript or [])]
