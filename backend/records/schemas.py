"""What the records' paths take and give."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from backend.auth.service import Caller
from backend.calls.list_schemas import CallOrder, CallsMeant, NameAndValue
from backend.calls.models import Call, CallStatus
from backend.calls.schemas import (
    CallDetail,
    CallSummary,
    ConversationGiven as ConversationGiven,
    Lines as Lines,
    Turns as Turns,
    VariableValue as VariableValue,
)
from backend.calls.search import Assignee, resolved
from backend.calls.service import CallFilter
from backend.platform.events import JsonObject
from backend.platform.pages import Cursor, Limit, Order
from backend.platform.storable import Instant, StorableObject, StorableText
from backend.records.difference import Kind
from backend.records.evidence import ProvenBy
from backend.records.gaps import GapReason
from backend.records.models import Origin, Record, RecordStatus

RevisionNumber = Annotated[
    int, Field(ge=1, le=2**31 - 1, description="Which revision, from 1.", examples=[1])
]


class EvidenceRead(BaseModel):
    """Where a value was said, and by what it is proven."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    quote: str | None = Field(description="The words that prove it, as they stand in the turn.")
    turns: list[int] = Field(description="Numbers of the turns the quote is from.")
    start_ms: int | None = Field(description="When the first of them began, from the call's start.")
    found: bool = Field(description="Whether the quote was found in the transcript.")
    proven_by: ProvenBy | None = Field(
        default=None,
        description="`rules`, `second_reading`, or `person`. Null: not proven, or made before "
        "this was noted.",
    )


class NotSaidRead(BaseModel):
    """Why a field has no value."""

    reason: GapReason = Field(
        description="`not_asked`: the agent never asked for it. `not_answered`: the agent did, "
        "and got no answer."
    )
    turns: list[int] = Field(description="Numbers of the agent's turns that asked for it.")
    start_ms: int | None = Field(description="When the first of them began, from the call's start.")


NotSaidByField = Annotated[
    dict[str, NotSaidRead],
    BeforeValidator(lambda stored: {} if stored is None else stored),
    Field(
        description="Why fields have no value: for each that is null, absent or an empty list, "
        "required or not, whether it was asked for. By field, such as `stops[0].city`; a group "
        "of which nothing was said is one field. A value that a person removed is not in it."
    ),
]


class ProblemRead(BaseModel):
    """Why a value is not accepted as it is."""

    field: str = Field(description="Such as `stops[0].city`; empty: the record as a whole.")
    code: str = Field(description="Such as `quote_not_found`; `not_asked` when nobody asked.")
    message: str = Field(description="A sentence for a person.")


class RecordRead(BaseModel):
    id: UUID = Field(description="The id of the revision.")
    call_id: UUID = Field(description="Whose record it is.")
    revision: int = Field(description="Counts from 1 for each call.")
    is_current: bool = Field(description="Whether this revision is the one to go by.")
    origin: Origin = Field(description="Whether a model made it, or a person vouches for it.")
    status: RecordStatus = Field(description="How far it can be trusted.")
    final: bool = Field(description="Whether the transcript is complete, as far as Retell says.")
    schema_version: int = Field(description="The version of the record schema it is by.")
    data: JsonObject = Field(description="The values, by the agent's record schema.")
    evidence: dict[str, EvidenceRead] = Field(description="By field, such as `stops[0].city`.")
    problems: list[ProblemRead] = Field(description="What was found wrong, field by field.")
    not_said: NotSaidByField
    failure: str | None = Field(description="Why extraction failed, in words.")
    model: str | None = Field(description="The language model that made it: `provider/model`.")
    attempts: int = Field(description="Requests it took.")
    input_tokens: int | None = Field(description="Of all requests together.")
    output_tokens: int | None = Field(description="Of all requests together.")
    cost_cents: float | None = Field(description="By the prices in LLM_PRICES; null: no price.")
    corrected_by: UUID | None = Field(description="The user who vouches for it.")
    note: str | None = Field(description="Why they do.")
    created_at: datetime = Field(description="When this revision was made.")

    @classmethod
    def of(cls, record: Record) -> Self:
        return cls.model_validate(record, from_attributes=True)


class CallsWanted(CallsMeant):
    record_status: RecordStatus | None = Field(
        None, description="Only calls whose current record is in this state."
    )
    field: list[NameAndValue] = Field(
        default_factory=list,
        max_length=5,
        description="Only calls whose current record has this value, as `name:value`; several: "
        "all. Of a list, one of its items.",
        examples=[["driver_status:delayed"]],
    )

    def wanted(self, caller: Caller) -> CallFilter:
        """Give what of it is about the calls themselves."""
        own = {name: getattr(self, name) for name in CallsMeant.model_fields}
        assigned_to = resolved(self.assigned_to, caller)
        return CallFilter(
            **own | {"assigned_to": assigned_to}, with_originals=caller.sees_originals
        )


class CallsQuery(CallsWanted):
    order: CallOrder = "newest"
    with_record: bool = Field(
        default=False, description="Whether to give the values of each current record as well."
    )
    cursor: Cursor = None
    limit: Limit = 50


class CallListed(CallSummary):
    """A call in a list, with how its record stands."""

    record_status: RecordStatus | None = Field(
        description="The state of its current record; null: it has none."
    )
    record_data: JsonObject | None = Field(
        None, description="The record's values; null: it has none, or they were not asked for."
    )


class CountRead(BaseModel):
    """How many there are."""

    count: int = Field(description="How many, or as many as are counted at most.")
    is_exact: bool = Field(description="Whether that is all; false: there are more.")


class CallRead(CallDetail):
    """A call with its transcript and current record."""

    record: RecordRead | None = Field(description="Its current record; null: none yet.")


class RecordListed(RecordRead):
    """A current record, with what helps to recognise its call."""

    agent_id: UUID = Field(description="Whose call it was.")
    to_number: str | None = Field(description="E.164; null for calls without numbers.")
    from_number: str | None = Field(description="E.164; null for calls without numbers.")
    summary: str | None = Field(description="Retell's summary of the call.")
    assigned_to: UUID | None = Field(description="The user who is to look after it; null: nobody.")
    call_created_at: datetime = Field(description="When the call was placed.")

    @classmethod
    def with_call(cls, record: Record, call: Call) -> Self:
        own = RecordRead.of(record).model_dump()
        return cls(
            **own,
            agent_id=call.agent_id,
            to_number=call.to_number,
            from_number=call.from_number,
            summary=call.summary,
            assigned_to=call.assigned_to,
            call_created_at=call.created_at,
        )


class MadeWithin(BaseModel):
    """A stretch of time in which records were made."""

    model_config = ConfigDict(extra="forbid")

    created_after: Instant | None = Field(None, description="Made at this instant or later.")
    created_before: Instant | None = Field(None, description="Made before this instant.")


class RecordsWanted(BaseModel):
    """Which current records are meant."""

    model_config = ConfigDict(extra="forbid")

    status: RecordStatus | None = Field(None, description="`needs_review` is the review queue.")
    agent_id: UUID | None = Field(None, description="Only of this agent's calls.")
    origin: Origin | None = Field(None, description="Only what a model or a person made.")
    final: bool | None = Field(None, description="Only final ones, or only provisional ones.")
    problem: str | None = Field(
        None,
        max_length=100,
        description="Only with a problem of this code.",
        examples=["not_answered"],
    )
    assigned_to: Assignee | None = Field(
        None,
        description="Only of calls that this user is to look after: an id, `me`, or `nobody`.",
        examples=["me"],
    )
    created_after: Instant | None = Field(None, description="Made at this instant or later.")
    created_before: Instant | None = Field(None, description="Made before this instant.")


class RecordQuery(RecordsWanted):
    order: Order = "newest"
    cursor: Cursor = None
    limit: Limit = 50


class RecordCorrect(BaseModel):
    model_config = ConfigDict(extra="forbid")

    data: StorableObject = Field(description="The fields to change; what is left out stays.")
    note: StorableText | None = Field(None, max_length=2000, description="Why.")
    revision: RevisionNumber | None = Field(
        None,
        description="The revision this is said of. When another one is current by now, "
        "it is refused with 409.",
    )


class RecordApprove(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: StorableText | None = Field(None, max_length=2000, description="Why.")
    revision: RevisionNumber | None = Field(
        None,
        description="The revision this is said of. When another one is current by now, "
        "it is refused with 409.",
    )


class RecordReopen(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: StorableText | None = Field(
        None,
        max_length=2000,
        description="What is wrong with it, for whoever looks at it next.",
        examples=["The caller corrected the time later."],
    )
    revision: RevisionNumber | None = Field(
        None,
        description="The revision this is said of. When another one is current by now, "
        "it is refused with 409.",
    )


class ExtractAgain(BaseModel):
    model_config = ConfigDict(extra="forbid")

    replace_correction: bool = Field(
        default=False,
        description="Also when a person has vouched for the current revision. "
        "Without it, that is refused with 409.",
    )


class DifferenceRead(BaseModel):
    """One value that differs."""

    model_config = ConfigDict(from_attributes=True)

    field: str = Field(description="Such as `stops[0].city`.")
    kind: Kind
    before: Any = Field(description="Null when it was added.")
    after: Any = Field(description="Null when it was removed.")


class DiffRead(BaseModel):
    """What differs between two revisions."""

    before: RecordRead | None = Field(description="Null: the first revision, compared to nothing.")
    after: RecordRead
    differences: list[DifferenceRead] = Field(description="In the order of fields; empty: none.")


class ExchangeRead(BaseModel):
    """One question to a model, and what it answered until the form was right."""

    model: str = Field(description="Which model was asked.")
    messages: list[dict[str, str]] = Field(description="`role` and `content` of each.")
    answers: list[JsonObject] = Field(description="The provider's responses, word for word.")


class AuditRead(BaseModel):
    """What a revision's model was told and what it answered."""

    exchanges: list[ExchangeRead] = Field(
        description="Each question to a model with its answer, in order."
    )
    created_at: datetime = Field(description="When the record was made.")


class NumbersQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    created_after: Instant = Field(
        description="Calls placed from here on, such as the start of the day in the caller's zone."
    )
    created_before: Instant | None = Field(None, description="Calls placed before; null: to now.")


class NumbersRead(BaseModel):
    """How the calls placed in a stretch of time turned out so far."""

    calls: dict[CallStatus, int] = Field(description="Calls by status; those with none are absent.")
    answered_by_people: int = Field(
        description="Calls that a person answered, of those that have ended."
    )
    talk_ms: int = Field(description="The lengths of all calls together, in milliseconds.")
    cost_cents: float = Field(description="What Retell charges for them, as far as it has said.")
    records: dict[RecordStatus, int] = Field(
        description="Their current records by status; calls without a record are not in it."
    )


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no time zone; one is `America/Chicago`") from None
    return value


class DaysQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: int = Field(30, ge=1, le=92, description="How many, up to today. Default 30.")
    time_zone: Annotated[StorableText, AfterValidator(_time_zone)] = Field(
        "UTC",
        max_length=100,
        description="Whose calendar tells the days. Default UTC.",
        examples=["America/Chicago"],
    )


class TurnedOut(BaseModel):
    """How calls turned out so far."""

    model_config = ConfigDict(from_attributes=True)

    calls: int = Field(description="Calls placed.")
    dialed: int = Field(description="Those of them that were dialed and are over.")
    answered_by_people: int = Field(description="Those of them that a person answered.")
    records: int = Field(description="Current records of the calls, but for those being made.")
    records_good: int = Field(description="Those of them that are valid or corrected.")
    to_review: int = Field(description="Those of them that need a person.")
    cost_cents: float = Field(description="What Retell charges for the calls, as far as known.")


class DayRead(TurnedOut):
    """How the calls placed on one day turned out so far."""

    day: date = Field(description="The day, by the time zone asked for.")


class AgentNumbersQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: int = Field(7, ge=1, le=92, description="Of how many days back from now. Default 7.")


class AgentNumbersRead(TurnedOut):
    """How the calls of one agent turned out so far."""

    agent_id: UUID = Field(description="The agent.")


class AgentsNumbersRead(BaseModel):
    """Calls by the agent that took them."""

    items: list[AgentNumbersRead] = Field(description="An agent each that has calls.")


class DaysRead(BaseModel):
    """Calls by the day they were placed on."""

    items: list[DayRead] = Field(description="A day each, oldest first, today last.")
