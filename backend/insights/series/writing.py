"""Series and distributions as CSV. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

from backend.insights.series.schemas import DistributionRead, SeriesRead

# What a spreadsheet would take for a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_SERIES = ("metric", "by", "key", "label", "agent_version", "value", "low", "high", "n")

_DISTRIBUTION = (
    *("metric", "label", "bin_from", "bin_to", "n", "percent", "percent_low", "percent_high"),
)


def series_as_csv(series: SeriesRead) -> str:
    return _as_csv(
        _SERIES,
        (
            (
                *(series.metric, series.by.value, _plain(point.key), _plain(point.label)),
                point.agent_version,
                point.value,
                *((point.interval.low, point.interval.high) if point.interval else ("", "")),
                point.n,
            )
            for point in series.points
        ),
    )


def distribution_as_csv(found: DistributionRead) -> str:
    return _as_csv(
        _DISTRIBUTION,
        (
            (
                *(found.metric, _plain(part.label), part.low, part.high, part.n, part.percent),
                *((part.interval.low, part.interval.high) if part.interval else ("", "")),
            )
            for part in found.parts
        ),
    )


def _as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return text.getvalue()


def _plain(text: str) -> str:
    """Keep a spreadsheet from reckoning; numbers that begin with a plus are told as they are."""
    is_number = text[1:].isdigit() and text[:1] == "+"
    return f"'{text}" if text.startswith(_FORMULAS) and not is_number else text
