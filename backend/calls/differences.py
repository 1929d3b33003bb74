"""Two transcripts of one call, compared word by word."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from pydantic import BaseModel, Field

from backend.calls.models import Turn

Kind: TypeAlias = Literal["same", "added", "removed"]


class Part(BaseModel):
    kind: Kind = Field(description="`removed`: only the transcript before has these words.")
    text: str = Field(description="The words.")


class TurnDifference(BaseModel):
    role: str = Field(description="Who says it in the later transcript.")
    start_ms: int | None = Field(description="When, in milliseconds of the call.")
    parts: list[Part] = Field(description="What it says, and what was in its place.")


def differences(before: Sequence[Turn], after: Sequence[Turn]) -> list[TurnDifference]:
    """Show each later turn with the words that are new in it and those whose place they took.

    Punctuation and capitals are no difference. Words that went stand where they would have been.
    """
    old = [word for turn in before for word in turn.text.split()]
    new = [(n, word) for n, turn in enumerate(after) for word in turn.text.split()]
    found: list[list[tuple[Kind, str]]] = [[] for _ in after]
    matcher = SequenceMatcher(
        None, [_plain(word) for word in old], [_plain(word) for _, word in new], autojunk=False
    )
    for what, a, a_end, b, b_end in matcher.get_opcodes():
        if what in {"delete", "replace"} and after:
            place = new[min(b, len(new) - 1)][0] if new else 0
            found[place] += [("removed", word) for word in old[a:a_end]]
        for n, word in new[b:b_end]:
            found[n].append(("same" if what == "equal" else "added", word))
    return [
        TurnDifference(role=turn.role, start_ms=turn.start_ms, parts=_joined(words))
        for turn, words in zip(after, found, strict=True)
    ]


def _joined(words: Iterable[tuple[Kind, str]]) -> list[Part]:
    parts: list[Part] = []
    for kind, word in words:
        if parts and parts[-1].kind == kind:
            parts[-1].text += f" {word}"
        else:
            parts.append(Part(kind=kind, text=word))
    return parts


def _plain(word: str) -> str:
    return re.sub(r"\W", "", word).lower() or word
