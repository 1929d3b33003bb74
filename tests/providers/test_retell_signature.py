"""Signatures are made by the SDK itself; only the reasons for refusing one are ours."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from retell.lib import webhook_auth

from backend.platform import clock
from backend.providers.retell_signature import SignatureVerdict, check

KEY = "key_current"
PREVIOUS = "key_previous"
NOW = datetime(2026, 11, 20, 12, 0, 0, 123_000, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
BODY = '{"event":"call_ended","call":{"call_id":"call_1"}}'
FIVE_MINUTES_MS = 300_000

_sdk_sign = cast("Callable[[str, str, int], str]", webhook_auth.symmetric["sign"])


def sign(body: str, key: str = KEY, at_ms: int = NOW_MS) -> str:
    return _sdk_sign(body, key, at_ms)


@pytest.fixture(autouse=True)
def frozen_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(webhook_auth, "time", SimpleNamespace(time=lambda: NOW_MS / 1000))


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        "",
        '{"transcript":"Agent: ¿Cómo está, señor Núñez?"}',
        '{"transcript":"User: 好的 👍🏽"}',
        '{"transcript":"\\ud83d\\ude00 escaped"}',
        ' {"event" : "call_ended"}\r\n',
        '\ufeff{"event":"call_ended"}',
    ],
)
def test_a_body_signed_as_it_was_sent_is_valid(body: str) -> None:
    assert check(body.encode(), sign(body), [KEY]) is SignatureVerdict.VALID


def test_either_key_of_a_rotation_is_good() -> None:
    for key in (KEY, PREVIOUS):
        assert check(BODY.encode(), sign(BODY, key), [KEY, PREVIOUS]) is SignatureVerdict.VALID


def test_another_key_is_the_wrong_one() -> None:
    header = sign(BODY, "key_of_another_workspace")
    assert check(BODY.encode(), header, [KEY, PREVIOUS]) is SignatureVerdict.WRONG_KEY


def test_a_re_serialised_body_is_not_what_was_signed() -> None:
    body = '{"transcript":"Agent: ¿Qué tal?"}'
    reserialised = json.dumps(json.loads(body)).encode()
    assert check(reserialised, sign(body), [KEY]) is SignatureVerdict.WRONG_KEY


@pytest.mark.parametrize("keys", [[], [""], ["  ", ""]])
def test_an_empty_key_is_no_key_although_anyone_can_sign_with_it(keys: list[str]) -> None:
    signed_with_nothing = sign(BODY, "")
    assert check(BODY.encode(), signed_with_nothing, keys) is SignatureVerdict.NO_KEY_CONFIGURED
    assert check(BODY.encode(), signed_with_nothing, ["", KEY]) is SignatureVerdict.WRONG_KEY


@pytest.mark.parametrize("header", [None, ""])
def test_a_request_without_the_header_is_told_apart(header: str | None) -> None:
    assert check(BODY.encode(), header, [KEY]) is SignatureVerdict.MISSING_HEADER


def _mangled(change: Callable[[str], str]) -> str:
    return change(sign(BODY))


@pytest.mark.parametrize(
    "header",
    [
        "None",
        _mangled(lambda header: header + " "),
        _mangled(lambda header: header + "\n"),
        _mangled(lambda header: " " + header),
        _mangled(lambda header: header[:-1]),
        _mangled(lambda header: header + "0"),
        _mangled(lambda header: header.replace("d=", "d=z", 1)[:-1]),
        _mangled(lambda header: header[:-64] + header[-64:].upper()),
        _mangled(lambda header: header.split(",")[1]),
        _mangled(lambda header: ",".join(reversed(header.split(",")))),
        f"v={'9' * 5000},d={'0' * 64}",
        f"v=-{NOW_MS},d={'0' * 64}",
        f"v=١٢٣,d={'0' * 64}",
    ],
)
def test_a_header_of_another_form_is_malformed(header: str) -> None:
    assert check(BODY.encode(), header, [KEY]) is SignatureVerdict.MALFORMED_HEADER


def test_a_body_that_is_not_utf_8_is_told_apart() -> None:
    assert check(b"\xff\xfe{}", sign(BODY), [KEY]) is SignatureVerdict.BODY_NOT_UTF8


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (timedelta(seconds=299), SignatureVerdict.VALID),
        (timedelta(milliseconds=FIVE_MINUTES_MS), SignatureVerdict.VALID),
        (timedelta(milliseconds=FIVE_MINUTES_MS + 1), SignatureVerdict.STALE_TIMESTAMP),
        (timedelta(seconds=301), SignatureVerdict.STALE_TIMESTAMP),
        (timedelta(seconds=-299), SignatureVerdict.VALID),
        (timedelta(milliseconds=-FIVE_MINUTES_MS), SignatureVerdict.VALID),
        (timedelta(milliseconds=-FIVE_MINUTES_MS - 1), SignatureVerdict.FUTURE_TIMESTAMP),
        (timedelta(seconds=-301), SignatureVerdict.FUTURE_TIMESTAMP),
    ],
)
def test_five_minutes_are_tolerated_both_ways(age: timedelta, verdict: SignatureVerdict) -> None:
    header = sign(BODY, at_ms=NOW_MS - int(age.total_seconds() * 1000))
    assert check(BODY.encode(), header, [KEY]) is verdict


@pytest.mark.parametrize("age_ms", [FIVE_MINUTES_MS, -FIVE_MINUTES_MS])
def test_within_the_tolerance_it_is_the_key_that_is_wrong(age_ms: int) -> None:
    header = sign(BODY, "key_of_another_workspace", NOW_MS - age_ms)
    assert check(BODY.encode(), header, [KEY]) is SignatureVerdict.WRONG_KEY


def test_a_timestamp_in_seconds_is_stale() -> None:
    header = sign(BODY, at_ms=NOW_MS // 1000)
    assert check(BODY.encode(), header, [KEY]) is SignatureVerdict.STALE_TIMESTAMP


@settings(
    deadline=None,
    # The clock stands still for all examples alike.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    raw=st.binary(max_size=64),
    header=st.none() | st.from_regex(r"v=[0-9]{0,20},d=[0-9a-fA-F]{60,64} ?", fullmatch=True),
)
def test_no_request_that_was_not_signed_is_valid_or_fails(raw: bytes, header: str | None) -> None:
    assert check(raw, header, [KEY]) is not SignatureVerdict.VALID


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    body=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=64),
    key=st.sampled_from([KEY, PREVIOUS]),
    age_ms=st.integers(-FIVE_MINUTES_MS - 2, FIVE_MINUTES_MS + 2),
    change=st.sampled_from(["", " ", "0"]),
)
def test_a_request_is_valid_exactly_when_the_sdk_says_so(
    body: str, key: str, age_ms: int, change: str
) -> None:
    header = sign(body, key, NOW_MS - age_ms)
    sdk_verify = cast("Callable[[str, str, str], bool]", webhook_auth.verify)

    verdict = check((body + change).encode(), header, [KEY])

    assert (verdict is SignatureVerdict.VALID) is sdk_verify(body + change, KEY, header)
