"""The answer's envelope: a chat completion with its usage, and the one model there is."""

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from backend.sandbox.llm.request import ChatRequest, Shape, Wanted

MODEL = "sandbox-stand-in"


@dataclass(frozen=True)
class Answer:
    """What the model says, before it is put in its envelope."""

    text: str
    refusal: str | None = None
    finish_reason: str | None = None


def completion_body(
    request: ChatRequest, wanted: Wanted, answer: Answer, number: int
) -> dict[str, Any]:
    text, finish = _cut(request, answer)
    called = wanted.shape is Shape.TOOL and answer.refusal is None and text != ""
    if called and finish == "stop" and not isinstance(request.tool_choice, dict):
        finish = "tool_calls"  # a call the request forced ends with `stop`
    if wanted.shape is Shape.MARKDOWN and text:
        text = f"```json\n{text}\n```"
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if called or answer.refusal else text,
        "refusal": answer.refusal,
    }
    identity = hashlib.sha256(f"{number} {text}".encode()).hexdigest()[:24]
    if called:
        function = {"name": wanted.tool, "arguments": text}
        message["tool_calls"] = [
            {"id": f"call_{identity}", "type": "function", "function": function}
        ]
    return {
        "id": f"chatcmpl-{identity}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": usage(request, answer.refusal or text),
        "service_tier": "default",
        "system_fingerprint": "fp_sandbox",
    }


def _cut(request: ChatRequest, answer: Answer) -> tuple[str, str]:
    """Keep to the token limit asked for."""
    limit = request.max_completion_tokens or request.max_tokens
    if limit is not None and tokens(answer.text) > limit:
        return answer.text[: limit * 4], "length"
    return answer.text, answer.finish_reason or "stop"


def tokens(text: str) -> int:
    """Estimate: four characters a token, the rule of thumb for English."""
    return -(-len(text) // 4)


def usage(request: ChatRequest, text: str) -> dict[str, Any]:
    prompt = sum(4 + tokens(message.text) for message in request.messages)
    for tool in request.tools:
        prompt += tokens(tool.model_dump_json())
    if request.response_format is not None:
        prompt += tokens(request.response_format.model_dump_json())
    completion = tokens(text)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def models_body() -> dict[str, Any]:
    return {"object": "list", "data": [model_body()]}


def model_body() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 1_700_000_000, "owned_by": "sandbox"}
