"""Voices of one channel are told apart by their sound: two are two, one is one, and it is said."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, strategies as st

from backend.providers.transcription.heard import Voiceprint, Word
from backend.recordings.turns import Voiced
from backend.recordings.voices import silhouette, smoothed, tell_apart, vectors_of

SIZE = 64
SECONDS = 2000


def _voice(seed: int) -> np.ndarray:
    return np.asarray(np.abs(np.random.default_rng(seed).normal(size=SIZE)) / np.sqrt(SIZE))


def _print(voice: np.ndarray, start_ms: int, length: int = 1600, seed: int = 0) -> Voiceprint:
    """Make what a voice sounds like now: it is never quite the same."""
    noise = np.random.default_rng(start_ms + seed).normal(0, 0.04, SIZE)
    return Voiceprint(start_ms, start_ms + length, (voice + noise).astype("<f2").tobytes())


def _words(count: int, start_ms: int) -> list[Voiced]:
    return [
        Voiced(Word("word" if n + 1 < count else "word.", at, at + 300), 0)
        for n in range(count)
        for at in [start_ms + n * 400]
    ]


def _conversation(speakers: Sequence[int]) -> tuple[list[Voiced], list[Voiceprint]]:
    """Have each of them say four words, one after the other, every two seconds."""
    voiced = [word for n in range(len(speakers)) for word in _words(4, n * SECONDS)]
    prints = [_print(_voice(who), n * SECONDS) for n, who in enumerate(speakers)]
    return voiced, prints


def _labels(told: Sequence[Voiced] | None) -> str:
    assert told is not None
    return "".join(each.word.speaker or "-" for each in told)


def test_two_voices_are_named_in_the_order_they_speak() -> None:
    voiced, prints = _conversation([7, 3, 7, 3, 3, 7, 3, 7])

    told = tell_apart(voiced, prints, None)

    assert _labels(told) == "00001111000011111111000011110000"


@given(st.lists(st.sampled_from([7, 3]), min_size=8, max_size=24), st.randoms())
def test_in_whatever_order_chunks_were_heard_a_voice_keeps_its_name(
    speakers: list[int], chance: Random
) -> None:
    speakers = [7, 3, 7, 3, 7, 3, *speakers]
    voiced, prints = _conversation(speakers)
    chance.shuffle(prints)

    told = tell_apart(voiced, prints, None)

    assert _labels(told) == "".join("0000" if who == 7 else "1111" for who in speakers)


def test_who_says_little_is_told_from_who_says_much() -> None:
    speakers = [7] * 9 + [3] + [7] * 9 + [3] + [7] * 9 + [3]
    voiced, prints = _conversation(speakers)

    told = tell_apart(voiced, prints, None)

    assert _labels(told) == "".join("0000" if who == 7 else "1111" for who in speakers)


@pytest.mark.parametrize("length", [1, 5, 8, 40])
def test_a_monologue_is_not_torn_in_two(length: int) -> None:
    voiced, prints = _conversation([7] * length)

    assert tell_apart(voiced, prints, None) is None


def test_what_the_sender_says_of_the_speakers_is_believed() -> None:
    voiced, prints = _conversation([7, 3] * 6)
    alone, of_one = _conversation([7] * 12)

    assert tell_apart(voiced, prints, 1) is None
    assert tell_apart(alone, of_one, 2) is not None


def test_without_words_or_sound_nothing_is_told() -> None:
    voiced, prints = _conversation([7, 3] * 6)

    assert tell_apart([], prints, 2) is None
    assert tell_apart(voiced, [], 2) is None
    silent = [Voiceprint(each.start_ms, each.end_ms, bytes(2 * SIZE)) for each in prints]
    assert tell_apart(voiced, silent, None) is None


def test_words_that_no_stretch_covers_go_with_the_nearest() -> None:
    voiced, prints = _conversation([7, 3] * 6)

    told = tell_apart([*voiced, *_words(2, 30_000)], prints, None)

    assert _labels(told)[-2:] == "11"


def test_a_voice_changes_at_a_pause_rather_than_within_a_sentence() -> None:
    words = [each.word for each in _words(4, 0)] + [each.word for each in _words(4, 1600)]
    # The fourth and fifth are heard in one stretch, and sound like both.
    margins = [0.2, 0.2, 0.2, -0.02, 0.02, -0.2, -0.2, -0.2]

    assert smoothed(words, margins) == [False] * 4 + [True] * 4


def test_one_doubtful_word_does_not_change_the_voice() -> None:
    words = [each.word for each in _words(5, 0)]

    assert smoothed(words, [0.2, 0.2, -0.1, 0.2, 0.2]) == [False] * 5
    assert smoothed(words, [-0.2, -0.2, 0.1, -0.2, -0.2]) == [True] * 5


def test_the_silhouette_is_that_of_all_pairs() -> None:
    _, prints = _conversation([7, 3, 7, 3, 3])
    vectors = vectors_of(prints)
    second = np.array([False, True, False, True, True])
    apart = 1 - vectors @ vectors.T
    values = []
    for n in range(5):
        own, other = second == second[n], second != second[n]
        inside = apart[n][own].sum() / (own.sum() - 1)
        outside = apart[n][other].mean()
        values.append((outside - inside) / max(inside, outside))

    assert silhouette(vectors, second) == pytest.approx(np.mean(values), abs=1e-3)
