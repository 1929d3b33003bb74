"""What the campaigns' paths take and give."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.agents.models import Purpose
from backend.calls.schemas import VariableValue
from backend.campaigns.forecast import Forecast
from backend.campaigns.models import (
    AttemptOutcome,
    Campaign,
    CampaignAttempt,
    CampaignContact,
    CampaignStatus,
    ContactState,
)
from backend.campaigns.number_health import Health
from backend.campaigns.policy import Policy
from backend.compliance.callee import PostalCode, TimeZone
from backend.compliance.numbers import read_e164
from backend.platform.pages import Cursor, Limit
from backend.platform.storable import ReckonedInstant, StorableObject, StorableText

Name = Annotated[StorableText, Field(min_length=1, max_length=200)]
Priority = Annotated[int, Field(ge=1, le=10)]
MaxConcurrent = Annotated[int, Field(ge=1, le=1000)]
_POLICY = tuple(Policy.model_fields)


class CampaignCreate(Policy):
    name: Name = Field(description="What it is called.", examples=["November check-ins"])
    agent_id: UUID = Field(description="The agent that calls.")
    purpose: Purpose | None = Field(
        None,
        description="What it calls for, as its agent does. Default null: to be said before the "
        "start, since it decides which rules bind its calls.",
    )
    priority: Priority = Field(
        5, description="Its share among those that run: 10 has twice the turns of 5. Default 5."
    )
    max_concurrent: MaxConcurrent = Field(5, description="Calls at one time. Default 5.")
    starts_at: ReckonedInstant | None = Field(
        None, description="Default null: as soon as it is started by hand."
    )
    ends_at: ReckonedInstant | None = Field(
        None, description="Who was not reached until then is canceled. Default null: no end."
    )

    def made(self, org_id: UUID, by: UUID) -> Campaign:
        own = {name: getattr(self, name) for name in _OWN}
        policy = self.model_dump(mode="json", by_alias=True, include=set(_POLICY))
        return Campaign(org_id=org_id, created_by=by, policy=policy, **own)


_OWN = ("name", "agent_id", "purpose", "priority", "max_concurrent", "starts_at", "ends_at")


class CampaignUpdate(CampaignCreate):
    """What is left out stays as it is."""

    name: Name = Field("", description="What it is called.")
    agent_id: UUID = Field(UUID(int=0), description="The agent that calls.")
    agent_version: int | None = Field(
        None,
        ge=1,
        le=2**31 - 1,
        description="Have another version of the agent call from now on: nothing else changes it.",
    )

    def changes(self, campaign: Campaign) -> dict[str, Any]:
        given = self.model_fields_set
        changes = {name: getattr(self, name) for name in (*_OWN, "agent_version") if name in given}
        policy = self.model_dump(mode="json", by_alias=True, include=given & set(_POLICY))
        return changes | ({"policy": campaign.policy | policy} if policy else {})


class Counts(BaseModel):
    """How many contacts are in which state."""

    contacts: int = Field(description="All of them.")
    waiting: int = Field(description="For their turn, their hour, or another attempt.")
    running: int = Field(description="Being called, or what came of it is not known yet.")
    done: int = Field(description="Reached as wanted.")
    exhausted: int = Field(description="Not reached, and not called any more.")
    refused: int = Field(description="Not to be called, by a rule or by their own word.")
    canceled: int = Field(description="Given up with the campaign, or by hand.")

    @classmethod
    def of(cls, counts: Mapping[ContactState, int]) -> Self:
        return cls(
            contacts=sum(counts.values()),
            **{each.value: counts.get(each, 0) for each in ContactState},
        )


class CampaignRead(Policy):
    model_config = ConfigDict(extra="ignore", json_schema_serialization_defaults_required=True)

    id: UUID = Field(description="The id of the campaign.")
    name: str = Field(description="What it is called.")
    agent_id: UUID = Field(description="The agent that calls.")
    agent_version: int | None = Field(description="Its version; null: settled at the start.")
    purpose: Purpose | None = Field(description="What it calls for; null: not said yet.")
    status: CampaignStatus = Field(description="How it stands.")
    status_reason: str | None = Field(
        description="Why it is paused or over: `by_a_person`, `too_many_failed`, "
        "`too_few_answered`, `spend_reached`, `agent_not_callable` or `time_over`."
    )
    priority: int = Field(description="Its share among those that run.")
    max_concurrent: int = Field(description="Calls at one time.")
    starts_at: datetime | None = Field(description="When it is to start; null: by hand.")
    ends_at: datetime | None = Field(description="When it ends at the latest; null: no end.")
    started_at: datetime | None = Field(description="When it began; null: not yet.")
    ended_at: datetime | None = Field(description="When it was over; null: it is not.")
    created_at: datetime = Field(description="When it was made.")
    updated_at: datetime = Field(description="When it was last changed.")
    counts: Counts = Field(description="How its contacts stand.")

    @classmethod
    def of(cls, campaign: Campaign, counts: Mapping[ContactState, int]) -> Self:
        own = campaign.model_dump(exclude={"org_id", "policy", "turn", "watched_since"})
        return cls.model_validate(campaign.policy | own | {"counts": Counts.of(counts)})


class CampaignsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: CampaignStatus | None = Field(None, description="Only those that stand like this.")
    cursor: Cursor = None
    limit: Limit = 50


def _number(text: str) -> str:
    number = read_e164(text)
    if number is None:
        raise ValueError("is not a phone number in E.164 format, such as +14155550100")
    return number


class ContactCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to_number: Annotated[StorableText, Field(max_length=32), AfterValidator(_number)] = Field(
        description="Who is to be called, E.164.", examples=["+14155550100"]
    )
    variables: dict[str, VariableValue] = Field(
        default_factory=dict,
        description="Values for the agent's variables.",
        examples=[{"driver_name": "Mike"}],
    )
    time_zone: TimeZone | None = Field(
        None,
        description="Where they are, beside where their number may lie: it narrows the hours.",
        examples=["America/Chicago"],
    )
    postal_code: PostalCode | None = Field(None, description="Where they live.")
    metadata: StorableObject = Field(
        default_factory=dict, description="Kept with the contact and its calls."
    )


class ContactsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dry_run: bool = Field(
        default=False, description="Say what would be done, and store nothing. Default false."
    )
    column: list[Annotated[StorableText, Field(max_length=300)]] = Field(
        default_factory=list,
        max_length=200,
        description="What a column is, as `column=target`: `to_number`, `time_zone`, "
        "`postal_code`, `variables.NAME`, `metadata.NAME`, or `-` to leave it out. Columns that "
        "are called so need no such word.",
        examples=[["Driver=variables.driver_name"]],
    )


class LineProblem(BaseModel):
    line: int = Field(description="From 1, without the header; empty lines count.")
    message: str = Field(description="What is wrong with it.")


class ContactsReport(BaseModel):
    """What became of a list: bad lines are left out, good ones taken."""

    lines: int = Field(description="How many it has, without the header and empty ones.")
    added: int = Field(description="Contacts that are new; in a dry run, that would be.")
    duplicates: int = Field(description="Lines with a number of a line before.")
    already: int = Field(description="Numbers that the campaign has already.")
    invalid: int = Field(description="Lines that cannot be taken.")
    errors: list[LineProblem] = Field(description="What is wrong with the first 1,000 of them.")
    columns: dict[str, str] = Field(description="What each column was taken for.")
    unmapped: list[str] = Field(description="Columns that were left out.")
    refused: dict[str, int] = Field(
        description="How many of those added the gate would refuse now, by the refusal's name. "
        "They are added all the same: what refuses them may end."
    )
    sample: list[ContactCreate] = Field(description="The first few as they are understood.")


class ContactRead(BaseModel):
    id: UUID = Field(description="The id of the contact.")
    to_number: str = Field(description="Who is called, E.164.")
    variables: dict[str, str] = Field(description="What the agent is told.")
    metadata: dict[str, Any] = Field(description="As given.")
    time_zone: str | None = Field(description="Where they are, where that was given.")
    postal_code: str | None = Field(description="Where they live, where that was given.")
    state: ContactState = Field(description="How it stands.")
    reason: str | None = Field(description="The named end, refusal, or what it waits for.")
    due_at: datetime | None = Field(description="When it is called next; null: not any more.")
    callback_at: datetime | None = Field(description="When they asked to be called.")
    attempts: int = Field(description="How many times a phone was rung.")
    last_outcome: AttemptOutcome | None = Field(description="What came of the last attempt.")
    needs_person: bool = Field(description="Whether somebody should look at it.")
    finished_at: datetime | None = Field(description="When it came to its end.")
    created_at: datetime = Field(description="When it was added.")

    @classmethod
    def of(cls, contact: CampaignContact) -> Self:
        return cls.model_validate(contact.model_dump() | {"metadata": contact.contact_metadata})


class AttemptRead(BaseModel):
    number: int = Field(description="From 1. Those that were taken back have one too.")
    call_id: UUID = Field(description="Its call.")
    from_number: str | None = Field(description="Who called, E.164.")
    outcome: AttemptOutcome | None = Field(description="What came of it; null: it is not over.")
    reason: str | None = Field(description="Retell's reason, or the refusal.")
    duration_ms: int | None = Field(description="How long it was connected.")
    cost_cents: float | None = Field(description="What it cost; null until Retell says.")
    claimed_at: datetime = Field(description="When it was begun.")
    ended_at: datetime | None = Field(description="When it was over.")
    decided_at: datetime | None = Field(description="When it was decided what follows.")

    @classmethod
    def of(cls, attempt: CampaignAttempt) -> Self:
        return cls.model_validate(attempt.model_dump())


class ContactDetail(ContactRead):
    attempts_made: list[AttemptRead] = Field(description="Each attempt, in order.")


class ContactsFilter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: ContactState | None = Field(None, description="Only those that stand like this.")
    q: StorableText | None = Field(
        None, max_length=32, description="Only numbers with these digits in a row."
    )
    cursor: Cursor = None
    limit: Limit = 50


class AttentionQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cursor: Cursor = None
    limit: Limit = 50


class PausedRead(BaseModel):
    paused: list[UUID] = Field(description="The campaigns that were running or to start.")


class Reason(BaseModel):
    state: ContactState = Field(description="How they stand.")
    reason: str | None = Field(description="Why.")
    contacts: int = Field(description="How many.")


class Hour(BaseModel):
    at: datetime = Field(description="When the hour began.")
    attempts: int = Field(description="How many were made in it.")
    answered: int = Field(description="How many of them people took.")


class ProgressRead(BaseModel):
    reasons: list[Reason] = Field(description="How contacts stand, by reason.")
    outcomes: dict[AttemptOutcome, int] = Field(description="What came of attempts.")
    hours: list[Hour] = Field(description="The hours with attempts, in order; the last 200.")
    talking_ms: float | None = Field(description="How long people were talked to, on average.")
    cost_cents: float = Field(description="What its calls have cost, as far as Retell has said.")

    @classmethod
    def of(
        cls,
        reasons: Sequence[tuple[ContactState, str | None, int]],
        outcomes: Mapping[AttemptOutcome, int],
        hours: Sequence[tuple[datetime, int, int]],
        talking_ms: float | None,
        cost_cents: float,
    ) -> Self:
        return cls(
            reasons=[Reason(state=s, reason=r, contacts=n) for s, r, n in reasons],
            outcomes=dict(outcomes),
            hours=[Hour(at=at, attempts=n, answered=a) for at, n, a in hours],
            talking_ms=talking_ms,
            cost_cents=cost_cents,
        )


class ForecastRead(BaseModel):
    waiting: int = Field(description="How many are to be reached yet.")
    earliest_at: datetime | None = Field(description="Through by then at the earliest.")
    expected_at: datetime | None = Field(description="As likely before as after.")
    latest_at: datetime | None = Field(description="Through by then at the latest.")
    attempts: int = Field(description="How many attempts that takes.")
    will_not_fit: int = Field(description="How many are not called before its end.")
    refused: dict[str, int] = Field(
        description="How many of those waiting the gate would refuse now, by name."
    )

    @classmethod
    def of(cls, found: Forecast | None, waiting: int, refused: Mapping[str, int]) -> Self:
        return cls(
            waiting=waiting,
            earliest_at=found.earliest_at if found else None,
            expected_at=found.expected_at if found else None,
            latest_at=found.latest_at if found else None,
            attempts=found.attempts if found else 0,
            will_not_fit=found.will_not_fit if found else 0,
            refused=dict(refused),
        )


class CallerIdHealth(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    from_number: str = Field(description="A number that is called from.")
    attempts: int = Field(description="Made from it in the last three days.")
    answered_percent: float | None = Field(description="How many of them people took.")
    low_percent: float | None = Field(description="At least so many, in 95 of 100 cases.")
    high_percent: float | None = Field(description="At most so many, in 95 of 100 cases.")
    before_percent: float | None = Field(description="How many took it in the month before.")
    screened_percent: float | None = Field(description="How many a screening took.")
    has_dropped: bool = Field(
        description="Whether clearly fewer answer than did: let the number rest."
    )


class CallerIdsRead(BaseModel):
    items: list[CallerIdHealth] = Field(
        description="Each number that campaigns called from lately."
    )

    @classmethod
    def of(cls, found: Sequence[Health]) -> Self:
        return cls(items=[CallerIdHealth.model_validate(each) for each in found])
