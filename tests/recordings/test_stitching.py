"""Seams: no word is lost or doubled, wherever a recording was cut."""

from collections.abc import Sequence

from hypothesis import given, strategies as st

from backend.providers.transcription.heard import Word
from backend.recordings.stitching import Piece, stitch

TEXTS = st.sampled_from(["yes", "no", "the", "driver", "late", "two", "hours", "I", "am", "ok"])
# Times of one word differ by 80 ms below: by half a word, "yes yes yes" could be cut anywhere.
SPOKEN = st.lists(st.tuples(TEXTS, st.integers(170, 500), st.integers(0, 300)), max_size=60)


def _spoken(parts: Sequence[tuple[str, int, int]]) -> list[Word]:
    words, at = [], 0
    for text, length, pause in parts:
        words.append(Word(text, at, at + length))
        at += length + pause
    return words


def _heard(words: Sequence[Word], start_ms: int, end_ms: int, shift: int) -> Piece:
    """Hear a chunk: whole words alone, their times a little off."""
    whole = [word for word in words if word.start_ms >= start_ms and word.end_ms <= end_ms]
    moved = tuple(Word(w.text, w.start_ms + shift, w.end_ms + shift) for w in whole)
    return Piece(start_ms, end_ms, moved)


@given(SPOKEN, st.integers(4000, 9000), st.integers(-80, 80))
def test_where_chunks_overlap_every_word_is_there_once(
    parts: list[tuple[str, int, int]], length: int, shift: int
) -> None:
    words = _spoken(parts)
    end = words[-1].end_ms if words else 0
    pieces = [
        _heard(words, start, start + length + 3000, shift if n % 2 else 0)
        for n, start in enumerate(range(0, end + 1, length))
    ]

    joined = stitch(pieces)

    assert [word.text for word in joined] == [word.text for word in words]


def test_a_word_said_many_times_over_is_kept_as_often_as_it_was_said() -> None:
    """Neither side has all of them: aligned as lists, the longest match is one word too far."""
    words = _spoken([("no", 250, 0)] * 40)
    pieces = [_heard(words, start, start + 7000, shift=0) for start in (0, 4000, 8000)]

    assert [word.start_ms for word in stitch(pieces)] == [word.start_ms for word in words]


@given(SPOKEN)
def test_chunks_that_end_in_a_pause_are_put_one_after_the_other(
    parts: list[tuple[str, int, int]],
) -> None:
    words = _spoken(parts)
    half = len(words) // 2
    middle = words[half].start_ms if words else 0

    joined = stitch(
        [Piece(0, middle, tuple(words[:half])), Piece(middle, 10**9, tuple(words[half:]))]
    )

    assert joined == words


def test_words_that_were_heard_differently_are_taken_from_one_side() -> None:
    left = Piece(0, 5000, (Word("on", 1000, 1200), Word("time", 3000, 3300), Word("f", 4900, 5000)))
    right = Piece(2000, 9000, (Word("thyme", 3000, 3300), Word("friend", 4900, 5400)))

    assert [word.text for word in stitch([left, right])] == ["on", "time", "friend"]
