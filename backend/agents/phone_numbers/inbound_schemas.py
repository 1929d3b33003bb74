"""What the paths about incoming calls take and give."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.agents.draft.variables import NAME_PATTERN
from backend.platform.events import JsonObject
from backend.platform.storable import StorableText

VariableName = Annotated[str, Field(pattern=NAME_PATTERN)]
VariableText = Annotated[StorableText, Field(max_length=10_000)]


class InboundRuleWrite(BaseModel):
    """What is known about a caller. Of several rules, the most exact one holds."""

    model_config = ConfigDict(extra="forbid")

    caller: str = Field(
        pattern=r"^(\+[1-9]\d{0,14}\*?|\*|anonymous)$",
        description="A phone number in E.164, the beginning of numbers with a `*` behind it, "
        "`anonymous` for calls without a number, or `*` for everyone.",
        examples=["+14155550100", "+1415*"],
    )
    phone_number: str | None = Field(
        None,
        pattern=r"^\+[1-9]\d{6,14}$",
        description="The number that was called, in E.164. Default null: any.",
        examples=["+14155550199"],
    )
    is_blocked: bool = Field(
        default=False,
        description="Whether the caller does not get through. Default false.",
        examples=[False],
    )
    variables: dict[VariableName, VariableText] = Field(
        default_factory=dict,
        max_length=100,
        description="The call's variables, in place of the agent's defaults. Default: none.",
        examples=[{"driver_name": "Mike"}],
    )
    note: StorableText | None = Field(
        None, max_length=1000, description="For people. Default null: none.", examples=["Prank."]
    )

    @model_validator(mode="after")
    def _say_something(self) -> "InboundRuleWrite":
        if self.is_blocked and self.variables:
            raise ValueError("a caller who is blocked needs no variables")
        return self


class InboundRuleRead(BaseModel):
    """A rule for callers."""

    id: UUID = Field(description="The rule's id.")
    caller: str = Field(description="Whom it is about.")
    phone_number: str | None = Field(description="The number called; null: any.")
    is_blocked: bool = Field(description="Whether they do not get through.")
    variables: dict[str, str] = Field(description="What is known about them.")
    note: str | None = Field(description="For people.")
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When it was last changed.")


class InboundAnswer(BaseModel):
    """Retell's form of an answer."""

    call_inbound: JsonObject = Field(
        default_factory=dict,
        description="`reject`, or `override_agent_id`, `override_agent_version` and "
        "`dynamic_variables`; empty: as the number says.",
        examples=[{"dynamic_variables": {"driver_name": "Mike"}}],
    )
