"""What a campaign goes by: windows, redialling, and when it is done or to be stopped."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from backend.campaigns.models import AttemptOutcome
from backend.compliance.rules import Clock, Day
from backend.platform import zones
from backend.platform.storable import StorableText

CALLEE = "callee"


def _zone_or_callee(name: str) -> str:
    if name != CALLEE and not zones.is_zone(name):
        raise ValueError("is not the name of a time zone, such as America/New_York")
    return name


WindowZone = Annotated[StorableText, Field(max_length=100), AfterValidator(_zone_or_callee)]
Minutes = Annotated[int, Field(ge=1, le=90 * 24 * 60)]
Percent = Annotated[float, Field(ge=0, le=100)]
FieldName = Annotated[StorableText, Field(min_length=1, max_length=200)]


class Window(BaseModel):
    """When it may be called: on these days, from one time to another."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    days: list[Day] = Field(
        min_length=1, max_length=7, description="Days of the week.", examples=[["mon", "tue"]]
    )
    start: Clock = Field(alias="from", description="From this time on.", examples=["09:00"])
    end: Clock = Field(
        alias="to", description="Before this time; `24:00` is midnight.", examples=["18:00"]
    )

    @model_validator(mode="after")
    def _is_some_time(self) -> Self:
        if self.start >= self.end:
            raise ValueError("`from` has to be earlier than `to`; write two windows past midnight")
        return self


class RedialRule(BaseModel):
    """How often it is dialled again after one outcome, and how long after it."""

    model_config = ConfigDict(extra="forbid")

    after_minutes: list[Minutes] = Field(
        min_length=1,
        max_length=20,
        description="How long to wait before each; the last one counts for all that follow.",
        examples=[[15, 60]],
    )
    max: int = Field(ge=1, le=20, description="How often at most.", examples=[2])


RedialOutcome: TypeAlias = Literal[
    "answered",
    "voicemail",
    "screening",
    "ivr",
    "busy",
    "no_answer",
    "declined",
    "not_connected",
    "failed",
]


class DoneWhen(BaseModel):
    """The value of the record by which a conversation has reached its goal."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    field: FieldName = Field(description="A field of the record.", examples=["call_outcome"])
    values: list[JsonValue] = Field(
        alias="in",
        min_length=1,
        max_length=50,
        description="Reached when it is one of these.",
        examples=[["in_transit_update"]],
    )


class Callback(BaseModel):
    """The record's field that says when somebody asked to be called again."""

    model_config = ConfigDict(extra="forbid")

    field: FieldName = Field(description="A field with a time.", examples=["callback_at"])
    max: int = Field(2, ge=1, le=10, description="How often at most. Default 2.")


class StopWhen(BaseModel):
    """What pauses a campaign by itself."""

    model_config = ConfigDict(extra="forbid")

    failed_percent: Percent | None = Field(
        None, description="When so many of the last attempts failed, or more. Default null: never."
    )
    answered_below_percent: Percent | None = Field(
        None, description="When people took fewer of the last attempts. Default null: never."
    )
    of_last: int = Field(
        50, ge=5, le=1000, description="How many attempts are looked at; fewer stop nothing."
    )
    spend_cents: float | None = Field(
        None, gt=0, le=1e9, description="When it has cost this much. Default null: never."
    )


class Policy(BaseModel):
    """All that a campaign goes by. It is the campaign's own, and changes with nothing else."""

    model_config = ConfigDict(extra="forbid")

    windows: list[Window] = Field(
        default_factory=list,
        max_length=50,
        description="When it may call; none: at any time that the rules allow.",
    )
    time_zone: WindowZone = Field(
        CALLEE,
        description="Whose time the windows are in: `callee`, or the name of a time zone.",
    )
    redial: dict[RedialOutcome, RedialRule] = Field(
        default_factory=dict,
        description="By outcome. One that is not named is not dialled again. `answered`: somebody "
        "was spoken to and `done_when` was not reached.",
    )
    max_attempts: int = Field(10, ge=1, le=50, description="Of one contact. Default 10.")
    max_attempts_per_day: int | None = Field(
        None, ge=1, le=50, description="Of one contact, by its own days. Default null: no limit."
    )
    voicemail: Literal["redial", "done"] = Field(
        "redial", description="Whether a message left is enough. Default `redial`: it is not."
    )
    done_when: DoneWhen | None = Field(
        None, description="Default null: done when somebody was spoken to."
    )
    callback: Callback | None = Field(None, description="Default null: none are made.")
    stop_when: StopWhen = Field(default_factory=StopWhen, description="What pauses it by itself.")

    @property
    def needs_record(self) -> bool:
        return self.done_when is not None or self.callback is not None

    def rule_after(self, outcome: AttemptOutcome) -> RedialRule | None:
        return next((rule for name, rule in self.redial.items() if name == outcome.value), None)
