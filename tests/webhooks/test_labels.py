"""What is read off a body before it is acknowledged: the same by the short way as by the long."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from backend.webhooks.retell_wire import Label, label_of

_words = st.text(max_size=20)
_plain = _words | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
_nested = st.recursive(
    _plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3)
)
_calls = st.dictionaries(_words | st.just("call_id"), _nested, max_size=6)
_envelopes = st.fixed_dictionaries({}, optional={"event": _plain, "call": _calls | _plain})


def _text(value: object) -> str | None:
    return value[:200].replace("\x00", "") if isinstance(value, str) else None


def _expected(envelope: dict[str, Any]) -> Label:
    call = envelope.get("call")
    call_id = call.get("call_id") if isinstance(call, dict) else None
    return Label(_text(envelope.get("event")), _text(call_id))


@given(envelope=_envelopes, spaced=st.booleans(), ascii_only=st.booleans())
def test_event_and_call_id_are_read_whatever_stands_beside_them(
    envelope: dict[str, Any], *, spaced: bool, ascii_only: bool
) -> None:
    separators = (", ", ": ") if spaced else (",", ":")
    body = json.dumps(envelope, separators=separators, ensure_ascii=ascii_only).encode()

    assert label_of(body) == _expected(envelope)


@given(call=_calls, call_id=st.text(st.characters(codec="ascii"), min_size=1, max_size=250))
def test_a_body_as_retell_writes_them_has_its_label(call: dict[str, Any], call_id: str) -> None:
    envelope = {"event": "call_ended", "call": {**call, "call_id": call_id}}

    assert label_of(json.dumps(envelope).encode()) == _expected(envelope)


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (b'{"event":"a","call":{"m":{"call_id":"inner"},"call_id":"own"}}', Label("a", "own")),
        (b'{"event":"a","call":{"x":"\\"call_id\\":\\"no\\"","call_id":"own"}}', Label("a", "own")),
        (b'{"event":"a","call":{"call_id":null}}', Label("a", None)),
        (b'{"event":"chat_ended","chat":{"call_id":"c"}}', Label("chat_ended", None)),
        (b'{"call":{"call_id":"c"},"event":"a"}', Label("a", "c")),
        (b'{"event":"\\ud83d","call":{"call_id":"c"}}', Label("\ufffd", "c")),
        (b'["event"]', Label(None, None)),
        (b"\xff", Label(None, None)),
        (b"[" * 100_000, Label(None, None)),
    ],
)
def test_odd_bodies_have_what_label_they_can(body: bytes, label: Label) -> None:
    assert label_of(body) == label
