"""What a voice sounds like, as a vector: GE2E's speaker encoder in numpy.

A recurrent network hears up to 1.6 seconds at a time, in 40 mel bands. Vectors of one voice lie
near each other; how near, the room and the telephone decide as well.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from backend.providers.transcription.voice_weights import Weights

RATE = 16_000
_FRAMES = 160
_HOP = 160
_FFT = 400
_BANDS = 40
_LAYERS = 3
# What the network was trained to hear voices at.
_LOUDNESS = 10 ** (-30 / 20)
# At once: what is gained by more is little, and the memory grows.
_BATCH = 32

Floats = NDArray[np.float32]


class VoiceEncoder:
    def __init__(self, weights: Weights) -> None:
        self._layers = [_Layer(weights, n) for n in range(_LAYERS)]
        self._out, self._bias = weights["linear.weight"].T, weights["linear.bias"]
        self._bands = mel_bands()

    def encode(self, sound: Floats, stretches: Sequence[tuple[int, int]]) -> Floats:
        """Hear stretches of the sound, from sample to sample; each becomes a vector of length 1.

        Of a longer one, 1.6 seconds are heard.
        """
        vectors = [
            self._heard(sound, stretches[n : n + _BATCH]) for n in range(0, len(stretches), _BATCH)
        ]
        return np.concatenate([np.zeros((0, len(self._bias)), np.float32), *vectors])

    def _heard(self, sound: Floats, stretches: Sequence[tuple[int, int]]) -> Floats:
        said = np.stack([self._mel(sound, start) for start, _ in stretches])
        for layer in self._layers:
            said = layer.run(said)
        last = [min(max((end - start) // _HOP, 1), _FRAMES) - 1 for start, end in stretches]
        raw = np.maximum(said[np.arange(len(last)), last] @ self._out + self._bias, 0)
        length = np.linalg.norm(raw, axis=1, keepdims=True)
        vectors: Floats = (raw / np.maximum(length, np.float32(1e-9))).astype(np.float32)
        return vectors

    def _mel(self, sound: Floats, start: int) -> Floats:
        """Give a window's power in each band. What lies outside of the sound is silence."""
        begin, count = start - _FFT // 2, (_FRAMES - 1) * _HOP + _FFT
        taken = sound[max(begin, 0) : max(begin + count, 0)]
        padded = np.zeros(count, np.float32)
        before = max(-begin, 0)
        padded[before : before + len(taken)] = taken
        frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP]
        power = np.abs(np.fft.rfft(frames * _HANN)) ** 2
        return (power @ self._bands).astype(np.float32)


class _Layer:
    """One layer of an LSTM. Its gates are, as in PyTorch: in, forget, cell, out."""

    def __init__(self, weights: Weights, number: int) -> None:
        self._in = np.ascontiguousarray(weights[f"lstm.weight_ih_l{number}"].T)
        self._again = np.ascontiguousarray(weights[f"lstm.weight_hh_l{number}"].T)
        self._bias = weights[f"lstm.bias_ih_l{number}"] + weights[f"lstm.bias_hh_l{number}"]

    def run(self, heard: Floats) -> Floats:
        given = heard @ self._in + self._bias
        size = self._again.shape[0]
        hidden = np.zeros((len(heard), size), np.float32)
        cell = np.zeros_like(hidden)
        said = np.empty((*heard.shape[:2], size), np.float32)
        for n in range(heard.shape[1]):
            gates = given[:, n] + hidden @ self._again
            in_, forget, new, out = np.split(gates, 4, axis=1)
            cell = _sigmoid(forget) * cell + _sigmoid(in_) * np.tanh(new)
            hidden = _sigmoid(out) * np.tanh(cell)
            said[:, n] = hidden
        return said


def _sigmoid(values: Floats) -> Floats:
    result: Floats = np.float32(0.5) * (np.tanh(values * np.float32(0.5)) + np.float32(1))
    return result


def leveled(sound: Floats) -> Floats:
    """Make what is too quiet for the network as loud as what it was trained with."""
    loudness = float(np.sqrt(np.mean(np.square(sound)))) if len(sound) else 0.0
    if not 0 < loudness < _LOUDNESS:
        return sound
    result: Floats = sound * np.float32(_LOUDNESS / loudness)
    return result


def mel_bands() -> NDArray[np.float64]:
    """Make the triangles of Slaney's mel scale, by frequency and band, each of area 1."""
    edges = mel_frequencies(_BANDS + 2, RATE / 2)
    frequencies = np.linspace(0, RATE / 2, _FFT // 2 + 1)[:, None]
    lower, center, upper = edges[:-2], edges[1:-1], edges[2:]
    rising = (frequencies - lower) / (center - lower)
    falling = (upper - frequencies) / (upper - center)
    bands: NDArray[np.float64] = np.maximum(0, np.minimum(rising, falling)) * 2 / (upper - lower)
    return bands


def mel_frequencies(count: int, highest: float) -> NDArray[np.float64]:
    """Give frequencies that people hear as evenly apart, from 0 Hz to the highest."""
    return _hertz(np.linspace(0.0, _mels(highest), count))


# Even up to 1000 Hz, by 200/3 Hz each; above, 27 mels more are 6.4 times the frequency.
_LINEAR, _FROM_HERTZ, _FROM_MEL, _GROWTH = 200 / 3, 1000.0, 15.0, np.log(6.4) / 27


def _mels(hertz: float) -> float:
    if hertz < _FROM_HERTZ:
        return hertz / _LINEAR
    return _FROM_MEL + float(np.log(hertz / _FROM_HERTZ) / _GROWTH)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _FROM_HERTZ * np.exp(_GROWTH * (np.maximum(mels, _FROM_MEL) - _FROM_MEL))
    return np.where(mels < _FROM_MEL, mels * _LINEAR, above)


_HANN = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FFT) / _FFT)).astype(np.float32)
