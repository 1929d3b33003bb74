"""Rules as data: what binds which calls, where, and by which source."""

import json
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from backend.compliance.caps import Cap
from backend.compliance.hours import Schedule
from backend.compliance.models import ConsentKind, Scope
from backend.compliance.places import Place
from backend.platform.storable import StorableText

Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Disclosure: TypeAlias = Literal["ai", "caller", "opt_out", "recording"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_PERIOD_HOURS = 24 * 31


class RuleKind(StrEnum):
    HOURS = "hours"
    ATTEMPTS = "attempts"
    CONSENT = "consent"
    DISCLOSURE = "disclosure"


Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


def minutes_of(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _is_one(purpose: Scope) -> Scope:
    if purpose is Scope.ALL:
        raise ValueError("name each purpose: service, marketing, emergency")
    return purpose


OnePurpose = Annotated[
    Scope,
    AfterValidator(_is_one),
    WithJsonSchema({"type": "string", "enum": ["service", "marketing", "emergency"]}),
]


class Hours(BaseModel):
    """Hours of some days by the clock where the phone is."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    days: tuple[Day, ...] = Field(min_length=1, description="Days of the week.")
    begin: Clock = Field(alias="from", description="From this time on.", examples=["08:00"])
    end: Clock = Field(
        alias="to", description="Until before this time; `24:00`: midnight.", examples=["21:00"]
    )

    @model_validator(mode="after")
    def _ends_later(self) -> Self:
        if minutes_of(self.end) <= minutes_of(self.begin):
            raise ValueError("ends before it begins; hours over midnight are two entries")
        return self


class Rule(BaseModel):
    """A rule that binds calls, where it is from, and since when it holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: StorableText = Field(
        pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$", description="Its name, which is its key."
    )
    kind: RuleKind = Field(
        description="`hours`: when calls are placed. `attempts`: how many. `consent`: what has to "
        "be agreed to before. `disclosure`: what the agent has to say."
    )
    country: str | None = Field(
        None, pattern="^[A-Z]{2}$", description="ISO 3166; default null: everywhere."
    )
    state: str | None = Field(
        None, pattern="^[A-Z]{2}$", description="A US state or Canadian province; default: all."
    )
    purposes: tuple[OnePurpose, ...] = Field(
        max_length=3, description="Calls of which purposes it binds; none: it binds nothing."
    )
    hours: tuple[Hours, ...] = Field(
        (), max_length=50, description="For `hours`: when; none is never."
    )
    holidays: str | None = Field(
        None,
        pattern="^[A-Z]{2}(-[A-Z0-9]{2,3})?$",
        description="For `hours`: a calendar of holidays on which it is closed.",
        examples=["US-AL"],
    )
    max_attempts: int | None = Field(None, ge=1, le=100, description="For `attempts`: how many.")
    per_hours: int | None = Field(
        None, ge=1, le=_LONGEST_PERIOD_HOURS, description="For `attempts`: in how many hours."
    )
    consent: ConsentKind | None = Field(
        None, description="For `consent`: of which kind. Written serves for express too."
    )
    disclosure: Disclosure | None = Field(
        None,
        description="For `disclosure`: that an AI calls, who calls, that the call is recorded, or "
        "how to be called no more.",
    )
    source: StorableText = Field(
        min_length=1, max_length=500, description="Where it is from: a law, or your own decision."
    )
    as_of: date = Field(description="Since when it holds, or when its source was read.")

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        needed = {
            RuleKind.HOURS: {"hours"},
            RuleKind.ATTEMPTS: {"max_attempts", "per_hours"},
            RuleKind.CONSENT: {"consent"},
            RuleKind.DISCLOSURE: {"disclosure"},
        }
        own = needed[self.kind]
        for name in set.union(*needed.values(), {"holidays"}):
            may_be = name in own or (name == "holidays" and self.kind is RuleKind.HOURS)
            if not may_be and getattr(self, name) not in {None, ()}:
                raise ValueError(f"{name} is not for rules of kind {self.kind.value}")
        for name in own - {"hours"}:
            if getattr(self, name) is None:
                raise ValueError(f"rules of kind {self.kind.value} need {name}")
        if self.state is not None and self.country is None:
            raise ValueError("a state needs its country")
        return self

    def binds(self, purpose: Scope, place: Place) -> bool:
        return (
            purpose in self.purposes
            and self.country in {None, place.country}
            and self.state in {None, place.state}
        )

    def schedule(self) -> Schedule:
        week = tuple(
            tuple(
                (minutes_of(each.begin), minutes_of(each.end))
                for each in self.hours
                if day in each.days
            )
            for day in DAYS
        )
        return Schedule(week, self.holidays)

    def cap(self) -> Cap | None:
        if self.max_attempts is None or self.per_hours is None:
            return None
        return Cap(self.max_attempts, self.per_hours)

    def told(self) -> dict[str, str]:
        return {"name": self.name, "source": self.source, "as_of": self.as_of.isoformat()}


class Rulebook(BaseModel):
    """The rules that came with this release."""

    version: int
    rules: tuple[Rule, ...]


@cache
def shipped() -> Rulebook:
    content = json.loads(files("backend.compliance").joinpath("rulebook.json").read_text())
    return Rulebook.model_validate(content)


DO_NOT_CALL = Rule(
    name="do_not_call",
    kind=RuleKind.CONSENT,
    purposes=(Scope.SERVICE, Scope.MARKETING, Scope.EMERGENCY),
    consent=ConsentKind.EXPRESS,
    source="47 CFR 64.1200(a)(10): consent may be revoked by any reasonable means",
    as_of=date(2025, 4, 11),
)
