import json

import pytest
from hypothesis import given, settings, strategies as st

from backend.providers.retell_json import JsonUnreadable, read_json, read_object, storable_object
from tests.providers.arbitrary import json_values, texts

HALF_AN_EMOJI = b'{"summary":"All good \\ud83d"}'


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    assert read_object(HALF_AN_EMOJI) == {"summary": "All good \ufffd"}


def test_a_whole_surrogate_pair_stays_the_emoji_it_is() -> None:
    assert read_object(b'{"a":"\\ud83d\\ude00"}') == {"a": "\U0001f600"}


def test_what_postgresql_cannot_store_is_taken_out_at_every_depth() -> None:
    dirty = {"a\x00": [{"b": "x\x00y"}, float("nan"), float("inf"), "\udc00"], "c": object()}
    assert storable_object(dirty) == {"a": [{"b": "xy"}, None, None, "\ufffd"], "c": None}


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_value_that_nests_too_deep_is_dropped_and_the_rest_kept(
    opening: bytes, closing: bytes
) -> None:
    nested = opening * 200 + b"1" + closing * 200
    read = read_object(b'{"call_id":"call_1","metadata":' + nested + b"}")
    assert read["call_id"] == "call_1"
    assert json.dumps(read).count("null") == 1


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b"call", b'{"a":' + b"[" * 200_000 + b"}", b'{"a":' + b"9" * 5000 + b"}"],
)
def test_what_is_not_json_is_unreadable_and_not_quoted(raw: bytes) -> None:
    with pytest.raises(JsonUnreadable) as caught:
        read_json(raw)
    assert str(caught.value) == "The text is not JSON."


@pytest.mark.parametrize("raw", [b"[]", b"null", b'"call"', b"1"])
def test_json_that_is_not_an_object_is_not_one(raw: bytes) -> None:
    with pytest.raises(JsonUnreadable):
        read_object(raw)


@settings(deadline=None)
@given(members=st.dictionaries(texts, json_values, max_size=4))
def test_whatever_was_read_can_be_written_as_utf_8(members: dict[str, object]) -> None:
    written = json.dumps(storable_object(members), allow_nan=False, ensure_ascii=False).encode()
    assert b"\x00" not in written
