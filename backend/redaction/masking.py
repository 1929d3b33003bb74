"""Masking what was found, in text, in whatever JSON holds, and in turns with their words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend.redaction.finding import Sensitive, Span, find

# Ids and times have digits by the dozen, and name nobody.
_ID_OR_TIME = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z]+_[0-9a-f]{16,}|[0-9a-f]{32,}"
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?)?"
)
# Words of ours. Somebody may be called Will or User, and a call is not of another role for it.
_OURS = re.compile(r"[a-z][a-z_.]*")
_NAMED_BY_US = {
    *("role", "status", "source", "origin", "code", "type", "event", "kind", "key", "verdict"),
    *("answered_by", "proven_by", "status_reason", "disconnection_reason", "record_status"),
}
# What is counted by us. A file of more than 100 MB is nobody's number.
_COUNTED_BY_US = {"size_bytes", "part_bytes", "body_bytes", "start", "end", "event_id"}
# A line of a timeline has these; its id is made of two numbers.
_OF_A_TIMELINE = {"at", "kind", "name", "id", "data"}
_PLACE_IN_THE_LOG = re.compile(r"\d+-\d+")
# What stands where something is masked.
MARK = re.compile(rf"\[({'|'.join(Sensitive)})\]")
# From the beginning to the end of any call, in milliseconds.
ALL_OF_IT = (0, 2**31)
_SHORTEST_NUMBER = 9  # digits
_TURNS = {"transcript", "turns", "transcript_object"}


@dataclass(frozen=True)
class Mask:
    """What is masked, and by which names people go."""

    kinds: tuple[Sensitive, ...]
    names: tuple[str, ...] = ()
    region: str = "US"
    # What is still being said is not told: half of a number could not be told for one.
    is_being_said: bool = False

    def naming(self, *names: str) -> "Mask":
        """Return it with more names, if names are masked at all."""
        return replace(self, names=(*self.names, *names))

    def spans(self, text: str) -> list[Span]:
        return find(text, self.kinds, names=self.names, region=self.region)

    def text(self, text: str) -> str:
        """Write `[card]` and the like where something is masked."""
        return _written(text, self.spans(text))

    def value(self, value: Any, name: str = "") -> Any:
        """Mask all text in what JSON can hold, numbers too; names of members, ids and times stay.

        `name` is that of the member it is.
        """
        match value:
            case str():
                return value if _is_ours(value, name) else self.text(value)
            case int() if _may_be_a_number(value, name):
                return value if self.text(str(value)) == str(value) else self.text(str(value))
            case list() if name in _TURNS and all(_is_turn(each) for each in value):
                return [] if self.is_being_said else self.turns(value)
            case list():
                return [self.value(each, name) for each in value]
            case dict():
                return {
                    member: each if _is_place(member, each, value) else self.value(each, member)
                    for member, each in value.items()
                }
        return value

    def turns(self, turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Mask turns and their words, which keep their times; also what is said in several turns.

        Somebody reads out a card number four digits at a time, and presses keys one by one.
        """
        return [
            self._turn(turn, spans)
            for turn, spans in zip(turns, self._spans_in(turns), strict=True)
        ]

    def _turn(self, turn: Mapping[str, Any], spans: Sequence[Span]) -> dict[str, Any]:
        text = turn["text"]
        masked = {name: self.value(each, name) for name, each in turn.items() if name != "words"}
        masked["text"] = _written(text, spans)
        if "words" not in turn:
            return masked
        words: list[dict[str, Any]] = []
        last: Span | None = None
        for word, start, end in _places(text, turn["words"] or []):
            span = _hit(spans, start, end)
            if span is None:
                words.append({**word, "text": self.text(word["text"])})
            elif span is last:
                words[-1]["end_ms"] = word["end_ms"]
            else:
                words.append({**word, "text": f"[{span.kind}]"})
            last = span
        return masked | {"words": words}

    def silences(self, turns: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
        """List what is not to be heard, in milliseconds: the words, or else the whole turn.

        In turns that are masked already, that is what stands there in its place.
        """
        quiet: list[tuple[int, int]] = []
        all_spans = self._spans_in(turns)
        for turn, after, found in zip(turns, [*turns[1:], None], all_spans, strict=True):
            spans = [*found, *_masked_in(turn["text"])]
            places = _places(turn["text"], turn.get("words") or [])
            hit = [word for word, start, end in places if _hit(spans, start, end)]
            if spans and not hit:
                start, end = turn.get("start_ms"), turn.get("end_ms")
                end = end if end is not None or after is None else after.get("start_ms")
                # Whose end nobody knows goes on to the end of the call.
                quiet.append((start or 0, ALL_OF_IT[1] if end is None else end))
            quiet += [(word["start_ms"], word["end_ms"]) for word in hit]
        return quiet

    def _spans_in(self, turns: Sequence[Mapping[str, Any]]) -> list[list[Span]]:
        """Find spans in the turns of each speaker as one text, then in what all have said."""
        found: list[list[Span]] = [[] for _ in turns]
        everybody = list(range(len(turns)))
        speakers = dict.fromkeys(turn.get("role") for turn in turns)
        by_speaker = [[n for n in everybody if turns[n].get("role") == who] for who in speakers]
        for among in [*by_speaker, *([everybody] if len(by_speaker) > 1 else [])]:
            texts = [turns[n]["text"] for n in among]
            for at, span in _cut(self.spans("\n".join(texts)), texts):
                taken = found[among[at]]
                if not any(span.start < other.end and other.start < span.end for other in taken):
                    taken.append(span)
        return [sorted(spans) for spans in found]


def _masked_in(text: str) -> Iterator[Span]:
    for match in MARK.finditer(text):
        yield Span(*match.span(), Sensitive(match[1]))


def _is_ours(value: str, name: str) -> bool:
    is_word = name in _NAMED_BY_US and _OURS.fullmatch(value) is not None
    return is_word or _ID_OR_TIME.fullmatch(value) is not None


def _is_place(name: str, value: Any, among: Mapping[str, Any]) -> bool:
    is_id = name == "id" and isinstance(value, str) and among.keys() == _OF_A_TIMELINE
    return is_id and _PLACE_IN_THE_LOG.fullmatch(value) is not None


def _may_be_a_number(value: int, name: str) -> bool:
    is_counted = name in _COUNTED_BY_US or "timestamp" in name
    return len(str(value)) >= _SHORTEST_NUMBER and not is_counted


def _is_turn(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("text"), str)


def _cut(spans: Sequence[Span], texts: Sequence[str]) -> Iterator[tuple[int, Span]]:
    """Give what of each span is in which of the texts, that are joined by one character."""
    begin = 0
    for at, text in enumerate(texts):
        end = begin + len(text)
        for span in spans:
            if span.start < end and span.end > begin:
                start, stop = max(span.start, begin) - begin, min(span.end, end) - begin
                yield at, Span(start, stop, span.kind)
        begin = end + 1


def _written(text: str, spans: Sequence[Span]) -> str:
    for start, end, kind in reversed(spans):
        text = f"{text[:start]}[{kind}]{text[end:]}"
    return text


def _hit(spans: Sequence[Span], start: int, end: int) -> Span | None:
    return next((span for span in spans if start < span.end and span.start < end), None)


def _places(
    text: str, words: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], int, int]]:
    """Find where in a turn's text its words are; one that is not there is where it would be."""
    places = []
    cursor = 0
    for word in words:
        found = text.find(word["text"], cursor)
        start = found if found >= 0 else cursor
        end = start + len(word["text"]) if found >= 0 else start
        places.append((word, start, max(end, start + 1)))
        cursor = end
    return places
