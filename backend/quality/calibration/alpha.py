"""How far several raters agree beyond chance: Krippendorff's alpha with its interval. Pure.

A unit is one call with the verdicts on it. Imported where it is used: numpy takes long to load.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from backend.quality.calibration.agreement import Distance, Unit, Verdict, nominal
from backend.quality.interval import Interval

_Matrix: TypeAlias = NDArray[np.float64]

ROUNDS = 1000
_SEED = 20_261_128
_LEVEL = 0.95


def krippendorff_alpha(units: Sequence[Unit], distance: Distance = nominal) -> float | None:
    """Return Krippendorff's alpha; units with one verdict count for nothing.

    None: there is nothing to compare, or all verdicts are the same, and chance explains all.
    """
    coincidences = _Coincidences.of(units, distance)
    if coincidences is None:
        return None
    alpha = coincidences.alphas(np.ones((1, len(coincidences.by_unit))))[0]
    return None if np.isnan(alpha) else float(alpha)


def bootstrap_interval(
    units: Sequence[Unit], distance: Distance = nominal, *, rounds: int = ROUNDS
) -> Interval | None:
    """Return the 95 % interval of alpha over resampled units; the same for the same units.

    None where alpha is None, or where nearly every sample has nothing but one verdict.
    """
    coincidences = _Coincidences.of(units, distance)
    if coincidences is None:
        return None
    count = len(coincidences.by_unit)
    chance = np.random.default_rng(_SEED)
    drawn = chance.multinomial(count, np.full(count, 1 / count), size=rounds)
    alphas = coincidences.alphas(drawn.astype(np.float64))
    known = alphas[~np.isnan(alphas)]
    if len(known) < rounds / 2:
        return None
    outside = (1 - _LEVEL) / 2
    low, high = np.quantile(known, [outside, 1 - outside])
    return Interval(float(low), float(high))


class _Coincidences(NamedTuple):
    """How often each verdict is given in a unit, and how far those of a unit are apart.

    Sums by unit are enough: a table of pairs for each unit, or each sample, would be a gigabyte.
    """

    by_unit: _Matrix
    apart: _Matrix
    distances: _Matrix

    @classmethod
    def of(cls, units: Sequence[Unit], distance: Distance) -> "_Coincidences | None":
        pairable = [unit for unit in units if len(unit) > 1]
        values = sorted({verdict for unit in pairable for verdict in unit}, key=str)
        if not pairable:
            return None
        place = {value: index for index, value in enumerate(values)}
        counts = np.zeros((len(pairable), len(values)))
        for row, unit in enumerate(pairable):
            for verdict in unit:
                counts[row, place[verdict]] += 1
        distances = _distances(values, distance)
        raters = counts.sum(axis=1)
        return cls(counts, _between(counts, distances) / (raters - 1), distances)

    def alphas(self, weights: _Matrix) -> _Matrix:
        """Return an alpha for each row of weights of the units; not a number where it has none."""
        totals = weights @ self.by_unit
        observed = weights @ self.apart
        expected = _between(totals, self.distances) / (totals.sum(axis=1) - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            alphas: _Matrix = 1 - observed / expected
        return alphas


def _between(counts: _Matrix, distances: _Matrix) -> _Matrix:
    """Add up the distances of all pairs, by row; a verdict is no distance from itself."""
    summed: _Matrix = ((counts @ distances) * counts).sum(axis=1)
    return summed


def _distances(values: Sequence[Verdict], distance: Distance) -> _Matrix:
    return np.array([[distance(one, other) for other in values] for one in values])
