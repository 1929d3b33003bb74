"""What lists of calls are asked for: which calls are meant, and in which order."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.calls.models import AnsweredBy, CallSource, CallStatus
from backend.calls.search import Assignee
from backend.compliance.callee import TimeZone
from backend.platform.storable import Instant, StorableText

NameAndValue = Annotated[StorableText, Field(max_length=300, pattern=r"^[A-Za-z_][\w.]{0,99}:.+$")]
CallOrder = Annotated[
    Literal["newest", "oldest", "longest", "shortest"],
    Field(description="Which come first. Default: the newest."),
]


# As large as the column.
DurationMs = Annotated[int, Field(ge=0, le=2**31 - 1)]


class CallsMeant(BaseModel):
    """Which calls are meant; what is left out does not matter."""

    model_config = ConfigDict(extra="forbid")

    status: CallStatus | None = Field(None, description="Only calls in this state.")
    agent_id: UUID | None = Field(None, description="Only calls of this agent.")
    source: CallSource | None = Field(None, description="Only calls that came about this way.")
    answered_by: AnsweredBy | None = Field(None, description="Only calls that this one took.")
    tag: StorableText | None = Field(
        None, max_length=50, description="Only calls of agents with this label."
    )
    q: StorableText | None = Field(
        None,
        max_length=200,
        description="Words, each of them or its beginning: looked for in numbers (also their last "
        "4 or 7 digits), ids, variables, metadata, summary, transcript and the record's values.",
        examples=["dana 7891"],
    )
    created_after: Instant | None = Field(
        None, description="Only calls placed at this instant or later."
    )
    created_before: Instant | None = Field(
        None, description="Only calls placed before this instant."
    )
    min_duration_ms: DurationMs | None = Field(
        None, description="Only calls that took this long or longer.", examples=[60_000]
    )
    max_duration_ms: DurationMs | None = Field(
        None, description="Only calls that took no longer than this."
    )
    sentiment: StorableText | None = Field(
        None,
        max_length=50,
        description="Only calls whose other side Retell heard like this.",
        examples=["Negative"],
    )
    status_reason: StorableText | None = Field(
        None,
        max_length=100,
        description="Only calls that Retell ended for this reason.",
        examples=["user_hangup"],
    )
    assigned_to: Assignee | None = Field(
        None,
        description="Only calls that this user is to look after: an id, `me`, or `nobody`.",
        examples=["me"],
    )
    variable: list[NameAndValue] = Field(
        default_factory=list,
        max_length=5,
        description="Only calls that brought this value along, as `name:value`; several: all.",
        examples=[["load_number:7891-B"]],
    )
    agent_version: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="Only calls that this version of its agent took."
    )
    number: StorableText | None = Field(
        None,
        max_length=32,
        description="Only calls from, or inbound to, this number of yours (E.164).",
        examples=["+14155550199"],
    )
    weekday: Annotated[int, Field(ge=1, le=7)] | None = Field(
        None, description="Only calls placed on this day of the week: 1 is Monday."
    )
    hour: Annotated[int, Field(ge=0, le=23)] | None = Field(
        None, description="Only calls placed in this hour of the day."
    )
    time_zone: TimeZone = Field(
        "UTC", description="Whose clock tells `weekday` and `hour`. Default UTC."
    )
