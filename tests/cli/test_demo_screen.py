"""The demo's record in the terminal is what people read, not what machines pass on."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from backend.cli.demo_screen import in_words, print_record, shown

PACIFIC = ZoneInfo("America/Los_Angeles")
AGENT = {
    "time_zone": "America/Los_Angeles",
    "record_schema": {"properties": {"eta": {"title": "Arrival"}, "needs": {}}},
}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-11-29T16:05:00Z", "Sunday, November 29, 8:05 AM PST"),
        ("2026-12-01T23:30:00-08:00", "Tuesday, December 1, 11:30 PM PST"),
        ("in_transit_update", "in transit update"),
        ("delayed", "delayed"),
        ("file_name is x", "file_name is x"),
        ("That's T-shirts", "That's T-shirts"),
        (True, "yes"),
        (False, "no"),
        (1200, "1200"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: Any, text: str) -> None:
    assert shown(value, PACIFIC) == text


def test_a_fields_name_is_words() -> None:
    assert in_words("pod_reminder_acknowledged") == "POD reminder acknowledged"
    assert (in_words("eta"), in_words("delay_reason")) == ("ETA", "Delay reason")


def _printed(**call: Any) -> str:
    console = Console(record=True, width=100)
    print_record({"answered_by": "human", "failure": None} | call, AGENT, console)
    return console.export_text()


def test_a_record_shows_labels_quotes_gaps_and_problems() -> None:
    record = {
        "status": "needs_review",
        "data": {"eta": None, "needs": ["a van"]},
        "evidence": {"needs[0]": {"quote": "I need a van"}},
        "not_said": {"eta": {"reason": "not_answered"}},
        "problems": [{"field": "eta", "message": "It is required."}],
    }

    text = _printed(record=record)

    assert "Record, needs review" in text
    for words in ("Arrival", "asked, not answered", "Needs 1", "“I need a van”", "ETA: It is"):
        assert words in text


def test_it_is_said_when_a_voicemail_answered() -> None:
    text = _printed(record=None, answered_by="voicemail", status="ended", status_reason="x")

    assert "A voicemail answered" in text
