"""Whether a reply agrees, in the many ways people do."""

import pytest

from backend.sandbox.llm.answering.yes_no import denies, reply_polarity


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "Yeah, it's all good",
        "Well, um, sure, why not",
        "No problem, I'll do that",
        "Will do.",
        "No, yeah, it's locked",
        "It is.",
        "I do, thanks",
        "That's correct",
        "Sí, claro",
        "De acuerdo",
    ],
)
def test_these_replies_agree(text: str) -> None:
    assert reply_polarity(text) is True


@pytest.mark.parametrize(
    "text",
    ["No.", "Nope, nothing", "Yeah, no, we're good", "Not yet", "I don't think so", "Todavía no"],
)
def test_these_replies_refuse(text: str) -> None:
    assert reply_polarity(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I'm in Reno",
        "I have a flat tire",
        "Right now I'm parked",
        "I don't know",
        "Not sure, maybe",
        "Great question",
        "Noah said so",
        "Yesterday",
    ],
)
def test_these_replies_leave_it_open(text: str) -> None:
    assert reply_polarity(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the straps are tight", False),
        ("the straps aren't tight", True),
        ("nobody is hurt", True),
        ("it's not that nobody came", False),
        ("it is notable", False),
    ],
)
def test_a_statement_denies_unless_it_denies_twice(text: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert denies(text) is expected
