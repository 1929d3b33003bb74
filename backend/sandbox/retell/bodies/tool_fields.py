"""What a language model at Retell may do beside talking, with the bounds that are documented."""

from typing import Annotated, Literal

from pydantic import Field

from backend.sandbox.retell.bodies.body import Body

ToolName = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]


class NamedTool(Body):
    """What the model may do. It is told apart by its name."""

    type: Literal[
        "end_call",
        "transfer_call",
        "agent_swap",
        "send_sms",
        "code",
        "bridge_transfer",
        "cancel_transfer",
        "integration_app",
    ]
    name: ToolName


class McpTool(Body):
    type: Literal["mcp"]
    name: str


class CustomTool(Body):
    type: Literal["custom"]
    name: ToolName
    url: str
    timeout_ms: Annotated[int, Field(ge=1_000, le=600_000)] | None = None
    max_retry: Annotated[int, Field(ge=0, le=5)] | None = None
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None


class PressDigitTool(Body):
    type: Literal["press_digit"]
    name: ToolName
    delay_ms: Annotated[int, Field(ge=0, le=5_000)] | None = None


class ExtractedVariable(Body):
    type: Literal["string", "enum", "boolean", "number"]
    choices: Annotated[list[str], Field(min_length=1)] | None = None


class ExtractTool(Body):
    type: Literal["extract_dynamic_variable"]
    name: ToolName
    variables: list[ExtractedVariable]


Tool = Annotated[
    NamedTool | McpTool | CustomTool | PressDigitTool | ExtractTool, Field(discriminator="type")
]


class State(Body):
    name: str
    tools: list[Tool] | None = None
