"""The settings of agents and LLMs that Retell checks, with its ranges and choices."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, HttpUrl, TypeAdapter, field_validator, model_validator

from backend.sandbox.retell.bodies.body import Body, Storage
from backend.sandbox.retell.bodies.tool_fields import State, Tool
from backend.sandbox.screenplay import VARIABLE

UpToOne = Annotated[float, Field(ge=0, le=1)]
UpToTwo = Annotated[float, Field(ge=0, le=2)]
WebhookEvent = Literal[
    "call_started",
    "call_ended",
    "call_analyzed",
    "transcript_updated",
    "transfer_started",
    "transfer_bridged",
    "transfer_cancelled",
    "transfer_ended",
]
_LANGUAGES = """
    en-US en-IN en-GB en-AU en-NZ de-DE es-ES es-419 hi-IN fr-FR fr-CA ja-JP pt-PT pt-BR zh-CN ru-RU
    it-IT ko-KR nl-NL nl-BE pl-PL tr-TR vi-VN ro-RO bg-BG ca-ES th-TH da-DK fi-FI el-GR hu-HU id-ID
    no-NO sk-SK sv-SE lt-LT lv-LV cs-CZ ms-MY af-ZA ar-SA az-AZ bs-BA cy-GB fa-IR fil-PH gl-ES he-IL
    hr-HR hy-AM is-IS kk-KZ kn-IN mk-MK mr-IN ne-NP sl-SI sr-RS sw-KE ta-IN ur-IN yue-CN uk-UA
"""
_MODELS = """
    gpt-4.1 gpt-4.1-mini gpt-5 gpt-5-mini gpt-5-nano gpt-5.1 gpt-5.2 gpt-5.4 gpt-5.4-mini
    gpt-5.4-nano gpt-5.5 gpt-5.6-terra gpt-5.6-luna gpt-6-astra gpt-6-sol gpt-6.1-sol gpt-6-luna
    claude-4.6-sonnet claude-5-opus claude-5.5-opus claude-5-sonnet claude-5.5-sonnet
    claude-5.5-haiku claude-4.5-haiku gemini-3.0-flash gemini-3.1-flash-lite gemini-3.5-flash
    gemini-3.5-flash-lite gemini-3.6-flash gemini-3.7-flash gemini-3.8-flash gemini-4-argon
"""
LANGUAGES = frozenset(_LANGUAGES.split())
MODELS = frozenset(_MODELS.split())
_URL = TypeAdapter(HttpUrl)


def _known_model(model: str | None) -> str | None:
    if model is not None and model not in MODELS:
        raise ValueError(f"{model} is not a model of Retell's")
    return model


class LlmEngine(Body):
    type: Literal["retell-llm"]
    llm_id: str
    version: Annotated[int, Field(ge=0)] | None = None


class CustomEngine(Body):
    type: Literal["custom-llm"]
    llm_websocket_url: str


class FlowEngine(Body):
    type: Literal["conversation-flow"]
    conversation_flow_id: str
    version: int | None = None


class TextItem(Body):
    type: Literal["string", "boolean", "number"]
    name: Annotated[str, Field(min_length=1)]
    description: str
    examples: list[str] | None = None


class ChoiceItem(Body):
    type: Literal["enum"]
    name: Annotated[str, Field(min_length=1)]
    description: str
    choices: Annotated[list[str], Field(min_length=1)]


class PresetItem(Body):
    type: Literal["system-presets"]
    name: Literal["call_summary", "call_successful", "user_sentiment"]


AnalysisItem = Annotated[TextItem | ChoiceItem | PresetItem, Field(discriminator="type")]
Engine = Annotated[LlmEngine | CustomEngine | FlowEngine, Field(discriminator="type")]


class SpeechRecognition(Body):
    """How long a pause ends a turn, of which each provider has its own least."""

    provider: Literal["azure", "deepgram", "soniox", "assemblyai", "muse"]
    endpointing_ms: int

    @model_validator(mode="after")
    def _is_long_enough(self) -> Self:
        least = {"deepgram": 10, "soniox": 500}.get(self.provider, 100)
        most = 3000 if self.provider == "assemblyai" else None
        if self.endpointing_ms < least or (most and self.endpointing_ms > most):
            raise ValueError(f"endpointing_ms is out of range for {self.provider}")
        return self


class KeypadOptions(Body):
    digit_limit: Annotated[float, Field(ge=1)] | None = None
    termination_key: Annotated[str, Field(pattern=r"^[0-9#*]$")] | None = None
    timeout_ms: Annotated[int, Field(ge=0)] | None = None


class AgentUpdate(Body):
    response_engine: Engine | None = None
    voice_id: str | None = None
    agent_name: str | None = None
    language: str | list[str] | None = None
    webhook_url: str | None = None
    webhook_events: list[WebhookEvent] | None = None
    webhook_timeout_ms: Annotated[int, Field(ge=1)] | None = None
    voice_speed: Annotated[float, Field(ge=0.5, le=2)] | None = None
    voice_temperature: UpToTwo | None = None
    volume: UpToTwo | None = None
    responsiveness: UpToOne | None = None
    interruption_sensitivity: UpToOne | None = None
    enable_backchannel: bool | None = None
    backchannel_frequency: UpToOne | None = None
    backchannel_words: list[str] | None = None
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
    ) = None
    ambient_sound_volume: UpToTwo | None = None
    reminder_trigger_ms: Annotated[float, Field(gt=0)] | None = None
    reminder_max_count: Annotated[int, Field(ge=0)] | None = None
    begin_message_delay_ms: Annotated[int, Field(ge=0, le=5_000)] | None = None
    ring_duration_ms: Annotated[int, Field(ge=5_000, le=300_000)] | None = None
    end_call_after_silence_ms: Annotated[int, Field(ge=10_000)] | None = None
    max_call_duration_ms: Annotated[int, Field(ge=60_000, le=7_200_000)] | None = None
    boosted_keywords: list[str] | None = None
    stt_mode: Literal["fast", "accurate", "custom"] | None = None
    custom_stt_config: SpeechRecognition | None = None
    user_dtmf_options: KeypadOptions | None = None
    vocab_specialization: Literal["general", "medical"] | None = None
    denoising_mode: (
        Literal["no-denoise", "noise-cancellation", "noise-and-background-speech-cancellation"]
        | None
    ) = None
    denoising_enhancement_level: UpToOne | None = None
    data_storage_setting: Storage | None = None
    data_storage_retention_days: Annotated[int, Field(ge=1, le=730)] | None = None
    opt_in_signed_url: bool | None = None
    post_call_analysis_data: list[AnalysisItem] | None = None
    post_call_analysis_model: str | None = None
    voicemail_option: dict[str, Any] | None = None
    fallback_voice_ids: list[str] | None = None
    timezone: str | None = None

    _check_model = field_validator("post_call_analysis_model")(_known_model)

    @field_validator("language")
    @classmethod
    def _is_known_language(cls, language: str | list[str] | None) -> str | list[str] | None:
        named = [language] if isinstance(language, str) else language or []
        if unknown := [name for name in named if name not in LANGUAGES]:
            raise ValueError(f"{', '.join(unknown)} is not a language of Retell's")
        return language

    @field_validator("webhook_url")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        if url is not None:
            _URL.validate_python(VARIABLE.sub("x", url))
        return url


class AgentCreate(AgentUpdate):
    response_engine: Engine
    voice_id: str


class BackupModel(Body):
    """What speaks when the model is slow or down."""

    model: str
    high_priority: bool | None = None
    ultrafast: bool | None = None
    backup_kick_in_timeout: Annotated[float, Field(ge=300, le=60_000)] | None = None

    _check_model = field_validator("model")(_known_model)


class LlmUpdate(Body):
    backup_model: BackupModel | None = None
    model: str | None = None
    begin_message: str | None = None
    general_prompt: str | None = None
    general_tools: list[Tool] | None = None
    states: list[State] | None = None
    starting_state: str | None = None
    start_speaker: Literal["user", "agent"] | None = None
    default_dynamic_variables: dict[str, str] | None = None
    knowledge_base_ids: list[str] | None = None
    tool_call_strict_mode: bool | None = None
    begin_after_user_silence_ms: Annotated[int, Field(ge=0)] | None = None
    model_temperature: UpToOne | None = None

    _check_model = field_validator("model")(_known_model)

    @model_validator(mode="after")
    def _tools_can_be_told_apart(self) -> Self:
        general = [tool.name for tool in self.general_tools or ()]
        for state in self.states or [State(name="")]:
            names = [*general, *(tool.name for tool in state.tools or ())]
            if len(names) != len(set(names)):
                raise ValueError("the names of the tools must be unique")
        return self
