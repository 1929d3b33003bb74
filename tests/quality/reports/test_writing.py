"""Reports as CSV: every figure with its interval, and no name that a spreadsheet would run."""

import csv
import io
from datetime import date

from backend.quality.reports.figures import Tally
from backend.quality.reports.schemas import FigureRead, ReportItem
from backend.quality.reports.writing import as_csv, rows_of


def test_a_line_has_the_figures_with_their_intervals() -> None:
    figures = FigureRead.of(Tally(2, 150.0, 12_500.0, passed=1, failed=1))
    item = ReportItem(**dict(figures), name="2026-11-23", week=date(2026, 11, 23))
    [line] = csv.DictReader(io.StringIO(as_csv(rows_of("week", [item]))))
    assert (line["by"], line["week"], line["n"], line["mean"]) == (
        "week",
        "2026-11-23",
        "2",
        "75.00",
    )
    assert (line["mean_low"], line["mean_high"]) == ("26.00", "100.00")
    assert line["passed_percent"] == "50.00"
    assert (line["agent_id"], line["key"], line["policy_id"]) == ("", "", "")


def test_a_name_that_looks_like_a_formula_is_only_text() -> None:
    item = ReportItem(**dict(FigureRead.of(Tally())), name="=1+1")
    [line] = csv.DictReader(io.StringIO(as_csv(rows_of("category", [item]))))
    assert (line["name"], line["mean"]) == ("'=1+1", "")
