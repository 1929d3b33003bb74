"""Receivers as the docs have them, and the libraries they are made with."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from standardwebhooks import Webhook

from backend.destinations.examples import example_body
from backend.platform.outbound.signing import new_secret, sign
from docs.destinations_examples import wiring, write

ROOT = Path(__file__).parents[2]
# Verified by the official library for JavaScript too, in the UI's tests.
SIGNED = ROOT / "frontend/src/testing/signedDelivery.json"
SECRETS = ["whsec_bmV3IHNlY3JldCBvZiB0ZXN0cw==", "whsec_b2xkIHNlY3JldCBvZiB0ZXN0cw=="]
AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
BODY = '{"type":"call.ended","data":{"call":{"id":"c1","summary":"Schön, “late”"}}}'


def test_a_delivery_is_signed_as_the_library_for_javascript_was_seen_to_verify() -> None:
    headers = sign(SECRETS, "01990000-0000-7000-8000-000000000001", AT, BODY.encode())

    signed = {"secrets": SECRETS, "headers": headers, "body": BODY}
    assert json.loads(SIGNED.read_text(encoding="utf-8")) == signed


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The FastAPI receiver of the docs, as it stands there."""
    monkeypatch.setenv("RINGBACK_SECRET", SECRETS[0])
    text = (ROOT / "docs/destinations.md").read_text(encoding="utf-8")
    (code,) = (
        each for each in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "FastAPI" in each
    )
    module = ModuleType("receiver")
    exec(compile(code, "docs/destinations.md", "exec"), module.__dict__)  # noqa: S102 - our own docs
    return module


async def test_the_receiver_of_the_docs_takes_what_is_signed_once_and_nothing_else(
    receiver: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the library goes by the clock
    headers = sign(SECRETS, "id-1", now, BODY.encode())
    transport = httpx.ASGITransport(app=receiver.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://receiver") as client:
        for _ in range(2):
            taken = await client.post("/hook", content=BODY, headers=headers)
            assert taken.status_code == 204
        refused = await client.post("/hook", content=BODY + " ", headers=headers)
        assert refused.status_code == 401
    assert capsys.readouterr().out == "call.ended c1\n"


def test_every_secret_of_a_rotation_signs_and_no_other_verifies() -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the library goes by the clock
    headers = sign(SECRETS, "id-1", now, BODY.encode())
    for secret in SECRETS:
        Webhook(secret).verify(BODY, headers)
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(new_secret()).verify(BODY, headers)


def test_the_examples_in_the_docs_are_what_the_code_makes() -> None:
    page = ROOT / "docs/destinations-examples.md"
    assert page.read_text(encoding="utf-8") == write()


def test_recipes_name_only_paths_that_examples_have() -> None:
    text = (ROOT / "docs/destinations.md").read_text(encoding="utf-8")
    example = example_body(wiring(), "record.extracted")
    context = example | example["data"]
    for path in re.findall(r"\{\{([a-z_.]+)\}\}", text):
        value = context
        for name in path.split("."):
            # Names of a customer's own variables and fields differ from customer to customer.
            if name in value:
                value = value[name]
            else:
                assert path.startswith(("record.data.", "call.variables.")), path
