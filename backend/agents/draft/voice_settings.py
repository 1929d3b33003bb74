"""The parts of an agent's configuration that are objects, in the form Retell gives them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class HangUp(_Part):
    type: Literal["hangup"] = Field(description="Hang up.")


class SayText(_Part):
    type: Literal["static_text"] = Field(description="Say this text, then hang up.")
    text: str = Field(
        min_length=1,
        max_length=5000,
        description="What is said, word for word; may use `{{variables}}`.",
        examples=["Hi {{driver_name}}, dispatch here. Please call us back."],
    )


class SayByPrompt(_Part):
    type: Literal["prompt"] = Field(description="Say what is made up from a prompt, then hang up.")
    text: str = Field(
        min_length=1,
        max_length=5000,
        description="What the message is made from; may use `{{variables}}`.",
        examples=["Ask {{driver_name}} to call dispatch back about load {{load_number}}."],
    )


class VoicemailOption(_Part):
    """What to do when a voicemail answers within the first three minutes."""

    action: Annotated[HangUp | SayText | SayByPrompt, Field(discriminator="type")] = Field(
        description="Hang up, or leave a message.", examples=[{"type": "hangup"}]
    )
    detection_prompt: str | None = Field(
        None,
        max_length=5000,
        description="What counts as voicemail, in words. Default null: Retell's own definition.",
        examples=["A recorded greeting, or a tone."],
    )


class DtmfOptions(_Part):
    """How keys that the callee presses are gathered into one input."""

    digit_limit: int | None = Field(
        None,
        ge=1,
        description="Keys after which the input is complete; at least 1. Default null: no limit.",
        examples=[6],
    )
    termination_key: str | None = Field(
        None,
        pattern=r"^[0-9#*]$",
        description="The key that ends the input: a digit, `#` or `*`. Default null: none.",
        examples=["#"],
    )
    timeout_ms: int | None = Field(
        None,
        ge=1,
        description="Milliseconds after the last key until the input is complete; at least 1. "
        "Default null: Retell's own.",
        examples=[2500],
    )


class Pronunciation(_Part):
    """How a word is spoken."""

    word: str = Field(
        min_length=1, max_length=200, description="The word as it is written.", examples=["Barstow"]
    )
    alphabet: Literal["ipa", "cmu", "pinyin", "jyutping"] = Field(
        "ipa",
        description="The phonetic alphabet; which of them work depends on the voice. "
        "Default `ipa`.",
        examples=["ipa"],
    )
    phoneme: str = Field(
        min_length=1,
        max_length=500,
        description="How it is pronounced, in that alphabet.",
        examples=["B AA1 R S T OW0"],
    )
