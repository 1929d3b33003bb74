"""What an agent can do in a call beside talking: end it, pass it on, press keys, call functions."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, ValidationError
from pydantic.functional_validators import field_validator

from backend.agents.draft.variables import TEMPLATE
from backend.platform.events import JsonObject

_NAME = r"^[A-Za-z0-9_-]{1,64}$"
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_URL = TypeAdapter(HttpUrl)

Description = Annotated[
    str,
    Field(
        max_length=4000,
        description="What it does and when to use it; the language model decides by this.",
    ),
]


def _name(default: str) -> str:
    named: str = Field(
        default,
        pattern=_NAME,
        description="What the language model calls it: letters, digits, `_` and `-`, 64 in all, "
        f"unlike the agent's other tools. Default `{default}`.",
        examples=[default],
    )
    return named


class _Tool(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class EndCallTool(_Tool):
    """Lets the agent hang up."""

    type: Literal["end_call"] = Field(description="Hang up.")
    name: str = _name("end_call")
    description: Description = Field(
        "", examples=["End the call once the driver has said goodbye."]
    )


class TransferCallTool(_Tool):
    """Lets the agent pass the call on to a person."""

    type: Literal["transfer_call"] = Field(description="Pass the call on.")
    name: str = _name("transfer_call")
    description: Description = Field("", examples=["Transfer to dispatch when asked for a human."])
    number: str = Field(
        max_length=200,
        description="Where to: a phone number in E.164, or a `{{variable}}` that holds one.",
        examples=["+14155550123"],
    )
    extension: str | None = Field(
        None,
        max_length=64,
        description="Keys pressed once connected: digits, `*`, `#`, or a `{{variable}}`. "
        "Default null: none.",
        examples=["12#"],
    )
    mode: Literal["cold_transfer", "warm_transfer"] = Field(
        "cold_transfer",
        description="Cold: the agent leaves at once. Warm: it waits until a person has answered. "
        "Default `cold_transfer`.",
        examples=["warm_transfer"],
    )
    show_transferee_as_caller: bool = Field(
        default=False,
        description="Whether the person called sees the caller's number instead of the agent's. "
        "Default false.",
        examples=[False],
    )

    @field_validator("number")
    @classmethod
    def _can_be_dialled(cls, value: str) -> str:
        if not _E164.fullmatch(value) and not TEMPLATE.fullmatch(value):
            raise ValueError("must be in E.164, such as +14155550123, or one {{variable}}")
        return value


class PressDigitTool(_Tool):
    """Lets the agent press keys, to get through a phone menu."""

    type: Literal["press_digit"] = Field(description="Press keys.")
    name: str = _name("press_digit")
    description: Description = Field("", examples=["Press 2 for receiving."])
    delay_ms: int = Field(
        1000,
        ge=0,
        le=5000,
        description="Milliseconds to wait before pressing, as menus speak slowly; 0 to 5000, "
        "default 1000.",
        examples=[1000],
    )


class CustomFunction(_Tool):
    """Lets the agent ask another system over HTTP. Retell signs the request."""

    type: Literal["custom"] = Field(description="Ask another system.")
    name: str = Field(
        pattern=_NAME,
        description="What the language model calls it: letters, digits, `_` and `-`, 64 in all, "
        "unlike the agent's other tools.",
        examples=["find_load"],
    )
    description: Description = Field("", examples=["Looks up a load by its number."])
    url: str = Field(
        max_length=2000,
        description="Where Retell sends it; may hold `{{variables}}`. Retell signs each request "
        "with `X-Retell-Signature`.",
        examples=["https://tms.example.com/loads"],
    )
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(
        "POST", description="HTTP method. Default `POST`.", examples=["POST"]
    )
    headers: dict[str, str] = Field(
        default_factory=dict,
        max_length=20,
        description="Headers to send along. Everyone who may read the agent reads them. "
        "Default: none.",
        examples=[{"X-Team": "dispatch"}],
    )
    parameters: JsonObject | None = Field(
        None,
        description="JSON Schema of the arguments, an object. Default null: no arguments.",
        examples=[
            {
                "type": "object",
                "properties": {"load_number": {"type": "string"}},
                "required": ["load_number"],
            }
        ],
    )
    timeout_ms: int = Field(
        120_000,
        ge=1000,
        le=600_000,
        description="Milliseconds until the agent goes on without an answer; 1000 to 600000, "
        "default 120000.",
        examples=[10_000],
    )
    speak_during_execution: bool = Field(
        default=False,
        description="Whether the agent says something like `One moment` meanwhile. Default false.",
        examples=[True],
    )
    speak_after_execution: bool = Field(
        default=True,
        description="Whether the agent speaks as soon as the answer is there. Default true.",
        examples=[True],
    )

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        try:
            _URL.validate_python(TEMPLATE.sub("x", value))
        except ValidationError:
            raise ValueError("must be an address such as https://tms.example.com/loads") from None
        return value

    @field_validator("parameters")
    @classmethod
    def _describe_an_object(cls, value: JsonObject | None) -> JsonObject | None:
        if value is not None and value.get("type") != "object":
            raise ValueError('must be a JSON Schema of an object: write "type": "object"')
        if value is not None and not isinstance(value.get("properties"), dict):
            raise ValueError("must list the arguments in `properties`")
        return value


class OtherTool(_Tool):
    """A tool of Retell's that has no form here, sent as it is."""

    type: Literal["other"] = Field(description="Any other tool of Retell's.")
    definition: JsonObject = Field(
        description="The tool as Retell's API takes it, with its `type` and `name`.",
        examples=[{"type": "send_sms", "name": "send_directions"}],
    )

    @field_validator("definition")
    @classmethod
    def _has_type_and_name(cls, value: JsonObject) -> JsonObject:
        if any(not isinstance(value.get(member), str) for member in ("type", "name")):
            raise ValueError("must have a `type` and a `name`, both texts")
        return value

    @property
    def name(self) -> str:
        return str(self.definition["name"])


Tool = Annotated[
    EndCallTool | TransferCallTool | PressDigitTool | CustomFunction | OtherTool,
    Field(discriminator="type"),
]
