"""What a caller may conclude about a phone from each way a dial can go wrong."""

import json
import traceback
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
import respx

from backend.platform.errors import AppError, Rejected, TooMany, Unavailable, UpstreamTimedOut
from backend.providers.retell import Retell
from backend.providers.retell_errors import (
    BlockReason,
    DialOutcomeUnknown,
    DialRefused,
    RetellAccountBlocked,
    RetellRateLimited,
)
from backend.providers.retell_shapes import Dial

URL = "https://retell.test"
KEY = "key_0123456789abcdef"
DIAL = Dial(
    idempotency_key="0199aaaa",
    agent_id="agent_1",
    agent_version=3,
    from_number="+14155550199",
    to_number="+14155550100",
    variables={"driver_name": "Mike"},
    metadata={"ringback_call_id": "0199aaaa"},
)
REGISTERED = {"call_id": "call_1", "call_status": "registered", "call_type": "phone_call"}


@pytest.fixture(scope="module")
async def retell() -> AsyncIterator[Retell]:
    client = Retell(api_key=KEY, base_url=URL)
    yield client
    await client.close()


@pytest.fixture
def dialled() -> Iterator[respx.Route]:
    with respx.mock(base_url=URL, assert_all_called=False) as api:
        yield api.post("/v2/create-phone-call")


async def failed_dial(retell: Retell, dial: Dial = DIAL) -> AppError:
    with pytest.raises(AppError) as caught:
        await retell.create_phone_call(dial)
    return caught.value


async def test_a_dial_is_sent_with_its_key_version_and_respect_for_do_not_call(
    retell: Retell, dialled: respx.Route
) -> None:
    dialled.respond(201, json=REGISTERED)

    call = await retell.create_phone_call(DIAL)

    assert (call.call_id, call.call_status) == ("call_1", "registered")
    request = dialled.calls.last.request
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(request.content) == {
        "from_number": "+14155550199",
        "to_number": "+14155550100",
        "override_agent_id": "agent_1",
        "override_agent_version": 3,
        "retell_llm_dynamic_variables": {"driver_name": "Mike"},
        "metadata": {"ringback_call_id": "0199aaaa"},
        "idempotency_key": "0199aaaa",
        "honor_internal_dnc": True,
    }


@pytest.mark.parametrize("status", [400, 404, 405, 410, 413, 415, 422, 451])
async def test_a_refused_dial_is_refused_for_good(
    retell: Retell, dialled: respx.Route, status: int
) -> None:
    dialled.respond(status, json={"status": "error", "message": "Contact is on do_not_call"})
    failure = await failed_dial(retell)
    assert type(failure) is DialRefused
    assert isinstance(failure, Rejected)
    assert failure.detail == "Retell says: Contact is on do_not_call"
    assert failure.members == {"retell_status": status}
    assert dialled.call_count == 1


async def test_a_missing_agent_is_refused_for_good(retell: Retell, dialled: respx.Route) -> None:
    message = "Cannot find requested asset under given api key"
    dialled.respond(422, json={"status": "error", "message": message})
    assert type(await failed_dial(retell)) is DialRefused


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Invalid to_number +14155550100", "Invalid to_number [number]"),
        ("to_number=14155550100: country", "to_number=[number]: country"),
        ("(415) 555-0100 and +1 415.555.0199!", "([number] and [number]!"),
        ("key_0123456789abcdef is not it", "[key] is not it"),
        (
            "agent_16b980523634a6dc504898cda4 has no v3",
            "agent_16b980523634a6dc504898cda4 has no v3",
        ),
        ("a\n\tb\x00", "a b"),
        ("x" * 999, "x" * 300),
    ],
)
async def test_retells_sentence_is_passed_on_without_numbers_and_keys(
    retell: Retell, dialled: respx.Route, message: str, shown: str
) -> None:
    dialled.respond(400, json={"status": "error", "message": message})
    assert (await failed_dial(retell)).detail == f"Retell says: {shown}"


@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad Request</html>", b"[]", b'{"message":7}', b'"no"', b"\xff"]
)
async def test_a_refusal_without_a_sentence_says_its_status(
    retell: Retell, dialled: respx.Route, body: bytes
) -> None:
    dialled.respond(400, content=body)
    assert (await failed_dial(retell)).detail == "Retell refused it with status 400."


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [
        ({}, None),
        ({"RateLimit-Reset": "7"}, 7),
        ({"Retry-After": "3"}, 3),
        ({"RateLimit-Reset": "7", "Retry-After": "9"}, 9),
        ({"RateLimit-Reset": "soon"}, None),
        ({"RateLimit-Reset": "-4"}, None),
        ({"RateLimit-Reset": "nan"}, None),
        ({"RateLimit-Reset": "1795176000"}, None),
        ({"Retry-After": "Fri, 20 Nov 2020 12:00:00 GMT"}, None),
        ({"Retry-After": "Fri, 20 Nov 2020 12:00:00 -0000"}, None),
    ],
)
async def test_a_rate_limited_dial_may_be_sent_later(
    retell: Retell, dialled: respx.Route, headers: dict[str, str], retry_after: float | None
) -> None:
    dialled.respond(429, headers={"X-RateLimit-Limiter": "call", **headers})
    failure = await failed_dial(retell)
    assert isinstance(failure, RetellRateLimited)
    assert isinstance(failure, TooMany)
    assert failure.retry_after == retry_after
    assert failure.members == {"limiter": "call"}
    assert dialled.call_count == 1


@pytest.mark.parametrize(
    "message",
    [
        "You have reached your concurrency limit",
        "Too many requests",
        "Over the limit of 1 call per second",
        "CPS exceeded for this number",
        "Account rate limited, please throttle",
    ],
)
async def test_a_limit_reached_under_another_status_means_later_too(
    retell: Retell, dialled: respx.Route, message: str
) -> None:
    dialled.respond(400, json={"status": "error", "message": message})
    assert isinstance(await failed_dial(retell), RetellRateLimited)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, BlockReason.KEY_REFUSED),
        (402, BlockReason.UNPAID),
        (403, BlockReason.FORBIDDEN),
    ],
)
async def test_an_account_that_cannot_dial_says_why(
    retell: Retell, dialled: respx.Route, status: int, reason: BlockReason
) -> None:
    dialled.respond(status, json={"status": "error", "message": "Not with secret-key-77"})
    failure = await failed_dial(retell)
    assert isinstance(failure, RetellAccountBlocked)
    assert isinstance(failure, Unavailable)
    assert failure.reason is reason
    assert failure.members == {"reason": reason.value}
    assert ("secret-key-77" in failure.detail) is (status != 401)
    assert dialled.call_count == 1


@pytest.mark.parametrize(
    "status", [301, 307, 308, 408, 409, 418, 425, 499, 500, 502, 503, 504, 529]
)
async def test_after_any_other_status_a_phone_may_be_ringing(
    retell: Retell, dialled: respx.Route, status: int
) -> None:
    headers = {"Location": f"{URL}/v2/create-phone-call", "x-should-retry": "true"}
    dialled.respond(status, headers=headers, json={"status": "error", "message": "concurrency"})
    failure = await failed_dial(retell)
    assert type(failure) is DialOutcomeUnknown
    assert isinstance(failure, UpstreamTimedOut)
    assert dialled.call_count == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(201, content=b""),
        httpx.Response(204),
        httpx.Response(201, content=b"{", headers={"content-type": "application/json"}),
        httpx.Response(201, content=b"<html>ok</html>", headers={"content-type": "text/html"}),
        httpx.Response(201, json=[]),
        httpx.Response(201, json={}),
        httpx.Response(201, json={"call_id": 7}),
        httpx.Response(201, json={"call_id": ""}),
        httpx.Response(200, json={"_fields_set": 1, "__cls": 2}),
        httpx.Response(201, content=b"x", headers={"content-encoding": "gzip"}),
    ],
)
async def test_after_a_success_that_cannot_be_read_a_phone_may_be_ringing(
    retell: Retell, dialled: respx.Route, answer: httpx.Response
) -> None:
    dialled.mock(return_value=answer)
    assert type(await failed_dial(retell)) is DialOutcomeUnknown
    assert dialled.call_count == 1


@pytest.mark.parametrize("value", [float("nan"), "half \ud83d"])
async def test_what_json_cannot_hold_is_refused_before_anything_is_sent(
    retell: Retell, dialled: respx.Route, value: float | str
) -> None:
    failure = await failed_dial(retell, replace(DIAL, metadata={"note": value}))
    assert type(failure) is DialRefused
    assert not dialled.called


async def test_a_failed_dial_shows_neither_number_nor_key(
    retell: Retell, dialled: respx.Route
) -> None:
    message = f"{DIAL.to_number} is not valid for {KEY}"
    dialled.respond(422, json={"status": "error", "message": message})
    failure = await failed_dial(retell)
    shown = "".join(traceback.format_exception(failure)) + repr(DIAL)
    assert failure.__cause__ is None
    assert failure.__context__ is None
    for private in ("5550100", "5550199", KEY, "Mike"):
        assert private not in shown
