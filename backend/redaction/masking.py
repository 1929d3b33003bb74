"""Masking what was found, in text, in whatever JSON holds, and in turns with their words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.redaction.finding import Sensitive, Span, find


@dataclass(frozen=True)
class Mask:
    """What is masked, and by which names people go."""

    kinds: tuple[Sensitive, ...]
    names: tuple[str, ...] = ()
    region: str = "US"

    def spans(self, text: str) -> list[Span]:
        return find(text, self.kinds, names=self.names, region=self.region)

    def text(self, text: str) -> str:
        """Write `[card]` and the like where something is masked."""
        masked = text
        for start, end, kind in reversed(self.spans(text)):
            masked = f"{masked[:start]}[{kind}]{masked[end:]}"
        return masked

    def value(self, value: Any) -> Any:
        """Mask all text in what JSON can hold; the names of members stay."""
        match value:
            case str():
                return self.text(value)
            case list():
                return [self.value(each) for each in value]
            case dict():
                return {name: self.value(each) for name, each in value.items()}
            case _:
                return value

    def turn(self, turn: Mapping[str, Any]) -> dict[str, Any]:
        """Mask a turn's text and its words, which keep their times."""
        spans = self.spans(turn["text"])
        masked = {**turn, "text": self.text(turn["text"])}
        places = _places(turn["text"], turn.get("words") or [])
        words: list[dict[str, Any]] = []
        last: Span | None = None
        for word, start, end in places:
            span = _hit(spans, start, end)
            if span is None:
                words.append({**word, "text": self.text(word["text"])})
            elif span is last:
                words[-1]["end_ms"] = word["end_ms"]
            else:
                words.append({**word, "text": f"[{span.kind}]"})
            last = span
        return masked | ({"words": words} if places else {})

    def silences(self, turns: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
        """List what is not to be heard, in milliseconds: the words, or else the whole turn."""
        quiet: list[tuple[int, int]] = []
        for turn, after in zip(turns, [*turns[1:], None], strict=True):
            spans = self.spans(turn["text"])
            places = _places(turn["text"], turn.get("words") or [])
            hit = [word for word, start, end in places if _hit(spans, start, end)]
            if spans and not hit:
                start, end = turn.get("start_ms"), turn.get("end_ms")
                end = end if end is not None or after is None else after.get("start_ms")
                if start is not None and end is not None:
                    quiet.append((start, end))
            quiet += [(word["start_ms"], word["end_ms"]) for word in hit]
        return quiet


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
