#!/usr/bin/env bash
# A list answered under another key is an empty list, without an error or a retry
#
# instructor 1.17.0. With a list as the response model the tool's argument is called 'tasks'. A model that
# calls it by another name, as models do, has given nothing: the result is [], nothing is raised, and nothing
# is asked again. A model of one's own with a required field around the list notices it.
#
# Seen: list[Item] gives [], the model around the list raises InstructorRetryException
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'instructor==1.17.0' 'openai==3.3.0'
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import instructor
from instructor.core import InstructorRetryException
from pydantic import BaseModel


class Item(BaseModel):
    name: str


class Items(BaseModel):
    items: list[Item]


class Model(BaseHTTPRequestHandler):
    """Answers each request with a call of the tool it was given, and its list under `entries`."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        arguments = json.dumps({"entries": [{"name": "load 447"}]})
        call = {"name": asked["tools"][0]["function"]["name"], "arguments": arguments}
        message = {"role": "assistant", "content": None,
                   "tool_calls": [{"id": "1", "type": "function", "function": call}]}
        answer = json.dumps({"id": "1", "object": "chat.completion", "created": 0, "model": "m",
                             "choices": [{"index": 0, "finish_reason": "tool_calls",
                                          "message": message}]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
Thread(target=server.serve_forever, daemon=True).start()
client = instructor.from_provider(
    "openai/m", api_key="none", base_url=f"http://127.0.0.1:{server.server_port}/v1"
)


def ask(model: Any) -> str:
    try:
        found = client.create(
            response_model=model, max_retries=0, messages=[{"role": "user", "content": "List."}]
        )
    except InstructorRetryException:
        return "raises InstructorRetryException"
    return f"gives {list(found)}"


bare, wrapped = ask(list[Item]), ask(Items)
print(f"list[Item] {bare}, the model around the list {wrapped}")
assert bare == "gives []"
assert wrapped == "raises InstructorRetryException"
PYTHON
