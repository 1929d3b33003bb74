"""What a rule found in a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from backend.calls.models import Turn


@dataclass(frozen=True)
class Finding:
    """`is_good` is None where the call cannot be measured. Without a quote, `turns` were looked at.

    `at_ms` is where to listen, when that is not where the first turn begins.
    """

    is_good: bool | None
    reason: str
    turns: Sequence[Turn] = ()
    quote: str | None = None
    at_ms: int | None = None

    @property
    def verdict(self) -> Literal["yes", "no", "not_applicable"]:
        if self.is_good is None:
            return "not_applicable"
        return "yes" if self.is_good else "no"


def agent_turns(turns: Sequence[Turn], most: int | None = None) -> list[Turn]:
    """Take the agent's turns, or its first so many. Sounds of listening are none."""
    own = [turn for turn in turns if turn.role == "agent" and not turn.is_backchannel]
    return own if most is None else own[:most]


def spoken(turns: Sequence[Turn]) -> list[Turn]:
    """Take what people and the agent said: no keys that were pressed."""
    return [turn for turn in turns if turn.role != "dtmf"]
