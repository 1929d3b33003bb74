"""From words to turns: who spoke when, by channel or by the voice that was told apart."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from backend.calls.models import SpokenWord, Turn
from backend.providers.transcription.heard import Word

Role: TypeAlias = Literal["agent", "user", "unknown"]

# Where one person goes on after so long a silence, a new turn begins.
_SILENCE_MS = 1500
# A turn is not longer than this where a sentence ends.
_LONG_TURN_MS = 30_000
_NEAR_MS = 350
_NO_SPACE_BEFORE = re.compile("^[,.!?;:)%\u2026\u3002\u3001\uff01\uff1f]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


@dataclass(frozen=True)
class Voiced:
    """A word with the channel it was heard on."""

    word: Word
    channel: int

    @property
    def voice(self) -> tuple[int, str | None]:
        return self.channel, self.word.speaker


def without_crosstalk(left: Sequence[Word], right: Sequence[Word]) -> list[Voiced]:
    """Put two channels together. What one hears of the other's words is said once.

    An echo is the same word at the same moment; the channel that is surer of it keeps it.
    """
    echoes = _echoes(left, right)
    voiced = [Voiced(word, 0) for n, word in enumerate(left) if (0, n) not in echoes]
    voiced += [Voiced(word, 1) for n, word in enumerate(right) if (1, n) not in echoes]
    return sorted(voiced, key=lambda each: (each.word.start_ms, each.word.end_ms, each.channel))


def _echoes(left: Sequence[Word], right: Sequence[Word]) -> set[tuple[int, int]]:
    """Find runs of at least two equal words; one alone, such as `yes`, both may have said."""
    found: set[tuple[int, int]] = set()
    begin = 0
    for a, word in enumerate(left):
        while begin < len(right) and right[begin].end_ms < word.start_ms - _NEAR_MS:
            begin += 1
        for b in range(begin, len(right)):
            if right[b].start_ms > word.end_ms + _NEAR_MS:
                break
            run = _run(left[a:], right[b:])
            if run >= 2:
                ours = sum(each.confidence or 0 for each in left[a : a + run])
                theirs = sum(each.confidence or 0 for each in right[b : b + run])
                loser, first = (1, b) if ours >= theirs else (0, a)
                found |= {(loser, first + n) for n in range(run)}
                break
    return found


def _run(left: Sequence[Word], right: Sequence[Word]) -> int:
    count = 0
    for a, b in zip(left, right, strict=False):
        if _plain(a.text) != _plain(b.text) or abs(a.start_ms - b.start_ms) > _NEAR_MS:
            break
        count += 1
    return count


def _plain(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def turns_of(voiced: Sequence[Voiced], roles: Mapping[tuple[int, str | None], Role]) -> list[Turn]:
    """Put words into turns: a new one for each other voice, and after each long silence."""
    groups: list[list[Voiced]] = []
    for each in voiced:
        if groups and _goes_on(groups[-1], each):
            groups[-1].append(each)
        else:
            groups.append([each])
    return [_turn(n, group, roles) for n, group in enumerate(groups)]


def _goes_on(group: Sequence[Voiced], each: Voiced) -> bool:
    last = group[-1]
    if each.voice != last.voice or each.word.start_ms - last.word.end_ms > _SILENCE_MS:
        return False
    is_long = each.word.start_ms - group[0].word.start_ms > _LONG_TURN_MS
    return not (is_long and last.word.text.rstrip()[-1:] in {".", "?", "!"})


def _turn(
    number: int, group: Sequence[Voiced], roles: Mapping[tuple[int, str | None], Role]
) -> Turn:
    confidences = [each.word.confidence for each in group if each.word.confidence is not None]
    first = group[0]
    return Turn(
        turn=number,
        role=roles.get(first.voice, "unknown"),
        text=joined(each.word.text for each in group),
        start_ms=first.word.start_ms,
        end_ms=max(each.word.end_ms for each in group),
        channel=first.channel,
        speaker=first.word.speaker,
        confidence=round(sum(confidences) / len(confidences), 3) if confidences else None,
        words=[
            SpokenWord(text=each.word.text, start_ms=each.word.start_ms, end_ms=each.word.end_ms)
            for each in group
        ],
    )


def joined(texts: Iterable[str]) -> str:
    """Write words one after the other, as their language does."""
    written = ""
    for text in texts:
        is_close = not written or _NO_SPACE_BEFORE.match(text)
        is_unspaced = bool(_UNSPACED.search(text[:1]) and _UNSPACED.search(written[-1:]))
        written += text if is_close or is_unspaced else f" {text}"
    return written
