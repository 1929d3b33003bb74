"""Receipts: whoever has the public key can tell a genuine one from a changed one."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from backend.retention import receipts
from tests.support.service import SECRET

_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_PAYLOAD = st.dictionaries(_TEXT, _VALUE, min_size=1, max_size=4)


@given(_PAYLOAD)
def test_a_receipt_is_valid_after_any_trip_through_json(payload: dict[str, Any]) -> None:
    receipt = json.loads(json.dumps(receipts.sign(payload, SECRET), indent=3, sort_keys=True))

    assert receipts.complaint_about(receipt, [receipts.public_key(SECRET)]) is None


@given(_PAYLOAD, st.data())
def test_a_receipt_of_which_anything_was_changed_is_not(
    payload: dict[str, Any], data: st.DataObject
) -> None:
    receipt = receipts.sign(copy.deepcopy(payload), SECRET)
    name = data.draw(st.sampled_from(sorted(payload)))
    changed = data.draw(_VALUE.filter(lambda value: _differs(value, payload[name])))
    receipt["payload"][name] = changed

    complaint = receipts.complaint_about(receipt, [receipts.public_key(SECRET)])

    assert complaint is not None
    assert "changed" in complaint


def _differs(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True)


def test_members_stand_in_the_order_of_rfc_8785() -> None:
    """The example of section 3.2.3."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = receipts.canonical(dict.fromkeys(names, 0)).decode()

    found = list(json.loads(written))
    assert found == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_are_written_as_rfc_8785_does() -> None:
    written = receipts.canonical('\u20ac$\u000f\nA\'B"\\\\"/')

    assert written == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {},
        {"payload": {}, "key_id": 7, "signature": []},
        {"payload": {"a": 1.5}},
        {"payload": {"a": "\ud800"}},
    ],
)
def test_what_is_no_receipt_is_said_to_be_none(broken: Any) -> None:
    if isinstance(broken, dict) and "payload" in broken and "key_id" not in broken:
        broken |= {"key_id": receipts.key_id(receipts.public_key(SECRET)), "signature": "AAAA"}

    assert receipts.complaint_about(broken, [receipts.public_key(SECRET)]) is not None


def test_another_installations_receipt_is_not_ours() -> None:
    receipt = receipts.sign({"a": 1}, "another secret that is long enough as well")

    complaint = receipts.complaint_about(receipt, [receipts.public_key(SECRET)])

    assert complaint == "It was signed with a key that is not known here."


def test_a_public_key_is_read_as_it_is_written() -> None:
    public = receipts.public_key(SECRET)

    assert receipts.from_text(receipts.as_text(public)) == public
    with pytest.raises(ValueError, match="32 bytes"):
        receipts.from_text("c2hvcnQ=")
