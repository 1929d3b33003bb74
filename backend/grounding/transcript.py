"""Finding a quote in a transcript: which turns it is from, and in which words it was said."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from backend.grounding.speech.languages import language_of, language_of_turn
from backend.grounding.speech.words import Word, composed, decisive, words, wordset

# Models smooth what they copy: they repair what speech recognition misheard and leave out words.
# So each word of a quote has to be there, or one that is written almost alike (above 80 of 100;
# "weight" and "wait" have 60), give or take two words, or one in six. Numbers, negations, days and
# times have to be there exactly. Measured by benchmarks/evidence.py on 116 real conversations: a
# turn quoted with a letter lost is found in 98 of 100 cases, with a word lost in 93, with its
# longest word replaced in none.
ALIKE = 80
WORDS_PER_SLACK = 6
MIN_SLACK = 2
MIN_FUZZY_WORDS = 4
# Only finds the place to look at; the words decide.
_WORTH_A_LOOK = 75

MAX_TURNS = 4
# What the other side may have thrown in between the parts of one utterance.
MAX_INTERJECTION_WORDS = 2

# Said in every call: a quote of such words proves nothing without the right turn beside it.
_SAID_EVERYWHERE = wordset(
    "yes yeah yep yup nope okay sure right correct fine good great perfect thanks thank you please "
    "that thats this and the not are can will have"
)
_OMISSION = re.compile(r"\[?(?:\.\.\.|\u2026)\]?")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
# "I have the 5th. Is that right?"
_ASKS_BACK = re.compile(
    r"^\W*(?:is|does|do|would|will|am)?\W*(?:that|this|it|you|i)?\W*"
    r"(?:right|correct|okay|ok|work|sound|agree|confirm|good|fine)\b[^.!?]*\?",
    re.IGNORECASE,
)
_SYMBOLS = "$\u20ac\u00a3\u00a5#+%\u00b0"


class Turn(Protocol):
    """One utterance, as the call has it."""

    @property
    def turn(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def start_ms(self) -> int | None: ...


class Found(NamedTuple):
    """Where a quote is from. `text` has the words as they stand in the transcript."""

    turns: tuple[int, ...]
    text: str
    # The word before the quote in its turn, in comparable form.
    preceded_by: str = ""


class _Span(NamedTuple):
    first: int
    last: int


class _Line:
    """Words one after another, whole or of one speaker, each knowing its turn."""

    def __init__(self, words_by_turn: Iterable[tuple[int, Sequence[Word]]]) -> None:
        self.words: list[Word] = []
        self.turns: list[int] = []
        for turn, said in words_by_turn:
            self.words += said
            self.turns += [turn] * len(said)
        texts = [word.text for word in self.words]
        # Where each word begins in the text, behind the space before it.
        self.starts = [*accumulate((len(text) + 1 for text in texts), initial=1)]
        self.text = f" {' '.join(texts)} "

    def exact(self, wanted: Sequence[str]) -> Iterator[_Span]:
        needle = f" {' '.join(wanted)} "
        at = self.text.find(needle)
        while at >= 0:
            first = bisect_left(self.starts, at + 1)
            yield _Span(first, first + len(wanted) - 1)
            at = self.text.find(needle, at + 1)

    def alike(self, wanted: Sequence[str]) -> Iterator[_Span]:
        """Yield the most similar place, when its words are almost those of the quote."""
        needle = " ".join(wanted)
        if len(needle) > len(self.text):
            return
        best = fuzz.partial_ratio_alignment(needle, self.text, score_cutoff=_WORTH_A_LOOK)
        if best is None:
            return
        first = max(0, bisect_right(self.starts, best.dest_start) - 1)
        last = max(first, bisect_right(self.starts, best.dest_end - 1) - 1)
        # The place found is as long as the quote; words that the quote left out make it longer.
        for more in (0, MIN_SLACK):
            whole = _Span(max(0, first - more), min(last + more, len(self.words) - 1))
            span = self._trimmed(wanted, whole)
            if span is not None and _is_alike(wanted, self.texts(span)):
                yield span
                return

    def texts(self, span: _Span) -> list[str]:
        return [word.text for word in self.words[span.first : span.last + 1]]

    def turns_of(self, span: _Span) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.turns[span.first : span.last + 1]))

    def _trimmed(self, wanted: Sequence[str], span: _Span) -> _Span | None:
        """Cut off words at the ends that the quote does not have."""
        blocks = Levenshtein.opcodes(wanted, self.texts(span))
        first, last = span
        ends = [block for block in blocks if block.tag != "delete"]
        if not ends:
            return None
        if ends[0].tag == "insert":
            first += ends[0].dest_end - ends[0].dest_start
        if ends[-1].tag == "insert" and len(ends) > 1:
            last -= ends[-1].dest_end - ends[-1].dest_start
        return _Span(first, last) if first <= last else None


def _is_alike(wanted: Sequence[str], there: Sequence[str]) -> bool:
    if decisive(wanted) != decisive(there):
        return False
    slack = 0
    for block in Levenshtein.opcodes(wanted, there):
        ours = wanted[block.src_start : block.src_end]
        theirs = there[block.dest_start : block.dest_end]
        if block.tag == "replace" and fuzz.ratio("".join(ours), "".join(theirs)) <= ALIKE:
            return False
        # A word the quote adds has to be as small as "the"; one it leaves out may be any.
        if block.tag == "delete" and any(len(word) > 3 for word in ours):
            return False
        if block.tag in ("delete", "insert"):
            slack += len(ours) + len(theirs)
    return slack <= max(MIN_SLACK, len(wanted) // WORDS_PER_SLACK)


@dataclass(frozen=True)
class _Candidate:
    line: _Line
    span: _Span

    @property
    def turns(self) -> tuple[int, ...]:
        return self.line.turns_of(self.span)


class Transcript:
    """The turns of a call, prepared for looking up many quotes.

    `language` is the one that is expected to be spoken, such as `en-US`; None: nobody knows.
    """

    def __init__(
        self,
        turns: Sequence[Turn],
        *,
        language: str | None = None,
        read: Mapping[int, Sequence[Word]] | None = None,
    ) -> None:
        self._expected = language
        self.roles = {turn.turn: turn.role for turn in turns}
        self.starts_ms = {turn.turn: turn.start_ms for turn in turns}
        self._texts = {turn.turn: composed(turn.text) for turn in turns}
        self._words = read or {number: words(text) for number, text in self._texts.items()}
        self._numbers = list(self._texts)
        self._order = {number: n for n, number in enumerate(self._numbers)}

    @cached_property
    def _lines(self) -> list[_Line]:
        """All that was said, then what each speaker said."""
        speakers = sorted(set(self.roles.values()))
        return [_Line((n, self._words[n]) for n in self._numbers)] + [
            _Line((n, self._words[n]) for n in self._numbers if self.roles[n] == speaker)
            for speaker in speakers
            if len(speakers) > 1
        ]

    def part(self, turns: Sequence[Turn]) -> "Transcript":
        """Take some turns of the call. Reading their words is what takes time, and is done."""
        return Transcript(turns, language=self._expected, read=self._words)

    def find(self, quote: str, named: Sequence[int]) -> Found | None:
        """Find a quote, in the named turns first, else in the turns nearest to them."""
        wanted = [word.text for word in words(composed(quote))]
        if not wanted:
            return None
        for candidates in (
            self._exact(wanted),
            self._with_omissions(quote),
            self._alike(wanted, self._lines_of(named)),
            self._alike(wanted, self._lines),
        ):
            best = self._best(candidates, named, movable=_is_telling(wanted))
            if best is not None:
                return Found(best.turns, self._as_said(quote, best), self._before(best))
        return None

    def has(self, quote: str) -> bool:
        """Say whether a quote is anywhere, word for word."""
        wanted = [word.text for word in words(composed(quote))]
        return bool(wanted) and any(True for _ in self._exact(wanted))

    def text(self, turn: int) -> str:
        return self._texts[turn]

    def later(self, turn: int) -> list[tuple[str, str]]:
        """Return what was said after a turn, and by whom. Mere sounds of listening are left out."""
        return [
            (self.roles[number], self._texts[number])
            for number in self._numbers[self._order[turn] + 1 :]
            if len(self._words[number]) > 0
        ]

    def said_before(self, turn: int) -> str:
        """Return the utterance of another speaker that a turn answers to, or nothing."""
        for number in reversed(self._numbers[: self._order.get(turn, 0)]):
            if self.roles[number] != self.roles[turn]:
                return self._texts[number]
        return ""

    def said_after(self, turn: int) -> str:
        """Return the utterance of another speaker that follows a turn, or nothing."""
        at = self._order.get(turn, len(self._numbers)) + 1
        following = self._numbers[at : at + 1]
        is_other = bool(following) and self.roles[following[0]] != self.roles[turn]
        return self._texts[following[0]] if is_other else ""

    def reply_to(self, turn: int) -> str:
        """Return what another speaker said next after a turn, or nothing."""
        following = self._numbers[self._order[turn] + 1 :]
        replies = (n for n in following if self.roles[n] != self.roles[turn])
        return next((self._texts[number] for number in replies), "")

    def question_around(self, found: Found) -> str:
        """Return the question that what was found ends in, or that asks whether it is right."""
        text = self._texts[found.turns[-1]]
        end = max(0, text.rfind(found.text)) + len(found.text)
        ends = [match.end() for match in _SENTENCE_END.finditer(text)] + [len(text)]
        own = next(at for at in ends if at >= min(end, len(text)))
        start = max((at for at in ends if at < own and at < end), default=0)
        after = text[own : next((at for at in ends if at > own), own)]
        if "?" in text[start:own]:
            return text[start:own]
        return text[start:own] + after if _ASKS_BACK.search(after) else ""

    def is_most_of(self, found: Found) -> bool:
        """Say whether what was found is at least half of what was said in its turns."""
        whole = sum(len(self._words[turn]) for turn in found.turns)
        return 2 * len(words(composed(found.text))) >= whole

    def language_of(self, turn: int) -> str | None:
        """Tell the language of a turn, by the whole call where it says too little."""
        return language_of_turn((word.text for word in self._words[turn]), self._language)

    @cached_property
    def _language(self) -> str | None:
        said = (word.text for n in self._numbers for word in self._words[n])
        return language_of(said, self._expected)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All words of the call."""
        return frozenset(word.text for n in self._numbers for word in self._words[n])

    def _exact(self, wanted: Sequence[str]) -> Iterator[_Candidate]:
        for line in self._lines:
            for span in line.exact(wanted):
                yield _Candidate(line, span)

    def _with_omissions(self, quote: str) -> Iterator[_Candidate]:
        """Find the parts of a quote with dots in it, one after the other."""
        parts = [[word.text for word in words(composed(part))] for part in _OMISSION.split(quote)]
        parts = [part for part in parts if part]
        if len(parts) < 2 or any(len(part) < 2 for part in parts):
            return
        for line in self._lines:
            for first in line.exact(parts[0]):
                span = first
                for part in parts[1:]:
                    following = (s for s in line.exact(part) if s.first > span.last)
                    nearest = next(following, None)
                    if nearest is None:
                        break
                    span = _Span(first.first, nearest.last)
                else:
                    yield _Candidate(line, span)

    def _lines_of(self, named: Sequence[int]) -> list[_Line]:
        return [_Line((turn, self._words[turn]) for turn in sorted(named) if turn in self.roles)]

    def _alike(self, wanted: Sequence[str], lines: Iterable[_Line]) -> Iterator[_Candidate]:
        if len(wanted) < MIN_FUZZY_WORDS:
            return
        for line in lines:
            for span in line.alike(wanted):
                yield _Candidate(line, span)

    def _best(
        self, candidates: Iterable[_Candidate], named: Sequence[int], *, movable: bool
    ) -> _Candidate | None:
        allowed = [candidate for candidate in candidates if self._hangs_together(candidate.turns)]
        if not movable:
            allowed = [c for c in allowed if set(c.turns) & set(named)]
        return min(allowed, key=lambda c: self._distance(c.turns, named), default=None)

    def _hangs_together(self, turns: tuple[int, ...]) -> bool:
        """Accept a few turns in a row, with no more than interjections left out between them."""
        first, last = self._order[turns[0]], self._order[turns[-1]]
        if len(turns) > MAX_TURNS or last - first >= 2 * MAX_TURNS:
            return False
        return all(
            len(self._words[number]) <= MAX_INTERJECTION_WORDS
            for number in self._numbers[first : last + 1]
            if number not in turns
        )

    def _distance(self, turns: tuple[int, ...], named: Sequence[int]) -> tuple[int, int, int]:
        """Order places: named turns first, then near ones, then fewer turns and later ones."""
        known = [self._order[turn] for turn in named if turn in self._order]
        ours = [self._order[turn] for turn in turns]
        away = min((abs(a - b) for a in ours for b in known), default=0)
        return away, len(turns), -ours[-1]

    def _before(self, candidate: _Candidate) -> str:
        line, at = candidate.line, candidate.span.first - 1
        is_same_turn = at >= 0 and line.turns[at] == line.turns[at + 1]
        return line.words[at].text if is_same_turn else ""

    def _as_said(self, quote: str, candidate: _Candidate) -> str:
        as_quoted = composed(quote).strip()
        if as_quoted in self._texts[candidate.turns[0]]:
            return as_quoted
        said = candidate.line.words[candidate.span.first : candidate.span.last + 1]
        owners = candidate.line.turns[candidate.span.first : candidate.span.last + 1]
        parts = []
        for turn, group in groupby(zip(owners, said, strict=True), key=lambda pair: pair[0]):
            of_turn = [word for _, word in group]
            parts.append(_cut(self._texts[turn], of_turn[0].start, of_turn[-1].end))
        return " ".join(parts)


def _is_telling(wanted: Sequence[str]) -> bool:
    """Say whether a quote is recognisable without knowing its turn."""
    return any(len(word) > 2 and word not in _SAID_EVERYWHERE for word in wanted)


def _cut(text: str, start: int, end: int) -> str:
    while start > 0 and text[start - 1] in _SYMBOLS:
        start -= 1
    while end < len(text) and text[end] in _SYMBOLS:
        end += 1
    return text[start:end]
