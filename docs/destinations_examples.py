"""Writes docs/destinations-examples.md: what each event's payload looks like, made by the code."""

import json
from pathlib import Path

from pydantic import SecretStr

from backend.destinations.examples import example_body
from backend.platform.events import Wiring, deliverable_names
from backend.platform.settings import DatabaseSettings, Settings
from backend.wiring import build

HEAD = """# Examples of payloads

One for every event that destinations can subscribe to, made by the code that makes the real ones:
`python docs/destinations_examples.py` writes this page, and a test compares it.
"""


def wiring() -> Wiring:
    """Wire the service as it is; the database is never asked."""
    database = DatabaseSettings(url=SecretStr("postgresql://localhost/none"))
    return build(Settings(_env_file=None, secret_key=SecretStr("x" * 32), database=database))


def write() -> str:
    wired = wiring()
    parts = [HEAD]
    for event in sorted(deliverable_names()):
        body = json.dumps(example_body(wired, event), indent=1, ensure_ascii=False)
        parts.append(f"## {event}\n\n```json\n{body}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    Path(__file__).with_name("destinations-examples.md").write_text(write(), encoding="utf-8")
