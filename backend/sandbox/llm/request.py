"""What a chat completion request asks for, and the refusals OpenAI gives."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")

OF_ANSWERS = frozenset({"assistant", "tool", "function"})

Schema = dict[str, Any]


class ProtocolError(Exception):
    """A failure with the status and the body OpenAI gives it."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.error = {"message": message, "type": kind, "param": param, "code": code}

    def response(self) -> JSONResponse:
        return JSONResponse({"error": self.error}, self.status, headers=self.headers)


class Message(BaseModel):
    model_config = ConfigDict(extra="allow")

    role: Literal["developer", "system", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None
    tool_calls: list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """What the message says; for the model's own, what it called the tool with."""
        if self.content:
            if isinstance(self.content, str):
                return self.content
            return "\n".join(str(part.get("text", "")) for part in self.content)
        calls = (call.get("function", {}) for call in self.tool_calls or ())
        return "\n".join(str(call.get("arguments", "")) for call in calls)


class Function(BaseModel):
    name: str
    description: str | None = None
    parameters: Schema = Field(default_factory=dict)
    strict: bool | None = None


class Tool(BaseModel):
    type: Literal["function"]
    function: Function


class JsonSchemaFormat(BaseModel):
    name: str
    schema_: Schema = Field(alias="schema", default_factory=dict)
    strict: bool | None = None


class ResponseFormat(BaseModel):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchemaFormat | None = None


class ChatRequest(BaseModel):
    model_config = ConfigDict(extra="allow")

    model: str
    messages: list[Message] = Field(min_length=1)
    tools: list[Tool] = Field(default_factory=list)
    tool_choice: str | dict[str, Any] | None = None
    response_format: ResponseFormat | None = None
    stream: bool | None = None
    n: int | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None

    def said_to_model(self) -> list[str]:
        """Return what the prompt says, without the model's earlier answers and their results."""
        return [message.text for message in self.messages if message.role not in OF_ANSWERS]

    def earlier_answer(self) -> tuple[str, list[str]]:
        """Return the model's last answer in this chat and what was said to it; empty if none."""
        for position in reversed(range(len(self.messages))):
            if self.messages[position].role == "assistant":
                after = self.messages[position + 1 :]
                return self.messages[position].text, [message.text for message in after]
        return "", []


class Shape(StrEnum):
    TOOL = "tool"
    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    MARKDOWN = "markdown"
    TEXT = "text"


@dataclass(frozen=True)
class Wanted:
    """What an answer must look like: its envelope, and the schema to fill if there is one."""

    shape: Shape
    schema: Schema | None = None
    tool: str | None = None


def parse_request(raw: bytes) -> ChatRequest:
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise ProtocolError(400, "We could not parse the JSON body of your request.") from error
    try:
        request = ChatRequest.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        param = ".".join(str(part) for part in first["loc"])
        message = f"Invalid value for '{param}': {first['msg']}."
        if first["type"] == "missing":
            message = f"Missing required parameter: '{param}'."
        raise ProtocolError(400, message, param=param, code=first["type"]) from error
    if request.stream:
        message = "The sandbox does not stream; send the request with 'stream': false."
        raise ProtocolError(400, message, param="stream", code="unsupported_value")
    if request.n not in (None, 1):
        message = "The sandbox gives one choice; send the request with 'n': 1."
        raise ProtocolError(400, message, param="n", code="unsupported_value")
    return request


def wanted_answer(request: ChatRequest) -> Wanted:
    """Say what the request asks for, or refuse it as OpenAI would."""
    if request.tools and request.tool_choice != "none":
        function = _chosen_function(request)
        _check_name(function.name, "tools[0].function.name")
        if function.strict:
            _check_strict(function.parameters, f"function '{function.name}'")
        return Wanted(Shape.TOOL, function.parameters, function.name)
    format_ = request.response_format
    if format_ is not None and format_.type == "json_schema":
        if format_.json_schema is None:
            message = "Missing required parameter: 'response_format.json_schema'."
            raise ProtocolError(400, message, param="response_format.json_schema")
        _check_name(format_.json_schema.name, "response_format.json_schema.name")
        if format_.json_schema.strict:
            named = f"response_format '{format_.json_schema.name}'"
            _check_strict(format_.json_schema.schema_, named)
        return Wanted(Shape.JSON_SCHEMA, format_.json_schema.schema_)
    schema = schema_in_messages(request.messages)
    if format_ is not None and format_.type == "json_object":
        if not any("json" in message.text.lower() for message in request.messages):
            message = (
                "'messages' must contain the word 'json' in some form, to use "
                "'response_format' of type 'json_object'."
            )
            raise ProtocolError(400, message, param="messages")
        return Wanted(Shape.JSON_OBJECT, schema or {"type": "object"})
    return Wanted(Shape.MARKDOWN, schema) if schema else Wanted(Shape.TEXT)


def _chosen_function(request: ChatRequest) -> Function:
    functions = {tool.function.name: tool.function for tool in request.tools}
    if not isinstance(request.tool_choice, dict):
        return request.tools[0].function
    name = request.tool_choice.get("function", {}).get("name")
    if name not in functions:
        message = f"Tool choice '{name}' not found in 'tools' parameter."
        raise ProtocolError(400, message, param="tool_choice")
    return functions[name]


def _check_name(name: str, param: str) -> None:
    if not NAME.fullmatch(name):
        message = (
            f"Invalid '{param}': string does not match pattern. Expected a string that matches "
            "the pattern '^[a-zA-Z0-9_-]+$' of at most 64 characters."
        )
        raise ProtocolError(400, message, param=param, code="invalid_value")


def _check_strict(schema: Schema, named: str) -> None:
    """Refuse what strict mode refuses: open objects, and properties that may be left out."""
    for node in _objects(schema):
        properties = node.get("properties", {})
        if node.get("additionalProperties") is not False:
            fault = "'additionalProperties' is required to be supplied and to be false."
        elif missing := sorted(set(properties) - set(node.get("required", ()))):
            fault = (
                "'required' is required to be supplied and to be an array including every key "
                f"in properties. Missing '{missing[0]}'."
            )
        else:
            continue
        message = f"Invalid schema for {named}: {fault}"
        raise ProtocolError(400, message, param="schema", code="invalid_schema")


def _objects(node: object) -> Iterator[Schema]:
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for value in node.values():
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)


def schema_in_messages(messages: Iterable[Message]) -> Schema | None:
    """Find the JSON Schema written out in the instructions, as JSON modes send it."""
    decoder = json.JSONDecoder()
    for message in messages:
        if message.role in OF_ANSWERS:
            continue
        for start in re.finditer(r"\{", message.text):
            try:
                found, _ = decoder.raw_decode(message.text, start.start())
            except ValueError:
                continue
            if isinstance(found, dict) and ("properties" in found or "$ref" in found):
                return found
    return None
