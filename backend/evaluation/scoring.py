"""How good extraction is, field by field, measured on records that people have vouched for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from backend.grounding.fields import Path, field_path
from backend.platform.statistics.intervals import Interval, wilson
from backend.records.difference import leaves


@dataclass
class FieldScore:
    """What became of one field's values. All positions of a list count as one field."""

    field: str
    exact: int = 0
    wrong: int = 0
    missing: int = 0
    invented: int = 0
    # Of those wrong or invented, how many the checks had a problem with.
    caught: int = 0
    # Of those exact, how many the checks had a problem with all the same.
    questioned: int = 0

    @property
    def values(self) -> int:
        return self.exact + self.wrong + self.missing

    @property
    def accuracy(self) -> float | None:
        return self.exact / self.values if self.values else None

    @property
    def interval(self) -> Interval | None:
        return wilson(self.exact, self.values)


@dataclass(frozen=True)
class Sample:
    """One call: what is true of it, what was made of it, and the fields there are problems with."""

    truth: Mapping[str, Any]
    made: Mapping[str, Any]
    problems: Sequence[str] = ()


@dataclass
class Score:
    calls: int = 0
    perfect: int = 0
    fields: dict[str, FieldScore] = field(default_factory=dict)

    @property
    def total(self) -> FieldScore:
        total = FieldScore("total")
        for each in self.fields.values():
            for name in ("exact", "wrong", "missing", "invented", "caught", "questioned"):
                setattr(total, name, getattr(total, name) + getattr(each, name))
        return total


def score(samples: Iterable[Sample]) -> Score:
    """Count, over all samples, what is exact, wrong, missing and invented."""
    result = Score()
    for sample in samples:
        counts = Counter[str]()
        for name, verdict in _verdicts(sample):
            each = result.fields.setdefault(name, FieldScore(name))
            for part in verdict:
                setattr(each, part, getattr(each, part) + 1)
                counts[part] += 1
        result.calls += 1
        result.perfect += not (counts["wrong"] or counts["missing"] or counts["invented"])
    return result


def _verdicts(sample: Sample) -> list[tuple[str, list[str]]]:
    truth, made = dict(leaves(sample.truth)), dict(leaves(sample.made))
    found = []
    for path in dict.fromkeys([*truth, *made]):
        is_flagged = any(_concerns(problem, path) for problem in sample.problems)
        found.append((_name(path), _verdict(path, truth, made, is_flagged=is_flagged)))
    return found


def _verdict(
    path: Path, truth: Mapping[Path, Any], made: Mapping[Path, Any], *, is_flagged: bool
) -> list[str]:
    if path not in made:
        return ["missing"]
    if path in truth and same(truth[path], made[path]):
        return ["exact", "questioned"] if is_flagged else ["exact"]
    verdict = "wrong" if path in truth else "invented"
    return [verdict, "caught"] if is_flagged else [verdict]


def same(truth: Any, made: Any) -> bool:
    """Compare two values: texts by their letters, times and instants by what they mean."""
    if isinstance(truth, str) and isinstance(made, str):
        one, other = (_moment(text) or " ".join(text.casefold().split()) for text in (truth, made))
        return one == other
    return isinstance(truth, bool) is isinstance(made, bool) and bool(truth == made)


def _moment(text: str) -> time | datetime | None:
    """Read "10:30" like "10:30:00", and an instant in any zone."""
    for read in (time.fromisoformat, datetime.fromisoformat):
        with suppress(ValueError):
            return read(text) if ":" in text else None
    return None


def _name(path: Path) -> str:
    return field_path(tuple(0 if isinstance(part, int) else part for part in path)).replace(
        "[0]", "[]"
    )


def _concerns(problem: str, path: Path) -> bool:
    # A problem without a field is one of the whole record.
    return problem in ("", field_path(path))
