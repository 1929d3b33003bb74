"""A language model that takes no time: an OpenAI-compatible server for one kind of conversation.

It knows the conversations of `_payloads.py`, so that what is measured is the service alone.
"""

import json
import re
import sys
from typing import Any

import uvicorn

RECORD_SCHEMA = {
    "type": "object",
    "properties": {
        "minutes_late": {"type": ["integer", "null"], "description": "Minutes until arrival"},
        "reason": {"type": ["string", "null"], "description": "Why the driver is late"},
        "load_is_fine": {"type": ["boolean", "null"], "description": "Whether the load is fine"},
    },
}
_MINUTES = re.compile(r"still about (\d+) minutes out")
_REASON = re.compile(r"because of ([^.]+)\.")


def answer(prompt: str) -> dict[str, Any]:
    minutes, reason = _MINUTES.search(prompt), _REASON.search(prompt)
    assert minutes is not None
    assert reason is not None
    return {
        "minutes_late": {"quote": minutes[0], "turns": [1], "value": int(minutes[1])},
        "reason": {"quote": reason[0], "turns": [1], "value": reason[1]},
        "load_is_fine": {"quote": "The load is fine", "turns": [3], "value": True},
    }


def completion(asked: dict[str, Any]) -> dict[str, Any]:
    content = json.dumps(answer(asked["messages"][-1]["content"]))
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if asked.get("tools"):
        name = asked["tools"][0]["function"]["name"]
        function = {"name": name, "arguments": content}
        called = {"id": "call_1", "type": "function", "function": function}
        message = {"role": "assistant", "content": None, "tool_calls": [called]}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": asked["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


async def app(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while True:
        part = await receive()
        body += part.get("body", b"")
        if not part.get("more_body"):
            break
    status = {"status": "ready"} if scope["method"] == "GET" else completion(json.loads(body))
    content = json.dumps(status).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), lifespan="off", log_level="warning")
