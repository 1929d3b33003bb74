"""Whether two channels are two people, or one sound twice."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from backend.recordings.sound.decoding import Samples

Floats = NDArray[np.float32]

_FRAME_MS = 50
_LOUD = 200
_APART_DECIBELS = 8.0


class Mixing(StrEnum):
    """How channels are worked with. `first`: both say the same, and mixed they might cancel."""

    SEPARATE = "separate"
    MIX = "mix"
    FIRST = "first"


def judge_channels(samples: Samples, rate: int) -> Mixing:
    """Tell by the beginning of a recording; what is one channel has nothing to be told."""
    if samples.shape[0] == 1:
        return Mixing.FIRST
    left, right = samples[0].astype(np.float32), samples[1].astype(np.float32)
    likeness = _correlation(left, right)
    if abs(likeness) > 0.97:
        return Mixing.FIRST
    levels = np.stack([_levels(left, rate), _levels(right, rate)])
    loud = levels[:, levels.max(axis=0) > _LOUD]
    if loud.shape[1] == 0:
        return Mixing.SEPARATE
    apart = np.abs(20 * np.log10((loud[0] + 1) / (loud[1] + 1))) > _APART_DECIBELS
    if apart.mean() > 0.5:
        return Mixing.SEPARATE
    return Mixing.FIRST if likeness < -0.5 else Mixing.MIX


def mixed(samples: Samples, mixing: Mixing) -> Samples:
    match mixing:
        case Mixing.SEPARATE:
            return samples
        case Mixing.FIRST:
            return samples[:1]
        case Mixing.MIX:
            both: Samples = (samples.astype(np.int32).sum(axis=0) // 2).astype(np.int16)
            return both[None, :]


def _levels(channel: Floats, rate: int) -> Floats:
    step = rate * _FRAME_MS // 1000
    whole = channel.size // step * step
    levels: Floats = np.sqrt((channel[:whole].reshape(-1, step) ** 2).mean(axis=1))
    return levels


def _correlation(left: Floats, right: Floats) -> float:
    size = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return float((left * right).sum() / size) if size else 0.0
