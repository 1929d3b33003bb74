"""The receiver of the docs, run against what is really sent."""

import json
import re
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from backend.platform import clock
from backend.platform.outbound.signing import new_secret, sign

_DOCS = Path(__file__).parents[3] / "docs/compliance.md"
SECRET = new_secret()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("RINGBACK_HOOK_SECRET", SECRET)
    (code,) = re.findall(r"```python\n(.*?)```", _DOCS.read_text(encoding="utf-8"), re.DOTALL)
    module = ModuleType("receiver")
    exec(compile(code, "docs/compliance.md", "exec"), module.__dict__)  # noqa: S102 - our own docs
    return module


async def test_the_receiver_of_the_docs_answers_who_signs_and_nobody_else(
    receiver: ModuleType,
) -> None:
    asked = {"type": "dial.check", "data": {"to_number": "+14155550100"}}
    body = json.dumps(asked).encode()
    headers = sign([SECRET], "id-1", clock.now(), body)
    transport = httpx.ASGITransport(app=receiver.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://receiver") as client:
        answered = await client.post("/dial", content=body, headers=headers)
        refused = await client.post("/dial", content=body + b" ", headers=headers)

    assert answered.json()["code"] == "own_list"
    assert refused.status_code == 401
