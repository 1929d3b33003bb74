"""How a version compares with one before it."""

from datetime import datetime
from typing import Literal, Self, TypeAlias
from uuid import UUID

from pydantic import BaseModel, Field

from backend.insights.drift.judging import Verdict
from backend.insights.drift.schemas import FindingRead
from backend.insights.versions import looks
from backend.insights.versions.models import ComparisonEnd, VersionComparison

Traffic: TypeAlias = Literal["source", "number", "weekday", "hours"]


class ComparisonRead(BaseModel):
    agent_id: UUID = Field(description="Whose version it is.")
    agent_name: str = Field(description="What the agent is called.")
    version: int = Field(description="The version that is compared.")
    baseline_version: int | None = Field(
        description="With which: the newest before it that has 30 calls; null: none has."
    )
    verdict: Verdict = Field(
        description="`drift`: something differs; `no_drift`: nothing that can be told; `too_few`: "
        "nothing could be compared yet, for want of calls."
    )
    calls: int = Field(
        description="Its calls that are over and began an hour ago or more, before any that is "
        "still running; 10,000 at most."
    )
    baseline_calls: int = Field(
        description="Those of the version before, at the last look; 10,000 at most."
    )
    next_look_at: int | None = Field(
        description="At how many calls it is looked at next; null: no more."
    )
    looked_at: datetime | None = Field(description="When it last was; null: not yet.")
    ended_because: ComparisonEnd | None = Field(
        description="Why it is not looked at any more: `complete` after 800 calls, `superseded` by "
        "the next version, `archived` with its agent, `too_old` after 60 days, or `baseline_gone`: "
        "the calls of the version before are not kept any more. Null: it still is."
    )
    other_traffic: list[Traffic] = Field(
        description="In what the calls themselves differ (how they came about, your number, day of "
        "the week, time of day), which may be why the rest does."
    )
    items: list[FindingRead] = Field(
        description="One for each metric and field. P-values are adjusted for all of these and for "
        "all five looks. Of too few there is no value; nor of fields that may be masked, but for "
        "those with choices and yes or no."
    )

    @classmethod
    def of(cls, row: VersionComparison, agent_name: str) -> Self:
        items = [FindingRead.model_validate(each) for each in row.findings]
        verdicts = {each.verdict for each in items}
        verdict: Verdict = "no_drift" if "no_drift" in verdicts else "too_few"
        if "drift" in verdicts:
            verdict = "drift"
        own = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(
            **own,
            agent_name=agent_name,
            verdict=verdict,
            next_look_at=None if row.ended_because else looks.next_look(row.looks),
            items=items,
        )
