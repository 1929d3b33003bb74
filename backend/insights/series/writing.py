"""Series and distributions as CSV. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

from backend.insights.series.schemas import SeriesRead

# What a spreadsheet would take for a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_SERIES = ("metric", "by", "key", "label", "agent_version", "value", "low", "high", "n")


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
