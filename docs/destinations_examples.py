"""Writes docs/destinations-examples.md: what each event's payload looks like, made by the code."""

import json
from pathlib import Path

from backend.destinations.examples import example_body
from backend.platform.events import deliverable_names
from backend.platform.settings import Settings
from backend.wiring import build

HEAD = """# Examples of payloads

One for every event that destinations can subscribe to, made by the code that makes the real ones:
`python docs/destinations_examples.py` writes this page, and a test compares it.
"""


def write() -> str:
    wiring = build(Settings(_env_file=None))
    parts = [HEAD]
    for event in sorted(deliverable_names()):
        body = json.dumps(example_body(wiring, event), indent=1, ensure_ascii=False)
        parts.append(f"## {event}\n\n```json\n{body}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    Path(__file__).with_name("destinations-examples.md").write_text(write(), encoding="utf-8")
