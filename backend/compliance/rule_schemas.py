"""What the paths of rules and of checking a number take and give."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.compliance.callee import PostalCode, TimeZone
from backend.compliance.gate import Decision, RefusalName
from backend.compliance.models import RuleChange
from backend.compliance.rules import OnePurpose, Rule
from backend.compliance.schemas import Number
from backend.compliance.strictness import looser
from backend.platform import clock
from backend.platform.pages import Cursor, Limit
from backend.platform.storable import ReckonedInstant, StorableText


class RuleWrite(Rule):
    """A rule of one's own; by the name of one that was shipped, it takes its place."""

    source: StorableText = Field(
        "Decided by this organization",
        min_length=1,
        max_length=500,
        description="Where it is from. Default: you decided it.",
    )
    as_of: date = Field(
        default_factory=lambda: clock.now().date(),
        description="Since when it holds. Default: today.",
    )
    reason: StorableText | None = Field(
        None,
        max_length=1000,
        description="Why it is looser than the one that was shipped; needed where it is.",
    )

    def rule(self) -> Rule:
        return Rule.model_validate(self.model_dump(exclude={"reason"}, by_alias=True))


class RulesWrite(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rules: list[RuleWrite] = Field(
        max_length=200,
        description="All that are the organization's own. Those of theirs that are left out are "
        "gone, and what was shipped is in force again.",
    )


class RuleRead(BaseModel):
    """A rule that is in force, and what was shipped where it is another."""

    rule: Rule = Field(description="The rule.")
    is_own: bool = Field(description="Whether the organization made it, or changed it.")
    shipped: Rule | None = Field(description="What came with the release; null: nothing did.")
    looser: list[str] = Field(description="In what it is looser than what was shipped.")
    reason: str | None = Field(description="Why it is.")
    changed_by: UUID | None = Field(description="The user or key that made it what it is.")
    changed_at: datetime | None = Field(description="When that was; null: it is as shipped.")

    @classmethod
    def of(cls, rule: Rule, shipped: Rule | None, change: RuleChange | None) -> Self:
        return cls(
            rule=rule,
            is_own=change is not None,
            shipped=shipped,
            looser=looser(rule, shipped) if shipped is not None else [],
            reason=change.reason if change else None,
            changed_by=change.created_by if change else None,
            changed_at=change.created_at if change else None,
        )


class RulesRead(BaseModel):
    version: int = Field(description="Of the rules that came with this release.")
    items: list[RuleRead] = Field(description="All that are in force, the shipped ones first.")


class RuleChangeRead(BaseModel):
    id: UUID = Field(description="The id of the change.")
    name: str = Field(description="The rule's name.")
    rule: Rule | None = Field(description="What it became; null: what was shipped.")
    reason: str | None = Field(description="Why it is looser, where it is.")
    created_by: UUID = Field(description="The user or key that changed it.")
    created_at: datetime = Field(description="When that was.")

    @classmethod
    def of(cls, change: RuleChange) -> Self:
        return cls.model_validate(change.model_dump(exclude={"org_id"}))


class RuleChangesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cursor: Cursor = None
    limit: Limit = 50


class CheckRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to_number: Number = Field(description="Who would be called.", examples=["+14155550100"])
    agent_id: UUID | None = Field(
        None, description="Whose purpose it would be for. Default null: `purpose`."
    )
    purpose: OnePurpose | None = Field(
        None,
        description="For calls of which purpose. Default null: the agent's, or `service`.",
        examples=["marketing"],
    )
    at: ReckonedInstant | None = Field(None, description="For when. Default null: now.")
    time_zone: TimeZone | None = Field(
        None, description="Where they are, if known.", examples=["America/Denver"]
    )
    postal_code: PostalCode | None = Field(
        None, description="The same by their postal code.", examples=["80202"]
    )


class RuleTold(BaseModel):
    name: str = Field(description="The rule's name.")
    source: str = Field(description="Where it is from.")
    as_of: date = Field(description="Since when it holds.")


class CheckRead(BaseModel):
    """What the gate says of a number."""

    allowed: bool = Field(description="Whether it may be called.")
    refusal: RefusalName | None = Field(description="By what name it is refused.")
    detail: str | None = Field(description="The same in words.")
    rule: RuleTold | None = Field(description="By which rule.")
    zones: list[str] = Field(description="The time zones that the phone may be in.")
    next_allowed_at: datetime | None = Field(
        description="When it may be called; null: waiting does not help, or not within 60 days."
    )

    @classmethod
    def of(cls, decision: Decision, *, in_full: bool) -> Self:
        rule = decision.rule
        return cls(
            allowed=decision.allowed,
            refusal=decision.refusal,
            detail=decision.in_full() if in_full else decision.detail,
            rule=RuleTold(name=rule.name, source=rule.source, as_of=rule.as_of) if rule else None,
            zones=list(decision.zones),
            next_allowed_at=decision.next_allowed_at,
        )
