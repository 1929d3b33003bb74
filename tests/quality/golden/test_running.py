"""Calls that people vouched for are judged again, and a judge that gets worse is told of."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select, update

from backend.calls.events import CallAnalyzed
from backend.platform import clock, db
from backend.platform.events import LoggedEvent
from backend.quality import jobs as quality
from backend.quality.golden import jobs, queries, service as golden
from backend.quality.models import (
    CriterionVerdict,
    Evaluation,
    EvaluationOrigin,
    EvaluationStatus,
    PolicyBacktest,
    PolicyTrial,
    VerdictBy,
)
from backend.quality.policies import service as policies
from backend.quality.policies.config import PolicyConfig
from tests.quality.policies import GREETS, LINES, agent_of, told
from tests.support import builders
from tests.support.room import Room


async def reviewed(room: Room, calls: int = 5) -> UUID:
    """Have calls scored by a policy, and approved as they are."""
    agent = await agent_of(room)
    config = told(applies_to=[{"agent_id": str(agent.id)}], criteria=[GREETS])
    async with db.transaction(room.runtime.sessions) as session:
        policy = await policies.create_policy(session, room.org.id, PolicyConfig(**config))
        await policies.publish_policy(session, room.org.id, policy.id, by=None, note=None)
        placed = [
            await builders.call(session, agent, lines=LINES, check_at=None, duration_ms=60_000)
            for _ in range(calls)
        ]
    for call in placed:
        event = CallAnalyzed(org_id=room.org.id, call_id=call.id, agent_id=agent.id)
        await quality.open_evaluations(room.runtime, event)
    assert await room.run_jobs() == []
    own = col(Evaluation.policy_id) == policy.id
    approved = {"status": EvaluationStatus.REVIEWED, "origin": EvaluationOrigin.APPROVAL}
    async with db.transaction(room.runtime.sessions) as session:
        await session.exec(update(Evaluation).where(own).values(**approved))
        of_org = col(CriterionVerdict.org_id) == room.org.id
        by_a_person = update(CriterionVerdict).where(of_org).values(proven_by=VerdictBy.PERSON)
        await session.exec(by_a_person)
    return policy.id


async def run(room: Room) -> None:
    await jobs.run_due(room.runtime)
    assert await room.run_jobs() == []
    await jobs.finish_complete(room.runtime)


async def runs(room: Room, policy_id: UUID) -> list[PolicyBacktest]:
    async with db.transaction(room.runtime.sessions) as session:
        return list(await queries.list_runs(session, policy_id, cursor=None, limit=10))


async def dropped(room: Room) -> list[LoggedEvent]:
    statement = select(LoggedEvent).where(
        LoggedEvent.org_id == room.org.id, LoggedEvent.name == "policy.agreement_dropped"
    )
    async with db.transaction(room.runtime.sessions) as session:
        return list(await session.exec(statement))


async def test_a_run_is_measured_with_its_last_call(room: Room) -> None:
    policy_id = await reviewed(room)

    await jobs.run_due(room.runtime)
    assert await room.run_jobs() == []

    (made,) = await runs(room, policy_id)
    assert made.done_at is not None


async def test_they_are_judged_again_once_a_day_and_by_another_version_at_once(room: Room) -> None:
    policy_id = await reviewed(room)

    await run(room)
    await run(room)
    (first,) = await runs(room, policy_id)
    async with db.transaction(room.runtime.sessions) as session:
        await policies.update_policy(session, room.org.id, policy_id, {"passing_score": 70})
        await policies.publish_policy(session, room.org.id, policy_id, by=None, note=None)
    await run(room)
    second, _ = await runs(room, policy_id)

    assert first.measured == {
        "agreement": [{"key": "greeting", "percent": 100.0, "n": 5}],
        "dropped": [],
    }
    assert (first.published_version, second.published_version) == (1, 2)
    assert first.model
    assert await dropped(room) == []


async def test_too_few_say_nothing(room: Room) -> None:
    policy_id = await reviewed(room, calls=4)

    await run(room)

    assert await runs(room, policy_id) == []


async def test_a_judge_that_agrees_less_than_yesterday_is_told_of_once(room: Room) -> None:
    policy_id = await reviewed(room)
    await run(room)
    async with db.transaction(room.runtime.sessions) as session:
        a_day_ago = clock.now() - timedelta(days=1)
        own = col(PolicyBacktest.policy_id) == policy_id
        await session.exec(update(PolicyBacktest).where(own).values(created_at=a_day_ago))
    await jobs.run_due(room.runtime)
    assert await room.run_jobs() == []
    latest, _ = await runs(room, policy_id)
    says_no = {"greeting": {"verdict": "no", "believed": True}}
    async with db.transaction(room.runtime.sessions) as session:
        of_latest = col(PolicyTrial.backtest_id) == latest.id
        await session.exec(update(PolicyTrial).where(of_latest).values(verdicts=says_no))
        own_run = col(PolicyBacktest.id) == latest.id
        await session.exec(update(PolicyBacktest).where(own_run).values(done_at=None))

    async with db.transaction(room.runtime.sessions) as session:
        # Whoever has read it before another measures it finds that it is measured.
        assert (await session.get_one(PolicyBacktest, latest.id)).done_at is None
        await jobs.finish_complete(room.runtime)
        await golden.finish(session, latest.id)
    await jobs.finish_complete(room.runtime)

    (event,) = await dropped(room)
    assert event.data == {
        "policy_id": str(policy_id),
        "policy_version": 1,
        "model": latest.model,
        "criteria": [{"key": "greeting", "before": 100.0, "after": 0.0, "n": 5}],
    }
