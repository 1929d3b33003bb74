"""What a voice sounds like, in numbers: mel bands, a recurrent network, windows between pauses."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.providers.transcription import voice_encoder
from backend.providers.transcription.voice_encoder import (
    RATE,
    VoiceEncoder,
    leveled,
    mel_bands,
    mel_frequencies,
)
from backend.providers.transcription.voice_windows import windows

SECOND = RATE


def _weights() -> dict[str, np.ndarray]:
    """Make a network of the right shape whose weights mean nothing."""
    chance = np.random.default_rng(7)

    def some(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.1, shape).astype(np.float32)

    made = {"linear.weight": some(256, 256), "linear.bias": some(256)}
    for n, wide in enumerate((40, 256, 256)):
        made |= {
            f"lstm.weight_ih_l{n}": some(1024, wide),
            f"lstm.weight_hh_l{n}": some(1024, 256),
            f"lstm.bias_ih_l{n}": some(1024),
            f"lstm.bias_hh_l{n}": some(1024),
        }
    return made


def _noise(seconds: float, seed: int = 1) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).normal(0, 0.1, round(seconds * SECOND))
    return noise.astype(np.float32)


def test_mel_frequencies_are_those_of_slaneys_scale() -> None:
    """As librosa's documentation prints them for 40 up to 11,025 Hz."""
    found = mel_frequencies(40, 11025.0)

    assert found[:4] == pytest.approx([0.0, 85.317, 170.635, 255.952], abs=0.001)
    assert found[11:14] == pytest.approx([938.49, 1024.856, 1119.114], abs=0.001)
    assert found[-2:] == pytest.approx([10096.408, 11025.0], abs=0.001)


def test_each_band_has_the_same_area_and_lies_above_the_one_before() -> None:
    bands = mel_bands()

    assert bands.shape == (201, 40)
    # The narrow ones have few frequencies to add up.
    assert bands[:, 20:].sum(axis=0) * RATE / 400 == pytest.approx(1, abs=0.02)
    assert (np.diff(bands.argmax(axis=0)) > 0).all()


def test_the_network_is_a_long_short_term_memory_of_three_layers() -> None:
    """Reckoned once more as its definition says, one frame and one gate at a time."""
    weights, sound = _weights(), _noise(1.6)
    padded = np.concatenate([np.zeros(200), sound, np.zeros(400)])
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    frames = [
        np.abs(np.fft.rfft(padded[n * 160 : n * 160 + 400] * hann)) ** 2 @ mel_bands()
        for n in range(160)
    ]

    def squashed(values: np.ndarray) -> np.ndarray:
        return np.asarray(1 / (1 + np.exp(-values)))

    for n in range(3):
        hidden, cell, said = np.zeros(256), np.zeros(256), []
        for frame in frames:
            gates = (
                weights[f"lstm.weight_ih_l{n}"] @ frame
                + weights[f"lstm.bias_ih_l{n}"]
                + weights[f"lstm.weight_hh_l{n}"] @ hidden
                + weights[f"lstm.bias_hh_l{n}"]
            )
            cell = squashed(gates[256:512]) * cell + squashed(gates[:256]) * np.tanh(gates[512:768])
            hidden = squashed(gates[768:]) * np.tanh(cell)
            said.append(hidden)
        frames = said
    raw = np.maximum(weights["linear.weight"] @ frames[-1] + weights["linear.bias"], 0)

    (vector,) = VoiceEncoder(weights).encode(sound, [(0, len(sound))])

    assert vector == pytest.approx(raw / np.linalg.norm(raw), abs=1e-3)


def test_a_stretch_sounds_the_same_whatever_is_heard_with_it_or_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(voice_encoder, "_BATCH", 4)
    encoder, sound = VoiceEncoder(_weights()), _noise(4)
    stretches = [(0, SECOND), (SECOND, 2 * SECOND), (2 * SECOND, 3 * SECOND)] * 2

    together = encoder.encode(sound, stretches)
    alone = encoder.encode(sound[: round(2.1 * SECOND)], [stretches[1]])

    assert together.shape == (6, 256)
    assert together[1] == pytest.approx(alone[0], abs=1e-4)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-4)
    assert encoder.encode(sound, []).shape == (0, 256)


def test_stretches_at_the_edge_of_the_sound_are_heard_too() -> None:
    sound = _noise(1)

    vectors = VoiceEncoder(_weights()).encode(sound, [(0, 100), (SECOND - 100, 9 * SECOND)])

    assert np.isfinite(vectors).all()


def test_what_is_quiet_is_heard_as_loud_as_what_is_not() -> None:
    sound = _noise(1)
    louder = leveled(sound * np.float32(0.01))

    assert float(np.sqrt(np.mean(louder**2))) == pytest.approx(10 ** (-30 / 20), rel=1e-3)
    assert leveled(sound) is sound
    assert not leveled(np.zeros(SECOND, np.float32)).any()
    assert len(leveled(np.zeros(0, np.float32))) == 0


def test_windows_end_with_a_pause_or_a_sentence() -> None:
    words = [
        ("Is", 0, 200), ("it", 200, 400), ("you?", 400, 600),
        ("Yes", 650, 900),
        ("it", 1300, 1400), ("is", 1450, 1600),
    ]  # fmt: skip

    assert windows(words) == [(0, 600), (650, 900), (1300, 1600)]
    assert windows([]) == []


def test_what_goes_on_is_heard_in_overlapping_windows_from_its_first_word_to_its_last() -> None:
    words = [("on", n * 250, n * 250 + 250) for n in range(20)]

    found = windows(words)

    assert (found[0][0], found[-1][1]) == (0, 5000)
    assert {end - start for start, end in found} == {1600}
    assert max(after[0] - before[0] for before, after in pairwise(found)) <= 850
