"""What the analyses' paths take and give."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.agents.models import ProofPolicy
from backend.analysis.models import AnalysisStatus, CallAnalysis, LeftOutReason
from backend.analysis.preset import Feeling
from backend.compliance.callee import TimeZone
from backend.platform.events import JsonObject
from backend.platform.pages import Cursor, Limit
from backend.platform.storable import StorableObject, StorableText
from backend.records.schemas import EvidenceRead, NotSaidRead, ProblemRead

# What reads values is a model or rules: no person is asked to prove those of every call.
Proof = Literal[ProofPolicy.RULES, ProofPolicy.SECOND_READING]


class AnalysisSettingsUpdate(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = Field(default=False, description="Whether calls are analyzed. Default false.")
    record_schema: StorableObject = Field(
        default_factory=dict,
        description="What is asked of each call, as JSON Schema: the same subset that an agent's "
        "record has. A change becomes another version; earlier analyses stay.",
        examples=[{"type": "object", "properties": {"reason": {"type": ["string", "null"]}}}],
    )
    instructions: StorableText | None = Field(
        None, max_length=20_000, description="What to mind in doing so. Null: nothing more."
    )
    daily_budget_cents: float = Field(
        500.0,
        gt=0,
        le=1_000_000_000,
        allow_inf_nan=False,
        description="How much may be spent on one day, in cents. Default 500.",
    )
    time_zone: TimeZone = Field("UTC", description="Whose calendar tells the days. Default UTC.")
    share_percent: int = Field(
        100, ge=1, le=100, description="Of how many of 100 calls. Default 100: all."
    )
    agent_ids: list[UUID] | None = Field(
        None, min_length=1, max_length=1000, description="Of these agents' calls. Null: of all."
    )
    model: str | None = Field(
        None,
        pattern=r"^(openai|anthropic|gemini|ollama)/\S+$",
        max_length=200,
        description="The language model that is asked. Null: the organization's own.",
        examples=["openai/gpt-5-nano"],
    )
    proof: Proof = Field(
        ProofPolicy.SECOND_READING,
        description="What a value needs to count: `second_reading` has a model read all values a "
        "second time, which about doubles the cost; `rules` asks none.",
    )


class AnalysisSettingsRead(BaseModel):
    """How calls are analyzed, and how today's budget stands."""

    enabled: bool = Field(description="Whether calls are analyzed.")
    record_schema: JsonObject = Field(description="What is asked of each call.")
    schema_version: int = Field(description="Counts from 1; 0: nothing was ever set.")
    is_preset: bool = Field(description="Whether what is asked is what Ringback brings along.")
    instructions: str | None = Field(description="What to mind in doing so.")
    daily_budget_cents: float = Field(description="How much may be spent on one day, in cents.")
    time_zone: str = Field(description="Whose calendar tells the days.")
    share_percent: int = Field(description="Of how many of 100 calls.")
    agent_ids: list[UUID] | None = Field(description="Of whose calls; null: of all agents'.")
    model: str | None = Field(description="The model that is named; null: the organization's own.")
    proof: ProofPolicy = Field(description="What a value needs to count.")
    asked_model: str = Field(description="The model that is asked, named or the organization's.")
    unpriced_models: list[str] = Field(
        description="Models that would be asked and have no price in LLM_PRICES: while there are "
        "any, calls cannot be analyzed."
    )
    today: date = Field(description="The day by `time_zone`.")
    spent_today_cents: float = Field(description="What analyses cost today so far.")
    left_today_cents: float = Field(description="Without what analyses on their way may cost.")
    reached_at: datetime | None = Field(
        description="When today's budget left no room for a call; null: it has not yet."
    )


class AnalysisPresetRead(BaseModel):
    """What Ringback asks of calls where nobody has said otherwise."""

    record_schema: JsonObject = Field(description="What is asked of each call.")
    instructions: str = Field(description="What to mind in doing so.")


class MomentRead(BaseModel):
    """A moment that shows how a speaker felt."""

    field: str = Field(
        description="The value it is from, such as `customer_sentiment[0].sentiment`."
    )
    speaker: str | None = Field(description="Who spoke: `user`, `agent`, `transfer_target`.")
    turn: int = Field(description="The number of the turn.")
    start_ms: int | None = Field(description="When it began, from the call's start.")
    quote: str | None = Field(description="The words that show it.")
    sentiment: Feeling = Field(description="How they felt.")
    level: int = Field(description="-2 (very negative) to 2 (very positive).")
    about: str | None = Field(description="What about, in a few words.")


class AnalysisRead(BaseModel):
    id: UUID = Field(description="The id of the revision.")
    call_id: UUID = Field(description="Whose analysis it is.")
    agent_id: UUID = Field(description="Whose call it was.")
    revision: int = Field(description="Counts from 1 for each call.")
    is_current: bool = Field(description="Whether this revision is the one to go by.")
    status: AnalysisStatus = Field(description="How far it can be trusted, or that it is not made.")
    left_out_reason: LeftOutReason | None = Field(
        description="Why it is not made: the day's `budget` is used up, the call is `too_long` for "
        "any day's, the model has `no_price`, analysis was `switched_off` meanwhile, or nobody "
        "answered: `model_unavailable`."
    )
    schema_version: int = Field(description="The version of what was asked.")
    data: JsonObject = Field(description="The values, by the schema.")
    evidence: dict[str, EvidenceRead] = Field(description="By field, such as `pain_points[0]`.")
    problems: list[ProblemRead] = Field(description="What was found wrong, field by field.")
    not_said: dict[str, NotSaidRead] = Field(description="Why fields have no value.")
    sentiment: list[MomentRead] = Field(
        description="How speakers felt over the call: each proven value of a list whose choices "
        "are feelings, in the order in which it was said."
    )
    failure: str | None = Field(
        description="Why it could not be made, or not yet, in words; null: nothing went wrong."
    )
    model: str | None = Field(description="The language model that made it: `provider/model`.")
    attempts: int = Field(description="Requests it took.")
    input_tokens: int | None = Field(description="Of all requests together.")
    output_tokens: int | None = Field(description="Of all requests together.")
    cost_cents: float | None = Field(description="By the prices in LLM_PRICES; null: no price.")
    estimated_cents: float | None = Field(description="What it was expected to cost.")
    created_at: datetime = Field(description="When this revision was opened.")

    @classmethod
    def of(cls, analysis: CallAnalysis) -> Self:
        return cls.model_validate(analysis, from_attributes=True)


class AnalysisDetail(AnalysisRead):
    """An analysis, with the schema it is by."""

    record_schema: JsonObject = Field(description="What was asked.")

    @classmethod
    def by(cls, analysis: CallAnalysis, schema: JsonObject) -> Self:
        return cls(**AnalysisRead.of(analysis).model_dump(), record_schema=schema)


class AnalysesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: AnalysisStatus | None = Field(
        None, description="`left_out` also gives calls whose earlier analysis still counts."
    )
    reason: LeftOutReason | None = Field(None, description="Only those left out for this.")
    agent_id: UUID | None = Field(None, description="Only of this agent's calls.")
    cursor: Cursor = None
    limit: Limit = 50


class AnalysisAuditRead(BaseModel):
    """What an analysis' model was told and what it answered."""

    exchanges: list[JsonObject] = Field(
        description="Each question with its answer, in order: `model`, `messages`, `answers`."
    )
    created_at: datetime = Field(description="When the analysis was made.")


class LeftOutRead(BaseModel):
    """Calls that were not analyzed and can be, and what that would cost."""

    calls: int = Field(
        description="How many that still have their words, and that a day's budget has room for."
    )
    estimated_cents: float = Field(description="What they would cost, rather too much.")
    unpriced: int = Field(description="How many of them nobody can tell the cost of.")
    left_today_cents: float = Field(description="How much room today's budget has.")


class LeftOutAnalyze(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(1000, ge=1, le=1000, description="How many at most, the oldest first.")


class AnalysesRequested(BaseModel):
    requested: int = Field(description="How many calls are being analyzed, as the budget allows.")


class AnalysisDaysQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: int = Field(30, ge=1, le=366, description="How many, up to today. Default 30.")


class AnalysisDayRead(BaseModel):
    """What one day's analyses cost."""

    model_config = ConfigDict(from_attributes=True)

    day: date = Field(description="By the organization's calendar.")
    spent_cents: float = Field(description="What was spent.")
    analyzed: int = Field(description="How often models were asked about a call, and paid for it.")
    left_out: int = Field(description="How many calls were left out.")
    reached_at: datetime | None = Field(description="When the budget left no room for a call.")


class AnalysisDaysRead(BaseModel):
    items: list[AnalysisDayRead] = Field(description="Days with any, the newest first.")
