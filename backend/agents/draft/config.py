"""What can be set on an agent: every field with its unit, range and default, as Retell has them."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from backend.agents.draft.proof import ProofPolicy
from backend.agents.draft.purpose import Purpose
from backend.agents.draft.tools import Tool
from backend.agents.draft.variables import Variable
from backend.agents.draft.voice_settings import DtmfOptions, Pronunciation, VoicemailOption
from backend.platform.events import JsonObject
from backend.platform.storable import storable
from backend.redaction.finding import Sensitive

_LOCALE = r"^[a-z]{2,3}(-[A-Z]{2}|-[0-9]{3})?$"
_PROMPT_EXAMPLE = "You call {{driver_name}} about load {{load_number}}."

Locale = Annotated[str, Field(pattern=_LOCALE, max_length=10)]
Word = Annotated[str, Field(min_length=1, max_length=200)]


class Conversation(BaseModel):
    """What the agent is called, what it is told, and what it may do."""

    name: str = Field(
        min_length=1,
        max_length=200,
        description="What people call the agent.",
        examples=["Driver check-in"],
    )
    tags: list[Annotated[str, Field(min_length=1, max_length=50)]] = Field(
        default_factory=list,
        max_length=20,
        description="Labels of your own; Retell does not get them. Default: none.",
        examples=[["dispatch", "night"]],
    )
    language: Locale | Annotated[list[Locale], Field(min_length=1, max_length=20)] = Field(
        "en-US",
        description="A locale that Retell knows, or several for an agent that follows its caller. "
        "Default `en-US`.",
        examples=["en-US", ["en-US", "es-419"]],
    )
    time_zone: str = Field(
        "UTC",
        description="IANA zone in which the callee's dates and times are meant. Default `UTC`.",
        examples=["America/Chicago"],
    )
    prompt: str = Field(
        max_length=200_000,
        description="What the agent is told; may use `{{variables}}`. Empty only where the "
        "conversation is designed at Retell.",
        examples=[_PROMPT_EXAMPLE],
    )
    begin_message: str | None = Field(
        None,
        max_length=5000,
        description="The agent's first words; may use `{{variables}}`. Default null: made up from "
        "the prompt. Empty: the callee speaks first.",
        examples=["Hi {{driver_name}}, this is dispatch."],
    )
    begin_message_delay_ms: int = Field(
        0,
        ge=0,
        le=5000,
        description="Milliseconds before the first words; 0 to 5000, default 0.",
        examples=[500],
    )
    model: str | None = Field(
        None,
        max_length=100,
        description="Retell's language model for the conversation. Default null: Retell's own.",
        examples=["gpt-5.4", "claude-5.5-sonnet", "gemini-3.8-flash"],
    )
    tools: list[Tool] = Field(
        default_factory=list,
        max_length=100,
        description="What the agent may do beside talking. Default: nothing.",
        examples=[[{"type": "end_call", "name": "end_call", "description": "After goodbye."}]],
    )
    variables: list[Variable] = Field(
        default_factory=list,
        max_length=100,
        description="The values each call brings along. Default: none.",
        examples=[[{"name": "driver_name", "description": "Who drives.", "example": "Mike"}]],
    )

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone {value!r}; try America/New_York") from error
        return value

    @field_validator("variables")
    @classmethod
    def _names_are_unique(cls, value: list[Variable]) -> list[Variable]:
        return _unique(value, "variables")

    @field_validator("tools")
    @classmethod
    def _tools_can_be_told_apart(cls, value: list[Tool]) -> list[Tool]:
        return _unique(value, "tools")


class Voice(BaseModel):
    """How the agent sounds and what it hears."""

    voice_id: str = Field(
        "11labs-Adrian",
        min_length=1,
        max_length=200,
        description="Retell's id of the voice: see `GET /api/v1/voices`. Default `11labs-Adrian`.",
        examples=["11labs-Adrian"],
    )
    fallback_voice_ids: list[Word] | None = Field(
        None,
        max_length=10,
        description="Voices to change to when the provider of the first is down, each of another "
        "provider. Default null: none.",
        examples=[["openai-Alloy"]],
    )
    voice_model: str | None = Field(
        None,
        max_length=100,
        description="The voice provider's own model. Default null: the usual one of the voice.",
        examples=["eleven_flash_v2_5"],
    )
    voice_speed: float = Field(
        1, ge=0.5, le=2, description="Times the usual speed; 0.5 to 2, default 1.", examples=[1.1]
    )
    voice_temperature: float = Field(
        1,
        ge=0,
        le=2,
        description="How much the voice varies; 0 (stable) to 2, default 1. Some voices only.",
        examples=[0.8],
    )
    volume: float = Field(
        1, ge=0, le=2, description="Times the usual loudness; 0 to 2, default 1.", examples=[1.2]
    )
    ambient_sound: (
        Literal[
            "coffee-shop",
            "convention-hall",
            "summer-outdoor",
            "mountain-outdoor",
            "static-noise",
            "call-center",
        ]
        | None
    ) = Field(
        None, description="Sound in the background. Default null: none.", examples=["call-center"]
    )
    ambient_sound_volume: float = Field(
        1,
        ge=0,
        le=2,
        description="Times the usual loudness of the background; 0 to 2, default 1.",
        examples=[0.5],
    )
    pronunciation_dictionary: list[Pronunciation] | None = Field(
        None,
        max_length=200,
        description="How words are spoken. Default null: as the voice does.",
        examples=[[{"word": "Barstow", "alphabet": "cmu", "phoneme": "B AA1 R S T OW0"}]],
    )
    boosted_keywords: list[Word] | None = Field(
        None,
        max_length=200,
        description="Names and words to listen for; may use `{{variables}}`. Default null: none.",
        examples=[["Barstow", "{{driver_name}}"]],
    )


class TurnTaking(BaseModel):
    """Who speaks when, and what happens when nobody does."""

    responsiveness: float = Field(
        1,
        ge=0,
        le=1,
        description="How soon the agent answers; 0 (waits) to 1 (at once), default 1.",
        examples=[0.8],
    )
    interruption_sensitivity: float = Field(
        1,
        ge=0,
        le=1,
        description="How easily the agent is interrupted; 0 (never) to 1, default 1.",
        examples=[0.7],
    )
    enable_backchannel: bool = Field(
        default=False,
        description="Whether the agent says `uh-huh` and the like while listening. Default false.",
        examples=[True],
    )
    backchannel_frequency: float = Field(
        0.8,
        ge=0,
        le=1,
        description="How often it does so when it could; 0 to 1, default 0.8.",
        examples=[0.5],
    )
    backchannel_words: list[Word] | None = Field(
        None,
        max_length=50,
        description="What it says then. Default null: Retell's words for the language.",
        examples=[["yeah", "uh-huh"]],
    )
    reminder_trigger_ms: float = Field(
        10_000,
        gt=0,
        description="Milliseconds of the callee's silence until the agent speaks up; more than 0, "
        "default 10000.",
        examples=[8000],
    )
    reminder_max_count: int = Field(
        1,
        ge=0,
        description="How many times it speaks up; 0 (never) or more, default 1.",
        examples=[2],
    )
    end_call_after_silence_ms: int = Field(
        600_000,
        ge=10_000,
        description="Milliseconds of the callee's silence until the call is ended; at least "
        "10000, default 600000.",
        examples=[60_000],
    )
    max_call_duration_ms: int = Field(
        3_600_000,
        ge=60_000,
        le=7_200_000,
        description="Milliseconds after which the call is ended; 60000 to 7200000, default "
        "3600000.",
        examples=[600_000],
    )
    ring_duration_ms: int = Field(
        30_000,
        ge=5000,
        le=300_000,
        description="Milliseconds a phone rings before the call is given up; 5000 to 300000, "
        "default 30000.",
        examples=[40_000],
    )
    voicemail_option: VoicemailOption | None = Field(
        None,
        description="What to do when a voicemail answers. Default null: it is not told from a "
        "person.",
        examples=[{"action": {"type": "hangup"}}],
    )
    allow_user_dtmf: bool = Field(
        default=True,
        description="Whether keys that the callee presses count as input. Default true.",
        examples=[True],
    )
    user_dtmf_options: DtmfOptions | None = Field(
        None,
        description="How pressed keys are gathered. Default null: Retell's own way.",
        examples=[{"digit_limit": 6, "termination_key": "#", "timeout_ms": 2500}],
    )


class Results(BaseModel):
    """What becomes of a call: what Retell tells and keeps, and the record made of it."""

    from_number: str | None = Field(
        None,
        pattern=r"^\+[1-9]\d{6,14}$",
        description="The number calls come from, in E.164. Default null: RETELL_FROM_NUMBER.",
        examples=["+14155550199"],
    )
    transcript_updates: bool = Field(
        default=True,
        description="Whether Retell sends the transcript while the call runs, for the live view. "
        "Default true.",
        examples=[True],
    )
    data_storage_setting: Literal[
        "everything", "everything_except_pii", "basic_attributes_only"
    ] = Field(
        "everything",
        description="What Retell keeps of a call. What it does not keep can be fetched for ten "
        "minutes only. Default `everything`.",
        examples=["everything_except_pii"],
    )
    data_storage_retention_days: int | None = Field(
        None,
        ge=1,
        le=730,
        description="Days after which Retell deletes it; 1 to 730. Default null: never.",
        examples=[90],
    )
    opt_in_signed_url: bool = Field(
        default=False,
        description="Whether Retell's addresses of recordings and logs expire. Default false: "
        "whoever has one can listen.",
        examples=[True],
    )
    signed_url_expiration_ms: int | None = Field(
        None,
        ge=1,
        description="Milliseconds until they do; at least 1. Default null: 86400000, a day.",
        examples=[3_600_000],
    )
    record_schema: JsonObject | None = Field(
        None,
        description="JSON Schema of the record made from each call. Default null: no record.",
        examples=[{"type": "object", "properties": {"eta": {"type": ["string", "null"]}}}],
    )
    extraction_instructions: str | None = Field(
        None,
        max_length=20_000,
        description="What to mind when the record is made. Default null: nothing more.",
        examples=["Times without a date are the next such time."],
    )
    extraction_model: str | None = Field(
        None,
        pattern=r"^(openai|anthropic|gemini|ollama)/\S+$",
        max_length=200,
        description="The language model that makes the record. Default null: LLM_MODEL.",
        examples=["anthropic/claude-haiku-4-5"],
    )
    transcriber: str | None = Field(
        None,
        pattern=r"^(local|(deepgram|assemblyai|openai)/\S{1,180})$",
        description="What transcribes this agent's recordings. Default null: TRANSCRIBER.",
        examples=["deepgram/nova-3"],
    )
    transcribe_calls: bool = Field(
        default=False, description="Whether calls are transcribed here as well.", examples=[True]
    )
    purpose: Purpose = Field(
        default=Purpose.SERVICE,
        description="What it calls for: what people expect, `marketing`, or an `emergency`, which "
        "also calls those who want no other calls. Default `service`.",
        examples=["marketing"],
    )
    proof: ProofPolicy = Field(
        default=ProofPolicy.SECOND_READING,
        description="What a value has to be proven by for the record to be valid. "
        "`second_reading`: a model that reads the whole call again for every value; `rules`: the "
        "rules alone, which leave much to a person; `person`: a person sees every record.",
        examples=["rules"],
    )
    redact: list[Sensitive] = Field(
        default_factory=list,
        max_length=len(Sensitive),
        description="What is masked in its calls before a language model, a destination or a "
        "reviewer gets them, and muted in what reviewers hear. Default: nothing.",
        examples=[["card", "ssn", "iban"]],
    )
    keep_original: bool = Field(
        default=True,
        description="Whether administrators and managers still see what is masked. Otherwise what "
        "was said is masked before it is stored. Default true.",
        examples=[False],
    )

    @field_validator("redact")
    @classmethod
    def _kinds_in_order(cls, value: list[Sensitive]) -> list[Sensitive]:
        return [kind for kind in Sensitive if kind in value]


class AgentConfig(Results, TurnTaking, Voice, Conversation):
    """What can be set on an agent. A published version is a frozen copy of this."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)

    retell_overrides: JsonObject = Field(
        default_factory=dict,
        description="Fields sent to Retell as they are. Those under `llm` go to the Retell LLM, "
        "all others (also those under `agent`) to the Retell agent. Default: none.",
        examples=[{"denoising_mode": "no-denoise", "llm": {"tool_call_strict_mode": True}}],
    )

    @property
    def only_language(self) -> str | None:
        """The language it speaks; None when it follows its callers among several."""
        return self.language if isinstance(self.language, str) else None

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_stored(cls, value: object) -> object:
        return storable(value)


def _unique(value: list[Any], what: str) -> list[Any]:
    names = [member.name for member in value]
    if len(set(names)) != len(names):
        raise ValueError(f"two {what} have the same name")
    return value
