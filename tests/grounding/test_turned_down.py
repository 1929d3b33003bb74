"""What was named to be turned down, or only as a part of something else, is not the value."""

import pytest

from backend.records.evidence import judge
from tests.records.calls import call
from tests.records.contradictions import contradicted

PAYMENT = {"type": "string", "enum": ["cash", "card", "invoice"]}
FARE = {"type": "string", "enum": ["Economy", "Premium Economy", "Business", "First Class"]}
DEVICE = {"type": "string", "enum": ["TV", "Kitchen speaker", "Bedroom speaker"]}
STATUS = {"type": "string", "enum": ["on_time", "delayed", "arrived"]}
TIME = {"type": "string", "format": "time"}
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("field", "value", "quote"),
    [
        (PAYMENT, "cash", "not cash, card"),
        (PAYMENT, "invoice", "not cash, card"),
        (PAYMENT, "cash", "card, not cash"),
        (PAYMENT, "cash", "card instead of cash"),
        (PAYMENT, "cash", "I don't have cash, I'll use my card"),
        (PAYMENT, "cash", "I'd rather use a card than cash"),
        (FARE, "Economy", "in Premium Economy, please"),
        (FARE, "Premium Economy", "not premium economy, just economy"),
        (FARE, "Premium Economy", "economy"),
        (FARE, "First Class", "not economy, business"),
        (DEVICE, "Bedroom speaker", "on the kitchen speaker"),
        (DEVICE, "Bedroom speaker", "in the kitchen"),
        (DEVICE, "Kitchen speaker", "on the TV"),
        (STATUS, "on_time", "I'm not on time"),
        (STATUS, "arrived", "I have not arrived yet"),
        (TEXT, "10 am", "not at ten, at eleven"),
        (TEXT, "10 am", "ten won't work, let's do eleven"),
        (TIME, "10:00", "between ten and twelve"),
        (TEXT, "4 pm", "some time between 2 and 4 pm"),
    ],
)
def test_what_was_turned_down_is_caught(field: dict[str, object], value: str, quote: str) -> None:
    assert contradicted(field, value, quote) is not None


@pytest.mark.parametrize(
    ("field", "value", "quote"),
    [
        (PAYMENT, "card", "not cash, card"),
        (PAYMENT, "card", "I'd rather use a card than cash"),
        (PAYMENT, "card", "cash no card"),
        (FARE, "Economy", "Why not economy"),
        (FARE, "Economy", "not premium economy, just economy"),
        (FARE, "Premium Economy", "premium economy"),
        (DEVICE, "Kitchen speaker", "in the kitchen"),
        (STATUS, "arrived", "I'm not delayed, I have arrived"),
        (TEXT, "11 am", "no, not ten, 11"),
        (TEXT, "between ten and twelve", "between ten and twelve"),
        (TEXT, "3 pm", "not before 3 pm"),
    ],
)
def test_what_was_chosen_is_left_alone(field: dict[str, object], value: str, quote: str) -> None:
    assert contradicted(field, value, quote) is None


def test_a_named_value_beside_a_no_goes_to_the_second_reading() -> None:
    turns = call("agent: How will you pay?", "user: cash no card")
    said = {"value": "cash", "quote": "cash no card", "turns": [1]}

    judged = judge({"payment": said}, turns, {"type": "object", "properties": {"payment": PAYMENT}})

    assert judged.open[0].verdict.doubts
