"""What the analysis room announces."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import CallEvent, Event, JsonObject

_ANALYSIS: JsonObject = {
    "analysis_id": "01990000-0000-7000-8000-0000000a7a15",
    "revision": 1,
    "status": "valid",
    "problems": 0,
    "cost_cents": 0.4,
}


class AnalysisCompleted(CallEvent):
    name: ClassVar[str] = "analysis.completed"
    example: ClassVar[JsonObject] = _ANALYSIS


class AnalysisNeedsReview(CallEvent):
    name: ClassVar[str] = "analysis.needs_review"
    example: ClassVar[JsonObject] = _ANALYSIS | {"status": "needs_review", "problems": 1}


class AnalysisFailed(CallEvent):
    name: ClassVar[str] = "analysis.failed"
    example: ClassVar[JsonObject] = _ANALYSIS | {"status": "failed", "cost_cents": None}


class AnalysisLeftOut(CallEvent):
    """A call was not analysed: the day's budget is used up, for example."""

    name: ClassVar[str] = "analysis.left_out"
    example: ClassVar[JsonObject] = {
        "analysis_id": "01990000-0000-7000-8000-0000000a7a15",
        "revision": 1,
        "status": "left_out",
        "reason": "budget",
    }


class AnalysisBudgetReached(Event):
    """The day's budget leaves no room for a call. Told once a day, until the budget is changed."""

    name: ClassVar[str] = "analysis.budget_reached"
    example: ClassVar[JsonObject] = {
        "day": "2026-11-02",
        "daily_budget_cents": 500.0,
        "spent_cents": 499.6,
    }


class AnalysisRequested(CallEvent):
    """A revision has been opened and is to be made. Nobody outside sees this."""

    name: ClassVar[str] = "analysis.requested"
    is_logged: ClassVar[bool] = False

    analysis_id: UUID
    # How many of its organisation's were waiting when it was opened.
    behind: int = 0

    @property
    def priority(self) -> int:
        """Let organisations take turns: who has many waiting keeps no other from its first."""
        return -self.behind
