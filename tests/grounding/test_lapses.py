from typing import Any

import pytest

from backend.grounding.agreement.english import contradiction
from backend.grounding.agreement.evidenced import Evidenced
from backend.grounding.fields import Scalar
from tests.records.calls import BEGAN_AT

FIELDS = {
    "eta": Scalar(kind="string", format="date-time"),
    "due": Scalar(kind="string", format="date"),
    "secure": Scalar(kind="boolean", description="Whether the load is secure."),
}
# The call began on Saturday, 2026-11-21, at 16:05 UTC.
SAID: list[tuple[str, str, Any, Any]] = [
    ("eta", "in two hours", "2026-11-21T18:05:00Z", "2026-11-21T19:05:00Z"),
    ("eta", "I'll be there in two hours", "2026-11-21T18:20:00Z", "2026-11-22T18:05:00Z"),
    ("eta", "in half an hour", "2026-11-21T16:35:00Z", "2026-11-21T17:05:00Z"),
    ("eta", "in an hour and a half", "2026-11-21T17:35:00Z", "2026-11-21T16:35:00Z"),
    ("eta", "in forty five minutes", "2026-11-21T16:50:00Z", "2026-11-21T17:50:00Z"),
    ("eta", "today at noon", "2026-11-21T18:00:00Z", "2026-11-21T06:00:00Z"),
    ("eta", "the day after tomorrow at nine", "2026-11-23T15:00:00Z", "2026-11-22T15:00:00Z"),
    ("due", "the day after tomorrow", "2026-11-23", "2026-11-22"),
    ("due", "in three days", "2026-11-24", "2026-11-25"),
    ("due", "in a week", "2026-11-28", "2026-12-05"),
    ("due", "in two weeks", "2026-12-04", "2026-11-28"),
    ("secure", "Not at all.", False, True),
    ("secure", "I don't think so.", False, True),
    ("secure", "No way!", False, True),
    ("secure", "Of course.", True, False),
    ("secure", "Absolutely.", True, False),
    ("secure", "I think so.", True, False),
]


def found(name: str, value: Any, quote: str) -> str | None:
    said = Evidenced(name=name, value=value, quote=quote, began_at=BEGAN_AT)
    return contradiction(FIELDS[name], said)


@pytest.mark.parametrize(("name", "quote", "right", "wrong"), SAID)
def test_what_is_counted_from_the_call_or_said_in_other_words_is_compared(
    name: str, quote: str, right: Any, wrong: Any
) -> None:
    assert found(name, right, quote) is None
    assert found(name, wrong, quote) is not None


@pytest.mark.parametrize(
    ("quote", "value"),
    [
        ("in two or three hours", "2026-11-21T19:05:00Z"),
        ("two hours late", "2026-11-21T21:05:00Z"),
        ("it was built in a day", "2026-11-21T18:05:00Z"),
        ("in two hours or tomorrow", "2026-11-22T18:05:00Z"),
    ],
)
def test_what_may_be_meant_otherwise_is_left_alone(quote: str, value: str) -> None:
    assert found("eta", value, quote) is None
