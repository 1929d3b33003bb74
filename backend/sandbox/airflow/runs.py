"""The runs of the simulated Airflow, and how they go on by the clock."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

_RUN_ID = re.compile(r"[A-Za-z0-9_.~:+-]+")
_QUEUED_SECONDS, _RUNNING_SECONDS = 1.0, 2.0


@dataclass
class Run:
    dag_id: str
    run_id: str
    conf: dict[str, Any]
    logical_date: str | None
    began: float = field(default_factory=time.monotonic)
    # What a control has said: it stays so.
    told: str | None = None
    failed_tasks: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        if self.told is not None:
            return self.told
        age = time.monotonic() - self.began
        if age < _QUEUED_SECONDS:
            return "queued"
        return "running" if age < _QUEUED_SECONDS + _RUNNING_SECONDS else "success"

    def shown(self) -> dict[str, Any]:
        return {
            "dag_run_id": self.run_id,
            "dag_id": self.dag_id,
            "logical_date": self.logical_date,
            "state": self.state,
            "run_type": "manual",
            "conf": self.conf,
        }

    def tasks(self) -> list[dict[str, Any]]:
        failed = [{"task_id": name, "state": "failed"} for name in self.failed_tasks]
        after = [{"task_id": "notify", "state": "upstream_failed"}] if failed else []
        return [{"task_id": "read", "state": "success"}, *after, *failed]


@dataclass
class Airflow:
    """Any DAG is there but those in `missing`. Whoever logs in gets a token."""

    runs: dict[tuple[str, str], Run] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    faults: list[int] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    user: tuple[str, str] = ("admin", "admin")

    def reset(self) -> None:
        self.runs.clear()
        self.missing.clear()
        self.faults.clear()
        self.tokens.clear()

    def find(self, dag_id: str, run_id: str) -> Run | None:
        return self.runs.get((dag_id, run_id))

    def is_taken(self, dag_id: str, run_id: str, logical_date: str | None) -> bool:
        """Whether there is a run of this id, or another of this date."""
        of_dag = [run for run in self.runs.values() if run.dag_id == dag_id]
        return (dag_id, run_id) in self.runs or (
            logical_date is not None and any(run.logical_date == logical_date for run in of_dag)
        )


def is_run_id(value: object) -> bool:
    return isinstance(value, str) and _RUN_ID.fullmatch(value) is not None
