"""Webhooks that Retell did not sign: refused with a reason that people can see at once."""

import json
from collections.abc import Callable

import httpx
import pytest

from backend.platform import clock
from backend.platform.settings import Settings
from tests.support.customers import Customer
from tests.support.inbox import rejections, stored_webhooks
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide, deliver
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.service import running_service, test_settings
from tests.support.signing import as_sent, sign
from tests.support.waiting import until

BODY = as_sent(RetellSide("agent_1").ended())
# Quotes, accents and emoji: what re-serialising changes.
ACCENTED = as_sent(RetellSide("agent_1").ended(transcript="User: ¡Mañana, señor! 😀\n"))


def _now_ms() -> int:
    return int(clock.now().timestamp() * 1000)


async def _post(
    client: httpx.AsyncClient, org_slug: str, body: bytes, signature: str | None
) -> httpx.Response:
    headers = {} if signature is None else {"X-Retell-Signature": signature}
    return await client.post(f"/webhook/retell/{org_slug}", content=body, headers=headers)


_REFUSED: dict[str, tuple[str, Callable[[], tuple[bytes, str | None]]]] = {
    "no header": ("missing_header", lambda: (BODY, None)),
    "an empty header": ("missing_header", lambda: (BODY, "")),
    "not of the form": ("malformed_header", lambda: (BODY, "sha256=abc")),
    "upper-case hex": (
        "malformed_header",
        lambda: (BODY, sign(BODY, API_KEY).upper().replace("V=", "v=").replace(",D=", ",d=")),
    ),
    "the word None": ("malformed_header", lambda: (BODY, "None")),
    "five minutes old": (
        "stale_timestamp",
        lambda: (BODY, sign(BODY, API_KEY, at_ms=_now_ms() - 301_000)),
    ),
    "seconds, not milliseconds": (
        "stale_timestamp",
        lambda: (BODY, sign(BODY, API_KEY, at_ms=_now_ms() // 1000)),
    ),
    "from the future": (
        "future_timestamp",
        lambda: (BODY, sign(BODY, API_KEY, at_ms=_now_ms() + 305_000)),
    ),
    "another key": ("wrong_key", lambda: (BODY, sign(BODY, "key_other"))),
    "not UTF-8": ("body_not_utf8", lambda: (b"\xff" + BODY, sign(b"\xff" + BODY, API_KEY))),
    "one byte more": ("wrong_key", lambda: (BODY + b"\n", sign(BODY, API_KEY))),
    "serialised again": (
        "wrong_key",
        lambda: (json.dumps(json.loads(ACCENTED)).encode(), sign(ACCENTED, API_KEY)),
    ),
    "the signature of another body": ("wrong_key", lambda: (BODY, sign(ACCENTED, API_KEY))),
}


@pytest.mark.parametrize("case", _REFUSED)
async def test_a_request_that_retell_did_not_sign_is_refused_and_noted_without_its_body(
    customer: Customer, case: str
) -> None:
    reason, make = _REFUSED[case]
    body, signature = make()

    response = await _post(customer.client, customer.org.slug, body, signature)

    document = problem_of(response, 401, "signature-refused")
    assert document["reason"] == reason
    assert API_KEY not in response.text

    async def health() -> dict[str, int] | None:
        return (await customer.get("/webhooks/health"))["rejected"] or None

    assert await until(health, "the rejection to be counted") == {reason: 1}
    (noted,) = await rejections(customer)
    assert (noted.reason, noted.body_bytes) == (reason, len(body))
    assert await stored_webhooks(customer) == []


async def test_accents_and_emoji_pass_when_the_bytes_are_those_that_were_signed(
    customer: Customer,
) -> None:
    response = await deliver(customer.client, customer.org.slug, ACCENTED)

    assert response.status_code == 204
    assert [row.body for row in await stored_webhooks(customer)] == [ACCENTED]


async def test_a_signature_may_be_almost_five_minutes_off_in_both_directions(
    customer: Customer,
) -> None:
    for offset_ms in (-295_000, 295_000):
        signature = sign(BODY, API_KEY, at_ms=_now_ms() + offset_ms)
        response = await _post(customer.client, customer.org.slug, BODY, signature)
        assert response.status_code == 204


async def test_both_keys_are_accepted_while_a_key_is_rotated(dsn: str, sandbox: Sandbox) -> None:
    keys = {"webhook_key": "key_new", "webhook_key_previous": "key_old"}
    settings: Settings = test_settings(dsn, sandbox, retell=keys)

    async with running_service(settings, worker=False) as api:
        answers = {
            key: (await _post(api.client, "default", BODY, sign(BODY, key))).status_code
            for key in ("key_new", "key_old", API_KEY)
        }

    assert answers == {"key_new": 204, "key_old": 204, API_KEY: 401}
