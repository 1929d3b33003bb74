"""Short calls to judge answers by."""

from datetime import datetime
from zoneinfo import ZoneInfo

from backend.calls.models import Turn
from backend.grounding.transcript import Transcript

# A Saturday.
BEGAN_AT = datetime(2026, 11, 21, 10, 5, tzinfo=ZoneInfo("America/Chicago"))


def call(*lines: str) -> list[Turn]:
    """Write turns as "user: words", two seconds apart."""
    turns = []
    for number, line in enumerate(lines):
        role, _, text = line.partition(": ")
        turns.append(
            Turn.model_validate(
                {"turn": number, "role": role, "text": text, "start_ms": 2000 * number}
            )
        )
    return turns


def transcript(*lines: str) -> Transcript:
    return Transcript(call(*lines))


CHECK_IN = call(
    "agent: Hi Mike, this is dispatch. How is it going?",
    "user: Uh, I'm running two hours late, I'm near Flagstaff.",
    "agent: Okay. When will you be there?",
    "user: Seven. No, put eight, tomorrow at 8 a.m.",
    "agent: Are you hurt?",
    "user: No.",
    "agent: Is the load secure?",
    "user: Yes.",
    "agent: Please call us at four one five, five five five, zero one zero zero.",
    "user: Got it. I can't talk",
    "agent: Mm-hm.",
    "user: any longer, bye.",
)
