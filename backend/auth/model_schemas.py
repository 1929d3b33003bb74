"""What the language models' paths take and give."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.platform.settings import Settings
from backend.providers.llm_check import LlmCheck
from backend.providers.llm_prices import Price, cost_cents

ModelName = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[!-~]+$", max_length=200)]


class ModelUse(StrEnum):
    EXTRACTION = "extraction"
    FALLBACK = "fallback"
    SECOND_READING = "second_reading"


class KeySource(StrEnum):
    ORGANISATION = "organisation"
    INSTALLATION = "installation"


class ModelRead(BaseModel):
    """A language model of the settings."""

    model: str = Field(description="provider/model.", examples=["openai/gpt-5-mini"])
    uses: list[ModelUse] = Field(description="What it is asked for.")
    problem: str | None = Field(
        description="Why it cannot be asked with these settings; null: nothing is known of."
    )
    input_cents: float | None = Field(
        description="Cents for a million input tokens; null: no price in `LLM_PRICES`."
    )
    output_cents: float | None = Field(
        description="Cents for a million output tokens; null: no price in `LLM_PRICES`."
    )


class ProviderRead(BaseModel):
    """A provider of language models, as this organisation reaches it."""

    name: str = Field(description="The first part of its models' names.", examples=["openai"])
    key: KeySource | None = Field(
        description="Whose key is used: the organisation's own, or the installation's. Null: none."
    )
    has_own_address: bool = Field(description="Whether it is asked at another than its usual one.")
    concurrency: int = Field(description="Requests that one process has on their way at once.")
    requests_per_minute: float | None = Field(
        description="Requests that one process sends in a minute; null: no limit."
    )


class ModelsRead(BaseModel):
    """Which language models make records, and on what terms."""

    extraction_model: str = Field(description="What records are made with, unless an agent's own.")
    is_own: bool = Field(
        description="Whether the organisation has set that itself, instead of `LLM_MODEL`."
    )
    fallback_models: list[str] = Field(
        description="Asked in this order when that one fails: `LLM_FALLBACK_MODELS`."
    )
    check_model: str = Field(
        description="Reads a second time what no rule can judge: `same` as made the record, `off`, "
        "or a model: `LLM_CHECK_MODEL`."
    )
    timeout_seconds: float = Field(description="How long an answer may take.")
    max_attempts: int = Field(description="Requests for one answer of the right form, at most.")
    models: list[ModelRead] = Field(description="The models named above, each once.")
    providers: list[ProviderRead] = Field(description="All providers there are.")


class ModelCheck(BaseModel):
    model_config = ConfigDict(extra="forbid")

    model: ModelName = Field(description="provider/model.", examples=["openai/gpt-5-mini"])


class ModelCheckRead(BaseModel):
    """What came of a tiny question to one model."""

    model: str = Field(description="The model asked.")
    ok: bool = Field(description="Whether it answered as asked.")
    failure: str | None = Field(
        description="What went wrong, as a problem's type ends; null: nothing.",
        examples=["llm-key-rejected"],
    )
    reason: str | None = Field(description="The same in words; null: nothing went wrong.")
    duration_ms: int = Field(description="How long it took.")
    input_tokens: int | None = Field(description="Tokens asked with; null: not known.")
    output_tokens: int | None = Field(description="Tokens answered with; null: not known.")
    cost_cents: float | None = Field(description="What it cost; null: not known.")

    @classmethod
    def of(cls, model: str, found: LlmCheck, settings: Settings) -> Self:
        prices = {name: Price(*price) for name, price in settings.llm.prices.items()}
        return cls(
            model=model,
            ok=found.failure is None,
            failure=found.failure,
            reason=found.reason,
            duration_ms=found.duration_ms,
            input_tokens=found.input_tokens,
            output_tokens=found.output_tokens,
            cost_cents=cost_cents(model, found.input_tokens, found.output_tokens, prices),
        )
