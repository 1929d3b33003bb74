"""Which calls of versions are compared, and what each of them is a sample of."""

from typing import Any

from sqlmodel import col, select

from backend.agents.models import Agent
from backend.calls.models import Call
from backend.platform import clock, db
from backend.quality.models import Evaluation, EvaluationStatus, Policy
from backend.records.models import Origin, Record, RecordStatus
from tests.support import builders, versions
from tests.support.customers import Customer
from tests.support.room import Room

DOUBTFUL: dict[str, Any] = {
    "status": RecordStatus.NEEDS_REVIEW,
    "data": {"boxes": 40, "outcome": "refused"},
}


async def _doubt(room: Room, agent: Agent, version: int, *, approved: bool) -> None:
    """Have every second record be in need of review, and perhaps reviewed."""
    async with db.transaction(room.runtime.sessions) as session:
        of_version = select(Record, Call).join(Call).where(Call.agent_version == version)
        for record, call in (await session.exec(of_version.order_by(col(Call.id)))).all()[::2]:
            record.sqlmodel_update(DOUBTFUL)
            if approved:
                await session.flush()
                corrected = {"status": RecordStatus.CORRECTED, "origin": Origin.APPROVAL}
                await builders.record(session, call, revision=2, **DOUBTFUL | corrected)


async def test_a_version_does_not_differ_by_not_having_been_reviewed_yet(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 200)
    await _doubt(room, agent, 1, approved=True)
    await versions.publish(room, agent, 2)
    await versions.calls(room, agent, 2, 100)
    await _doubt(room, agent, 2, approved=False)

    await versions.compare(room)

    found = {each["metric"]: each for each in (await versions.found(room, agent, 2)).findings}
    for metric, value in (("valid_percent", 50), ("review_percent", 50)):
        sides = [found[metric][side]["value"] for side in ("window", "baseline")]
        assert sides == [value, value], metric
    assert (found["field:boxes"]["n"], found["field:boxes"]["baseline_n"]) == (50, 100)
    assert await versions.told(room) == []


async def _judge(session: Any, call: Call, policy: Policy, score: float) -> None:
    session.add(
        Evaluation(
            org_id=call.org_id,
            call_id=call.id,
            policy_id=policy.id,
            policy_version=1,
            agent_id=call.agent_id,
            call_at=clock.now(),
            revision=1,
            is_current=True,
            status=EvaluationStatus.VALID,
            source_sha256=b"",
            score=score,
            passed=score > 50,
        )
    )


async def test_a_call_is_one_sample_however_many_policies_judge_it(customer: Customer) -> None:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id)
        policies = [Policy(org_id=customer.org.id, config={}) for _ in range(2)]
        session.add_all(policies)
        await session.flush()
        for _ in range(20):
            call = await builders.call(session, agent)
            for policy, score in zip(policies, (90, 40), strict=True):
                await _judge(session, call, policy, score)

    items = (await customer.get("/insights/drift"))["items"]
    found = {each["metric"]: each for each in items}

    assert (found["score"]["n"], found["score"]["verdict"]) == (20, "too_few")
    assert (found["score"]["window"]["value"], found["passed_percent"]["window"]["value"]) == (
        65,
        0,
    )


async def test_scores_of_versions_are_not_compared(room: Room) -> None:
    """A policy that is newer than a version judged none of its calls."""
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 40)
    await versions.publish(room, agent, 2)
    await versions.calls(room, agent, 2, 50)
    await versions.compare(room)
    compared = {each["metric"] for each in (await versions.found(room, agent, 2)).findings}
    assert "duration_ms" in compared
    assert not {"score", "passed_percent"} & compared
