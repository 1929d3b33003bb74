"""Reports as CSV. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator

from backend.platform.api import csv_lines
from backend.quality.reports.schemas import ReportItem

COLUMNS = (
    *("by", "name", "agent_id", "agent_version", "week", "n", "mean", "mean_low", "mean_high"),
    *("passed_percent", "passed_low", "passed_high", "key", "policy_id"),
)


def rows_of(by: str, items: Iterable[ReportItem]) -> Iterator[list[str]]:
    for item in items:
        mean, passed = item.interval, item.passed_interval
        yield [
            by,
            csv_lines.safe(item.name),
            str(item.agent_id or ""),
            "" if item.agent_version is None else str(item.agent_version),
            "" if item.week is None else item.week.isoformat(),
            str(item.n),
            _number(item.mean),
            _number(mean.low if mean else None),
            _number(mean.high if mean else None),
            _number(item.passed_percent),
            _number(passed.low if passed else None),
            _number(passed.high if passed else None),
            item.key or "",
            str(item.policy_id or ""),
        ]


def as_csv(rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
