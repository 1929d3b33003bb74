"""Who took a call: told by what was said first, and by what Retell has found.

Retell's flags come late, are missing for call screening and queues, and are sometimes wrong about
people; a machine's greeting counts as a person for nobody.
"""

from collections.abc import Sequence
from itertools import pairwise

from backend.calls.machine_words import (
    AFTERWARDS,
    BEGINS_AS_A_PERSON,
    MACHINES,
    ONLY_CLOSING,
    ONLY_PICKING_UP,
)
from backend.calls.models import AnsweredBy, Turn

# Machines speak first: what sounds like one later in a talk is somebody telling of one.
_FIRST_TURNS = 8
# A machine that nothing gives away, cut in two, would pass for one exchange.
_EXCHANGES = 2


def heard(turns: Sequence[Turn]) -> AnsweredBy:
    """Tell by the words alone; UNKNOWN when nobody said any."""
    said, kinds, _ = _read(turns)
    if not said:
        return AnsweredBy.UNKNOWN
    first, last = _span(kinds)
    if last is None or first is None:
        return AnsweredBy.HUMAN
    picked_up = any(ONLY_PICKING_UP.fullmatch(text) for text in said[:first])
    if picked_up or any(map(_is_a_persons, said[last + 1 :], kinds[last + 1 :])):
        return AnsweredBy.HUMAN
    found = [kind for kind in kinds if kind is not None]
    return AnsweredBy.VOICEMAIL if AnsweredBy.VOICEMAIL in found else found[-1]


def is_talked_to(turns: Sequence[Turn]) -> bool:
    """Say whether a person has surely spoken with the agent, whatever was taken for a machine."""
    said, kinds, replies = _read(turns)
    _, last = _span(kinds)
    after = 0 if last is None else last + 1
    own = [
        text
        for text, kind, is_reply in zip(said[after:], kinds[after:], replies[after:], strict=True)
        if is_reply and _is_a_persons(text, kind)
    ]
    return len(own) >= _EXCHANGES or any(BEGINS_AS_A_PERSON.match(text) for text in own)


def _read(
    turns: Sequence[Turn],
) -> tuple[list[str], list[AnsweredBy | None], list[bool]]:
    """Give what the other side said, what kind of machine says so, and what were replies."""
    said: list[str] = []
    replies: list[bool] = []
    agent_spoke = False
    for turn in turns:
        if turn.role == "agent":
            agent_spoke = True
        elif turn.role == "user" and turn.text.strip() and not turn.is_backchannel:
            said.append(" ".join(turn.text.replace("\u2019", "'").split()))
            replies.append(agent_spoke)
    kinds = [_kind(text) for text in said]
    for place, (text, following) in enumerate(pairwise(said)):
        # The agent speaks into a greeting and cuts it in two.
        if kinds[place] is None and kinds[place + 1] is None and place < _FIRST_TURNS:
            kinds[place] = kinds[place + 1] = _kind(f"{text} {following}")
    return said, kinds, replies


def _kind(text: str) -> AnsweredBy | None:
    return next((kind for kind, words in MACHINES.items() if words.search(text)), None)


def _span(kinds: Sequence[AnsweredBy | None]) -> tuple[int | None, int | None]:
    """Find the first and the last of the first turns that a machine spoke."""
    spoken = [place for place, kind in enumerate(kinds[:_FIRST_TURNS]) if kind is not None]
    return (spoken[0], spoken[-1]) if spoken else (None, None)


def _is_a_persons(text: str, kind: AnsweredBy | None) -> bool:
    is_leftover = AFTERWARDS.search(text) or ONLY_CLOSING.fullmatch(text)
    return kind is None and not is_leftover
