"""What destinations were told of opt-outs, read again after a restore."""

import json
from typing import Any

import pytest

from backend.compliance.told import read_told
from backend.platform.ids import new_id

CALL = {"id": str(new_id()), "to_number": "+14155550142", "ended_at": "2026-11-01T15:00:00Z"}


def line(source: str) -> str:
    data: dict[str, Any] = {"suppression_id": str(new_id()), "source": source, "call": CALL}
    told = {"type": "suppression.added", "timestamp": "2026-11-20T09:00:00Z", "data": data}
    return json.dumps(told)


@pytest.mark.parametrize(
    ("source", "asked_at"),
    [
        ("record", "2026-11-01T15:00:00Z"),
        ("retell", "2026-11-01T15:00:00Z"),
        ("transcript", "2026-11-01T15:00:00Z"),
        ("person", "2026-11-20T09:00:00Z"),
        ("list", "2026-11-20T09:00:00Z"),
    ],
)
def test_what_was_asked_in_a_call_was_asked_then_and_all_else_when_it_was_entered(
    source: str, asked_at: str
) -> None:
    (told,) = read_told([line(source)])

    assert (told.asked_at, told.number) == (asked_at, "+14155550142")
