"""Retell's call object as we read it: from webhooks, get-call and list-calls alike.

Only the id is needed. Everything else may be missing, new or of another type than documented, and
is then None or empty: Retell adds fields and values without notice.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, AliasPath, BaseModel, BeforeValidator, Field

from backend.platform.errors import Rejected
from backend.providers.retell_fields import (
    Cents,
    Flag,
    Instant,
    Members,
    Reading,
    Text,
    Texts,
    Whole,
    as_cents,
    as_text,
)
from backend.providers.retell_json import storable_object
from backend.providers.retell_transcript import ToolUse, Utterance, read_transcript

Sentiment = Literal["positive", "negative", "neutral", "unknown"]

_TELEPHONY = re.compile(r"telephony|twilio|telnyx")
_LLM = re.compile(r"llm|gpt|claude|gemini|grok|llama|deepseek|realtime|speech_to_speech|s2s")


class CallUnreadable(Rejected):
    code, title = "call-unreadable", "This is not a Retell call"


def _sentiment(value: object) -> str | None:
    if (word := as_text(value)) is None:
        return None
    lowered = word.strip().lower()
    return lowered if lowered in {"positive", "negative", "neutral"} else "unknown"


def _destination(value: object) -> str | None:
    """Read a number or SIP address, plain in a call and wrapped in a webhook."""
    return as_text(value.get("number") if isinstance(value, Mapping) else value)


def _part(value: object) -> object:
    return value if isinstance(value, Mapping | BaseModel) else None


class CallAnalysis(Reading):
    """Retell's own analysis, which comes after the call ended and may be empty."""

    summary: Text = Field(None, validation_alias="call_summary")
    successful: Flag = Field(None, validation_alias="call_successful")
    sentiment: Annotated[Sentiment | None, BeforeValidator(_sentiment)] = Field(
        None, validation_alias="user_sentiment"
    )
    in_voicemail: Flag = None
    custom_data: Members = Field({}, validation_alias="custom_analysis_data")


class CallCost(Reading):
    """What Retell charges, in cents. The split by product is None when Retell gave none."""

    combined_cents: Cents = None
    telephony_cents: Cents = None
    llm_cents: Cents = None
    other_cents: Cents = None


def _cost(value: object) -> CallCost | None:
    if isinstance(value, CallCost):
        return value
    if not isinstance(value, Mapping):
        return None
    combined, products = as_cents(value.get("combined_cost")), value.get("product_costs")
    if not isinstance(products, list):
        return None if combined is None else CallCost(combined_cents=combined)
    split = {"telephony": 0.0, "llm": 0.0, "other": 0.0}
    for product in products:
        if isinstance(product, Mapping) and (cost := as_cents(product.get("cost"))) is not None:
            split[_kind_of_product(product.get("product"))] += cost
    return CallCost(
        combined_cents=sum(split.values()) if combined is None else combined,
        telephony_cents=split["telephony"],
        llm_cents=split["llm"],
        other_cents=split["other"],
    )


def _kind_of_product(name: object) -> str:
    """Sort by name (`us_twilio_telephony`, `gpt_4_1`), since Retell publishes no list."""
    lowered = name.lower() if isinstance(name, str) else ""
    if _TELEPHONY.search(lowered):
        return "telephony"
    return "llm" if _LLM.search(lowered) else "other"


class RetellCall(Reading):
    """A call. Statuses, directions and reasons are Retell's own words, also those not known yet."""

    call_id: str
    call_type: Text = None
    call_status: Text = None
    disconnection_reason: Text = None
    direction: Text = None
    from_number: Text = None
    to_number: Text = None
    agent_id: Text = None
    agent_version: Whole = None
    started_at: Instant = Field(None, validation_alias="start_timestamp")
    ended_at: Instant = Field(None, validation_alias="end_timestamp")
    transfer_ended_at: Instant = Field(None, validation_alias="transfer_end_timestamp")
    duration_ms: Whole = None
    transcript: tuple[Utterance, ...] = Field((), validation_alias="utterances")
    transcript_is_scrubbed: bool = False
    tool_uses: tuple[ToolUse, ...] = Field((), validation_alias="tool_uses_read")
    recording_url: Text = Field(
        None, validation_alias=AliasChoices("recording_url", "scrubbed_recording_url")
    )
    recording_multi_channel_url: Text = Field(
        None,
        validation_alias=AliasChoices(
            "recording_multi_channel_url", "scrubbed_recording_multi_channel_url"
        ),
    )
    public_log_url: Text = None
    analysis: Annotated[CallAnalysis | None, BeforeValidator(_part)] = Field(
        None, validation_alias="call_analysis"
    )
    cost: Annotated[CallCost | None, BeforeValidator(_cost)] = Field(
        None, validation_alias="call_cost"
    )
    metadata: Members = {}
    variables: Texts = Field({}, validation_alias="retell_llm_dynamic_variables")
    collected_variables: Texts = Field({}, validation_alias="collected_dynamic_variables")
    transfer_destination: Annotated[str | None, BeforeValidator(_destination)] = None
    twilio_call_sid: Text = Field(
        None, validation_alias=AliasPath("telephony_identifier", "twilio_call_sid")
    )
    data_storage_setting: Text = None
    opt_out_sensitive_data_storage: Flag = None
    opt_in_signed_url: Flag = None

    @classmethod
    def from_payload(cls, payload: Mapping[str, object]) -> Self:
        """Read any JSON object that has a call id; one that has none is CallUnreadable.

        A webhook puts some members beside the call (`transcript_with_tool_calls`,
        `transfer_destination`): merge them in first.
        """
        call = storable_object(payload)
        if as_text(call.get("call_id")) is None:
            raise CallUnreadable("The call has no id.")
        transcript = read_transcript(call)
        given: dict[str, object] = {
            **{name: value for name, value in call.items() if value is not None},
            "utterances": transcript.utterances,
            "transcript_is_scrubbed": transcript.is_scrubbed,
            "tool_uses_read": transcript.tool_uses,
        }
        # By alias only: a member Retell may add one day must not pass for a field of ours.
        return cls.model_validate(given, by_alias=True, by_name=False)

    def __repr_args__(self) -> Iterable[tuple[str | None, object]]:
        # Numbers, transcripts and metadata stay out of logs and tracebacks.
        return (("call_id", self.call_id), ("call_status", self.call_status))
