"""What can be set in a policy: its criteria, and which calls it is for."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from backend.platform.storable import storable
from backend.quality.criteria.rules import Rule

KEY_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"


class Scale(StrEnum):
    YES_NO = "yes_no"
    POINTS = "points"
    PERCENT = "percent"


class Severity(StrEnum):
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class Criterion(_Part):
    """One thing that a good call has. A rule tells it, or else a model is asked the question."""

    key: str = Field(
        pattern=KEY_PATTERN,
        description="Small letters, digits and underscores, a letter first. Verdicts and reports "
        "go by it: keep it when you change the wording.",
        examples=["greeting"],
    )
    name: str = Field(
        min_length=1,
        max_length=120,
        description="What people call it.",
        examples=["Greets by name"],
    )
    category: str = Field(
        "General",
        min_length=1,
        max_length=80,
        description="What it belongs to; each category has a score of its own. Default `General`.",
        examples=["Empathy"],
    )
    weight: float = Field(
        1,
        ge=0,
        le=1000,
        description="Its share in the score, relative to the others: weights need not add up to "
        "100. 0: it is judged and does not count. Default 1.",
        examples=[10],
    )
    scale: Scale = Field(
        Scale.YES_NO,
        description="`yes_no`, `points` from 0 to 5, or `percent`. Default `yes_no`.",
    )
    question: str = Field(
        "",
        max_length=1000,
        description="What is asked of the call. A good question can be answered with words from "
        "the call. Empty where a rule tells it.",
        examples=["Did the agent greet the caller and say the company's name?"],
    )
    good_when: Literal["said", "not_said"] = Field(
        "said",
        description="What has to be proven by a quote. `said`: that it was done well. `not_said`: "
        "that it was done badly, such as a promise that must not be made. Default `said`.",
    )
    said_by: Literal["agent", "user", "anyone"] = Field(
        "agent", description="Whose words count. Default `agent`."
    )
    may_not_apply: bool = Field(
        default=False, description="Whether it may not concern a call. Default false."
    )
    auto_fail: bool = Field(
        default=False,
        description="Whether failing it fails the call: its score is 0. Default false.",
    )
    fail_below: float = Field(
        50,
        gt=0,
        le=100,
        description="Below which mark, from 0 to 100, it is failed. A `no` is 0. Default 50.",
    )
    severity: Severity = Field(
        Severity.MINOR, description="How bad it is to fail it. Default `minor`."
    )
    rule: Rule | None = Field(
        None, description="Has a rule tell it, without a model. Default null: a model is asked."
    )


class AppliesTo(_Part):
    """An agent whose calls are evaluated."""

    agent_id: UUID = Field(description="The agent.")
    sample_percent: float = Field(
        100,
        gt=0,
        le=100,
        description="How many of a hundred of its calls. Which ones is told by the call's id, so "
        "that it is the same however often it is asked. Default 100.",
    )


class PolicyConfig(_Part):
    """A policy's draft: what a good call is."""

    name: str = Field(
        min_length=1,
        max_length=200,
        description="What people call it.",
        examples=["Support quality"],
    )
    description: str = Field("", max_length=2000, description="What it is for. Default: nothing.")
    instructions: str = Field(
        "",
        max_length=4000,
        description="What the judge has to know beside the questions, such as what the company is "
        "called. Default: nothing.",
    )
    passing_score: float = Field(
        80, ge=0, le=100, description="The score from which a call passes. Default 80."
    )
    criteria: list[Criterion] = Field(
        default_factory=list, max_length=60, description="What is looked at. Default: nothing."
    )
    resolution_question: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Asked beside the criteria and scored by none. Default null: not asked.",
        examples=["Was the caller's matter resolved in this call?"],
    )
    applies_to: list[AppliesTo] = Field(
        default_factory=list,
        max_length=200,
        description="Whose calls are evaluated when they are over. Default: none, unless asked.",
    )
    people_only: bool = Field(
        default=True, description="Only calls that people took, no machines. Default true."
    )
    min_duration_seconds: int = Field(
        0, ge=0, le=86_400, description="Only calls that took at least this long. Default 0."
    )
    model: str | None = Field(
        None,
        min_length=3,
        max_length=200,
        description="The judge, as `provider/model`. Default null: the service's own LLM_MODEL.",
        examples=["openai/gpt-5-mini"],
    )

    _storable = field_validator("*", mode="before")(storable)
