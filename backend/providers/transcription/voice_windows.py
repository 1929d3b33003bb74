"""Which stretches of a recording are listened to for the voice: between pauses, where words are."""

from collections.abc import Iterator, Sequence

# A shorter pause is within what one person says.
_PAUSE_MS = 300
_WINDOW_MS = 1600
_STEP_MS = 800
SENTENCE_ENDS = (".", "?", "!", "\u3002", "\uff1f", "\uff01")

Span = tuple[int, int]


def windows(words: Sequence[tuple[str, int, int]]) -> list[Span]:
    """Give stretches of up to 1.6 seconds, half overlapping, that one person probably speaks.

    `words` are texts with when they begin and end, in milliseconds.
    """
    return [window for run in _runs(words) for window in _cut(*run)]


def _runs(words: Sequence[tuple[str, int, int]]) -> Iterator[Span]:
    """Go from pause to pause, and from sentence to sentence."""
    begin = 0
    for n, (text, _, end) in enumerate(words):
        is_last = n + 1 == len(words)
        if is_last or words[n + 1][1] - end >= _PAUSE_MS or text.endswith(SENTENCE_ENDS):
            yield words[begin][1], max(word[2] for word in words[begin : n + 1])
            begin = n + 1


def _cut(start: int, end: int) -> Iterator[Span]:
    """Lay windows evenly, from the first word to the last."""
    left = max(0, end - start - _WINDOW_MS)
    steps = -(-left // _STEP_MS)
    for n in range(steps + 1):
        at = start + (left * n // steps if steps else 0)
        yield at, min(at + _WINDOW_MS, end)
