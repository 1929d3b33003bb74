"""Booleans that were answered in other words than yes and no."""

import pytest

from tests.records.contradictions import contradicted

INSURANCE = {"type": "boolean", "description": "Whether the customer needs insurance"}
WIFI = {"type": "boolean", "description": "Boolean flag indicating if the hotel has wifi"}
REFUNDABLE = {"type": "boolean", "description": "Whether the ticket is refundable or not"}


@pytest.mark.parametrize(
    ("name", "field", "quote"),
    [
        ("needs_insurance", INSURANCE, "I don't need it"),
        ("needs_insurance", INSURANCE, "I do not want insurance"),
        ("needs_insurance", INSURANCE, "That won't be necessary"),
        ("needs_insurance", INSURANCE, "not this time"),
        ("has_wifi", WIFI, "unfortunately not"),
        ("has_wifi", WIFI, "They don't have wifi"),
        ("has_wifi", WIFI, "without wifi"),
        ("refundable", REFUNDABLE, "it doesn't have to be refundable"),
        ("refundable", REFUNDABLE, "nonrefundable"),
    ],
)
def test_a_refusal_in_other_words_is_not_true(
    name: str, field: dict[str, object], quote: str
) -> None:
    assert contradicted(field, value=True, quote=quote, name=name) is not None
    assert contradicted(field, value=False, quote=quote, name=name) is None


@pytest.mark.parametrize("quote", ["I'd like that", "I need it", "yes, they do", "I want wifi"])
def test_a_wish_is_not_false(quote: str) -> None:
    assert contradicted(WIFI, value=False, quote=quote, name="has_wifi") is not None
    assert contradicted(WIFI, value=True, quote=quote, name="has_wifi") is None


def test_what_may_mean_either_is_left_alone() -> None:
    have_none = "I don't have insurance"
    assert contradicted(INSURANCE, value=True, quote=have_none, name="needs_insurance") is None
    quote = "I don't want a nonrefundable one"
    assert contradicted(REFUNDABLE, value=True, quote=quote, name="refundable") is None
    field, around = INSURANCE, {"answers_to": "Any objection to insurance?"}
    assert (
        contradicted(field, value=True, quote="I do not", name="needs_insurance", **around) is None
    )
    assert contradicted(WIFI, value=True, quote="not without wifi", name="has_wifi") is None
