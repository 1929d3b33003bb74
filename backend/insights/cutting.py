"""Cutting a transcript into passages: pure, and the same for the same transcript."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.calls.models import Turn

# A passage is some sentences: short enough to be read at a glance, long enough to be understood.
_ENOUGH = 240
_MOST = 800


@dataclass(frozen=True)
class Cut:
    """Turns from the first to the last, both included; `text` has a line for each."""

    first_turn: int
    last_turn: int
    start_ms: int | None
    text: str


def cut(turns: Sequence[Turn]) -> list[Cut]:
    """Cut before a question rather than before its answer, and never within a turn.

    A new passage begins with a turn of the agent's once there is enough, and with any other once
    there is more than is read at a glance. Each turn that says anything is in one passage.
    """
    return [_cut_of(group) for group in _groups([turn for turn in turns if turn.text.strip()])]


def _groups(turns: Sequence[Turn]) -> Iterator[list[Turn]]:
    group: list[Turn] = []
    length = 0
    for turn in turns:
        begins = turn.role == "agent" and group and group[-1].role != "agent"
        is_long = length >= _ENOUGH and begins
        if group and (is_long or length + len(turn.text) > _MOST):
            yield group
            group, length = [], 0
        group.append(turn)
        length += len(turn.text)
    if group:
        yield group


def _cut_of(group: Sequence[Turn]) -> Cut:
    return Cut(
        group[0].turn,
        group[-1].turn,
        next((turn.start_ms for turn in group if turn.start_ms is not None), None),
        "\n".join(" ".join(turn.text.split()) for turn in group),
    )
