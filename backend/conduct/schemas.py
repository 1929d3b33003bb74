"""What is asked and answered about what was said in calls."""

from datetime import date, datetime
from typing import Literal, Self, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.conduct.models import CallConduct, OptOutStatus
from backend.platform.pages import Cursor, Limit

Disclosure: TypeAlias = Literal["ai", "caller", "opt_out", "recording"]


class RuleTold(BaseModel):
    name: str = Field(description="The rule that asks for it.")
    source: str = Field(description="Where the rule is from.")
    as_of: date = Field(description="Since when it holds.")


class SpokenDisclosure(BaseModel):
    """Something a rule asks the agent to say, and where it said so."""

    disclosure: Disclosure = Field(
        description="`ai`: that an AI calls, `caller`: who calls, `recording`: that it is "
        "recorded, `opt_out`: how to be called no more."
    )
    rule: RuleTold = Field(description="By which rule.")
    turn: int | None = Field(description="The turn in which it was said; null: it was not.")
    quote: str | None = Field(description="The words.")


class DenialRead(BaseModel):
    """Words by which the agent says that it is no machine."""

    turn: int = Field(description="The turn they are in.")
    quote: str = Field(description="The words.")


class OptOutRead(BaseModel):
    """Words by which the other side asked, or may have asked, not to be called again."""

    turn: int = Field(description="The turn they are in.")
    quote: str = Field(description="The words.")
    is_sure: bool = Field(description="Whether they can hardly mean anything else.")
    status: OptOutStatus = Field(
        description="`suppressed`: by these words. `recorded`: it was already. `needs_review`: "
        "somebody has to decide. `dismissed`: somebody said that it was none."
    )
    suppression_id: UUID | None = Field(description="What they led to.")
    decided_by: UUID | None = Field(description="Who decided, where somebody had to.")
    decided_at: datetime | None = Field(description="When that was.")


class ConductRead(BaseModel):
    call_id: UUID = Field(description="The call.")
    checked_at: datetime | None = Field(
        description="When its transcript was last looked at; null: not yet."
    )
    called_at: datetime | None = Field(
        description="When the call was; the rules that were in force then count."
    )
    disclosures: list[SpokenDisclosure] = Field(description="What rules asked the agent to say.")
    lacks: list[Disclosure] = Field(description="What of that it did not say.")
    denial: DenialRead | None = Field(
        description="Where the agent last said that it is no machine, unless it put that right "
        "later; null: it did not."
    )
    opt_out: OptOutRead | None = Field(description="Asking for no more calls; null: nobody did.")

    @classmethod
    def of(cls, call_id: UUID, found: CallConduct | None) -> Self:
        if found is None:
            nothing = {"checked_at": None, "called_at": None, "denial": None, "opt_out": None}
            return cls.model_validate(
                {**nothing, "call_id": call_id, "disclosures": [], "lacks": []}
            )
        own = found.model_dump(include={"call_id", "checked_at", "called_at", "lacks", "denial"})
        said = None
        if found.opt_out is not None and found.opt_out_status is not None:
            decision = found.model_dump(include={"suppression_id", "decided_by", "decided_at"})
            said = {**found.opt_out, **decision, "status": found.opt_out_status}
        return cls.model_validate({**own, "disclosures": found.disclosures, "opt_out": said})


class ConductQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lacks: Disclosure | None = Field(None, description="Only calls that lack this.")
    is_denied: bool | None = Field(
        None, description="Only calls whose agent denies to be a machine, or only the others."
    )
    opt_out: OptOutStatus | None = Field(None, description="Only opt-outs that came to this.")
    agent_id: UUID | None = Field(None, description="Only of this agent.")
    cursor: Cursor = None
    limit: Limit = 50


class SharesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: int = Field(30, ge=1, le=366, description="So many days until now. Default 30.")
    agent_id: UUID | None = Field(None, description="Only of this agent.")


class ShareRead(BaseModel):
    day: date = Field(description="The day, by UTC.")
    disclosure: Disclosure = Field(description="What was to be said.")
    calls: int = Field(description="Calls that were to say it.")
    made: int = Field(description="Calls that did.")


class SharesRead(BaseModel):
    items: list[ShareRead] = Field(description="Per day and disclosure, days with calls only.")


class OptOutDecision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    is_opt_out: bool = Field(
        description="True: they are not to be called again, at once. False: it meant another thing."
    )
