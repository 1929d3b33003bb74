"""Speech that the sandbox makes and understands: words spelt in pairs of tones, byte by byte.

It has the pace and the pauses of talk, survives telephone lines and lossy codecs, and is nobody's
voice. What was said is found again with its times and its voice, of which there are two, wherever a
recording was cut.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
Floats = NDArray[np.float64]

_LOW = (697.0, 770.0, 852.0, 941.0)
# Voices differ in these.
_HIGH = ((1209.0, 1336.0, 1477.0, 1633.0), (1870.0, 2040.0, 2220.0, 2420.0))
_EVERY_HIGH = _HIGH[0] + _HIGH[1]
_SYMBOL_SECONDS = 0.03
_GAP_SECONDS = 0.09
_STEP_SECONDS = 0.005
_LOUDNESS = 9000.0
_HEARD = 300.0


@dataclass(frozen=True)
class SpokenWord:
    text: str
    start: float
    end: float
    voice: int = 0


def speak(text: str, rate: int, voice: int = 0) -> Samples:
    """Say words one after the other, with the pauses between them, in voice 0 or 1."""
    gap = np.zeros(round(_GAP_SECONDS * rate), np.int16)
    parts: list[Samples] = []
    for word in text.split():
        parts += [_word(word, rate, _HIGH[voice]), gap]
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def seconds_of(text: str) -> float:
    """Tell how long it takes to say this."""
    bytes_each = (len(word.encode()) for word in text.split())
    return sum(2 * count * _SYMBOL_SECONDS + _GAP_SECONDS for count in bytes_each)


def _word(word: str, rate: int, high: Sequence[float]) -> Samples:
    count = round(_SYMBOL_SECONDS * rate)
    time = np.arange(count) / rate
    edge = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.003 * rate))
    symbols = [half for byte in word.encode() for half in (byte >> 4, byte & 15)]
    sound = np.concatenate(
        [
            edge
            * (
                np.sin(2 * np.pi * _LOW[each >> 2] * time)
                + np.sin(2 * np.pi * high[each & 3] * time)
            )
            for each in symbols
        ]
    )
    return (sound * _LOUDNESS / 2).astype(np.int16)


def understand(samples: Samples, rate: int) -> list[SpokenWord]:
    """Find the words and their times. What was cut off at an end, or is no such speech, is not."""
    sound = samples.astype(np.float64)
    words = []
    for start, end in _bursts(sound, rate):
        spelt = _spelt(sound[start:end], rate)
        if spelt:
            words.append(SpokenWord(spelt[0], start / rate, end / rate, spelt[1]))
    return words


def _bursts(sound: Floats, rate: int) -> Iterator[tuple[int, int]]:
    """Find where there is sound, between silences longer than those inside a word."""
    step = round(_STEP_SECONDS * rate)
    whole = sound.size // step * step
    loud = np.sqrt((sound[:whole].reshape(-1, step) ** 2).mean(axis=1)) > _HEARD
    begin, quiet = None, 0
    for n, is_loud in enumerate([*loud.tolist(), *[False] * 20]):
        if is_loud:
            begin, quiet = (n if begin is None else begin), 0
        elif begin is not None:
            quiet += 1
            if quiet * _STEP_SECONDS >= _GAP_SECONDS / 2:
                yield begin * step, (n - quiet + 1) * step
                begin, quiet = None, 0


def _spelt(burst: Floats, rate: int) -> tuple[str, int] | None:
    """Read a word and its voice."""
    count = round(burst.size / rate / (2 * _SYMBOL_SECONDS)) * 2
    if count < 2 or abs(burst.size / rate - count * _SYMBOL_SECONDS) > 0.025:
        return None
    size = burst.size / count
    symbols = [_symbol(burst[round(n * size) : round((n + 1) * size)], rate) for n in range(count)]
    if None in symbols:
        return None
    known = [each for each, _ in filter(None, symbols)]
    voices = [voice for _, voice in filter(None, symbols)]
    try:
        text = bytes(a << 4 | b for a, b in zip(known[::2], known[1::2], strict=True)).decode()
    except UnicodeDecodeError:
        return None
    return text, round(sum(voices) / len(voices))


def _symbol(piece: Floats, rate: int) -> tuple[int, int] | None:
    """Read half a byte, and whose voice it is in."""
    low, high = (_strengths(piece, rate, tones) for tones in (_LOW, _EVERY_HIGH))
    power = float((piece**2).sum()) * piece.size / 2
    if power == 0 or (max(low) + max(high)) / power < 0.35:
        return None
    voice, second = divmod(int(np.argmax(high)), len(_HIGH[0]))
    return int(np.argmax(low)) << 2 | second, voice


def _strengths(piece: Floats, rate: int, tones: Sequence[float]) -> list[float]:
    time = np.arange(piece.size) / rate
    window = np.hanning(piece.size + 2)[1:-1]
    return [
        float(abs((piece * window * np.exp(-2j * np.pi * tone * time)).sum()) ** 2) * 4
        for tone in tones
    ]
