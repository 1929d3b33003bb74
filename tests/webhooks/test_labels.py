"""The label read off a body before it is acknowledged: the same that parsing it would give."""

import json
from typing import Any

from hypothesis import given, strategies as st

from backend.providers.retell_json import storable_text
from backend.webhooks.retell_wire import Label, label_of
from tests.support.retell_side import RetellSide
from tests.support.signing import as_sent

_words = st.text(max_size=8) | st.sampled_from(
    ["call_id", "event", "call_ended", 'q"\\', "é😀", "\ud83d"]
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def _bodies(draw: st.DrawFn) -> bytes:
    """Draw webhooks of every form: members in any order, odd values, nothing in its place."""
    call = list(draw(st.dictionaries(_words, _json, max_size=4)).items())
    call = [(name, value) for name, value in call if name != "call_id"]
    if draw(st.booleans()):
        call.insert(draw(st.integers(0, len(call))), ("call_id", draw(_json | _words)))
    members: dict[str, Any] = {"event": draw(_words | _json), "call": dict(call)}
    members |= draw(st.dictionaries(_words, _json, max_size=2))
    names = draw(st.permutations(list(members)))
    text = json.dumps(
        {name: members[name] for name in names},
        ensure_ascii=draw(st.booleans()),
        separators=draw(st.sampled_from([(",", ":"), (", ", ": ")])),
        indent=draw(st.sampled_from([None, 2])),
    )
    return text.encode("utf-8", "surrogatepass")


def _label_by_parsing(body: bytes) -> Label:
    envelope = json.loads(body.decode("utf-8", "surrogatepass"))
    call = envelope.get("call")
    return Label(
        _as_text(envelope.get("event")),
        _as_text(call.get("call_id")) if isinstance(call, dict) else None,
    )


def _as_text(value: object) -> str | None:
    return storable_text(value[:200]) if isinstance(value, str) else None


@given(_bodies())
def test_a_label_is_what_parsing_the_whole_body_would_give(body: bytes) -> None:
    assert label_of(body) == _label_by_parsing(body)


def test_retells_own_webhooks_have_labels() -> None:
    side = RetellSide("agent_1", call_id="call_7", members={"metadata": {"call_id": "mine"}})

    for webhook in (side.started(), side.ended(), side.analyzed(), side.spoken("user: Hi.")):
        assert label_of(as_sent(webhook)) == Label(webhook["event"], "call_7")


@given(st.binary(max_size=60))
def test_no_body_is_too_odd_for_a_label(body: bytes) -> None:
    assert isinstance(label_of(body), Label)
    assert isinstance(label_of(b'{"event":"call_ended","call":{' + body), Label)
