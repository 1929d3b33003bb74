"""Finding out why a signature does not hold."""

import json
import time
from typing import Any

import pytest

from backend.auth.models import Role
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.sandbox import API_KEY
from tests.support.signing import as_sent, sign

VERIFY = "/webhooks/verify"
BODY = as_sent({"event": "call_ended", "call": {"call_id": "call_1", "note": "Grüße, ¿qué tal?"}})


async def diagnosis(customer: Customer, body: str, signature: str) -> dict[str, Any]:
    found: dict[str, Any] = await customer.post(VERIFY, {"body": body, "signature": signature})
    return found


def results(found: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["result"] for check in found["checks"]}


def detail(found: dict[str, Any], name: str) -> str:
    (text,) = [check["detail"] for check in found["checks"] if check["name"] == name]
    return str(text)


async def test_a_good_signature_passes_every_check(customer: Customer) -> None:
    found = await diagnosis(customer, BODY.decode(), sign(BODY, API_KEY))

    assert found["valid"] is True
    assert set(results(found).values()) == {"passed"}


async def test_another_key_is_told_from_a_body_that_was_written_again(customer: Customer) -> None:
    good = sign(BODY, API_KEY)

    wrong_key = await diagnosis(customer, BODY.decode(), sign(BODY, "key_of_somebody_else"))
    rewritten = await diagnosis(customer, json.dumps(json.loads(BODY)), good)
    trimmed = await diagnosis(customer, BODY.decode(), sign(BODY + b"\n", API_KEY))

    assert results(wrong_key)["digest"] == "failed"
    assert "another key" in detail(wrong_key, "digest")
    assert "read and written again" in detail(rewritten, "digest")
    assert "line break was lost" in detail(trimmed, "digest")
    assert not wrong_key["valid"]
    assert not rewritten["valid"]


@pytest.mark.parametrize(
    ("offset_ms", "words"),
    [(-10 * 60_000, "10 minutes ago"), (10 * 60_000, "clock is behind")],
)
async def test_a_clock_that_is_wrong_is_named_beside_a_good_digest(
    customer: Customer, offset_ms: int, words: str
) -> None:
    at_ms = int(time.time() * 1000) + offset_ms

    found = await diagnosis(customer, BODY.decode(), sign(BODY, API_KEY, at_ms=at_ms))

    assert results(found) == {
        "key": "passed",
        "header": "passed",
        "clock": "failed",
        "digest": "passed",
    }
    assert words in detail(found, "clock")


async def test_a_time_in_seconds_is_named(customer: Customer) -> None:
    found = await diagnosis(customer, BODY.decode(), sign(BODY, API_KEY, at_ms=int(time.time())))

    assert "in seconds" in detail(found, "clock")


@pytest.mark.parametrize(
    ("header", "words", "digest"),
    [
        ("", "missing", "not_reached"),
        ("sha256=abc", "not Retell's", "not_reached"),
        ("v=1,d=" + "0" * 63, "not Retell's", "not_reached"),
    ],
)
async def test_a_header_that_is_none_is_named(
    customer: Customer, header: str, words: str, digest: str
) -> None:
    found = await diagnosis(customer, BODY.decode(), header)

    assert words in detail(found, "header")
    assert results(found)["digest"] == digest


async def test_a_header_that_was_changed_on_its_way_is_named(customer: Customer) -> None:
    found = await diagnosis(customer, BODY.decode(), sign(BODY, API_KEY).upper().lower() + " ")

    assert "proxy changed it" in detail(found, "header")
    assert results(found)["digest"] == "passed"
    assert not found["valid"]


async def test_no_answer_shows_the_key_and_reviewers_get_none(customer: Customer) -> None:
    found = await diagnosis(customer, BODY.decode(), sign(BODY, "another"))
    reviewer = await customer.colleague(Role.REVIEWER)

    refused = await reviewer.client.post(
        f"/api/v1{VERIFY}", json={"body": "{}", "signature": "v=1"}
    )

    assert API_KEY not in repr(found)
    problem_of(refused, 403, "role-missing")


async def test_without_a_key_that_is_what_is_said(customer: Customer) -> None:
    await customer.patch("/organisation", {"keys": {"retell_api_key": None}})

    found = await diagnosis(customer, BODY.decode(), sign(BODY, API_KEY))

    assert "No webhook key is set" in detail(found, "key")
    assert results(found)["digest"] == "not_reached"
