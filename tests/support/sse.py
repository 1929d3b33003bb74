"""Server-sent events, read back as a client reads them."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Message:
    """One event; `id` is empty when it has none."""

    id: str
    name: str
    data: dict[str, Any]


def messages_of(stream: bytes) -> list[Message]:
    """Read whole messages; comments and reconnection times are passed over."""
    assert stream.endswith(b"\n\n")
    messages = []
    for block in stream.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if "data" in fields:
            data = json.loads(fields["data"])
            messages.append(Message(fields.get("id", ""), fields["event"], data))
    return messages
