"""What a calibration finds: per criterion, how far people and the model agree. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean

from backend.quality.calibration.agreement import (
    Distance,
    Pair,
    Unit,
    Verdict,
    cohen_kappa,
    confusion,
    graded,
    nominal,
    percent_agreement,
)
from backend.quality.interval import Interval

MODEL = "model"
# Krippendorff's own bound for tentative conclusions. Below it, a verdict says more of who judged
# than of the call.
LOWEST_RELIABLE = 0.667
# On fewer calls, one verdict more or less would turn the result round.
FEWEST_CALLS = 5
_SPANS = {"points": 5.0, "percent": 100.0}
_BAND = 20


@dataclass(frozen=True)
class Sheet:
    """What one rater, or the model, says of one call."""

    call: str
    rater: str
    verdicts: Mapping[str, Verdict | None]


@dataclass(frozen=True)
class PairKappa:
    raters: tuple[str, str]
    kappa: float | None
    n: int


@dataclass(frozen=True)
class Agreement:
    """How far the raters of one criterion agree; `n` counts calls with at least two verdicts.

    `people_alpha` leaves the model out. `confusion` counts what the model says by what people say.
    `reliable` is None where there is too little to tell it by.
    """

    key: str
    n: int
    krippendorff_alpha: float | None
    interval: Interval | None
    people_alpha: float | None
    percent: float | None
    pairs: Sequence[PairKappa]
    mean_kappa: float | None
    model_kappa: float | None
    confusion: Mapping[str, Mapping[str, int]]
    reliable: bool | None


def distance_of(scale: str) -> Distance:
    """Tell how far two verdicts on this scale are apart: `yes_no`, `points` or `percent`."""
    span = _SPANS.get(scale)
    return nominal if span is None else graded(span)


def measure(key: str, scale: str, sheets: Iterable[Sheet]) -> Agreement:
    """Measure one criterion over all sheets that have a verdict on it."""
    from backend.quality.calibration.alpha import (  # noqa: PLC0415 - numpy takes long to load
        bootstrap_interval,
        krippendorff_alpha,
    )

    distance = distance_of(scale)
    by_call: dict[str, dict[str, Verdict]] = {}
    for sheet in sheets:
        verdict = sheet.verdicts.get(key)
        if verdict is not None:
            by_call.setdefault(sheet.call, {})[sheet.rater] = verdict
    units = [list(given.values()) for given in by_call.values()]
    people = [[v for rater, v in given.items() if rater != MODEL] for given in by_call.values()]
    alpha = krippendorff_alpha(units, distance)
    pairs = _pairs(by_call, distance)
    with_model = [each for each in pairs if MODEL in each.raters]
    model_kappa = _mean(with_model)
    return Agreement(
        key=key,
        n=sum(len(unit) > 1 for unit in units),
        krippendorff_alpha=alpha,
        interval=bootstrap_interval(units, distance),
        people_alpha=krippendorff_alpha(people, distance),
        percent=percent_agreement(units),
        pairs=pairs,
        mean_kappa=_mean(pairs),
        model_kappa=model_kappa,
        confusion=_confusion(by_call, scale),
        reliable=_is_reliable(units, alpha, model_kappa),
    )


def _is_reliable(
    units: Sequence[Unit], alpha: float | None, model_kappa: float | None
) -> bool | None:
    """Ask that all agree, and that the model agrees with people: many people could outweigh it.

    Without any difference between verdicts neither is defined, and nothing speaks against it.
    """
    if sum(len(unit) > 1 for unit in units) < FEWEST_CALLS:
        return None
    return all(each is None or each >= LOWEST_RELIABLE for each in (alpha, model_kappa))


def _pairs(by_call: Mapping[str, Mapping[str, Verdict]], distance: Distance) -> list[PairKappa]:
    raters = sorted({rater for given in by_call.values() for rater in given})
    found = []
    for one, other in combinations(raters, 2):
        both: list[Pair] = [
            (given[one], given[other])
            for given in by_call.values()
            if one in given and other in given
        ]
        if both:
            found.append(PairKappa((one, other), cohen_kappa(both, distance), len(both)))
    return found


def _mean(pairs: Sequence[PairKappa]) -> float | None:
    known = [each.kappa for each in pairs if each.kappa is not None]
    return mean(known) if known else None


def _confusion(
    by_call: Mapping[str, Mapping[str, Verdict]], scale: str
) -> dict[str, dict[str, int]]:
    pairs: list[Pair] = [
        (label(verdict, scale), label(given[MODEL], scale))
        for given in by_call.values()
        if MODEL in given
        for rater, verdict in given.items()
        if rater != MODEL
    ]
    return {
        str(said): {str(k): n for k, n in row.items()} for said, row in confusion(pairs).items()
    }


def label(verdict: Verdict, scale: str) -> str:
    """Name a verdict for a table; percentages by bands of twenty."""
    if isinstance(verdict, str):
        return verdict
    if scale != "percent":
        return f"{verdict:g}"
    low = min(int(verdict // _BAND) * _BAND, 100 - _BAND)
    return f"{low}-{low + _BAND}"
