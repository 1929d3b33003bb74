"""Which calls of versions are compared, and what each of them is a sample of."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from backend.agents import service as agents
from backend.agents.models import Agent
from backend.calls.models import Call, CallSource, CallStatus
from backend.insights import jobs
from backend.insights.versions.schemas import ComparisonRead
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


async def _add(room: Room, agent: Agent, version: int, count: int, **columns: Any) -> None:
    """Make calls without records."""
    usual: dict[str, Any] = {"dialed_at": versions.long_enough_ago()}
    async with db.transaction(room.runtime.sessions) as session:
        for _ in range(count):
            await builders.call(session, agent, agent_version=version, **usual | columns)


async def test_calls_that_are_over_first_are_not_looked_at_before_those_that_still_run(
    room: Room,
) -> None:
    """Of 70 calls that began together, the 50 short ones are over; the long ones are not."""
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 60, duration_ms=60_000)
    await versions.publish(room, agent, 2)
    at = versions.long_enough_ago() - timedelta(minutes=5)
    await versions.calls(room, agent, 2, 20, dialed_at=at, status=CallStatus.IN_PROGRESS)
    await versions.calls(room, agent, 2, 50, duration_ms=5_000)

    await versions.compare(room)
    early = await versions.found(room, agent, 2)
    assert (early.calls, early.looks) == (0, 0)

    async with db.transaction(room.runtime.sessions) as session:
        for call in await session.exec(
            select(Call).where(Call.agent_id == agent.id, Call.status == CallStatus.IN_PROGRESS)
        ):
            call.status = CallStatus.ENDED
    await versions.compare(room)
    whole = await versions.found(room, agent, 2)
    assert (whole.calls, whole.looks, whole.baseline_calls) == (70, 1, 60)


async def test_calls_that_began_just_now_or_are_yet_to_begin_wait_and_hold_nothing_up(
    room: Room,
) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 40)
    await versions.publish(room, agent, 2)
    tomorrow = clock.now() + timedelta(days=1)
    await _add(*(room, agent, 2, 30), status=CallStatus.SCHEDULED, dialed_at=None, due_at=tomorrow)
    await _add(room, agent, 2, 30, dialed_at=clock.now())
    await versions.calls(room, agent, 2, 50)
    await versions.compare(room)
    found = await versions.found(room, agent, 2)
    assert (found.calls, found.looks) == (50, 1)
    assert {each["n"] for each in found.findings if each["metric"] == "duration_ms"} == {50}


async def test_files_and_trials_in_a_browser_are_no_calls_of_a_version_that_phones(
    room: Room,
) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 40)
    await _add(room, agent, 1, 40, source=CallSource.UPLOAD)
    await versions.publish(room, agent, 2)
    await versions.calls(room, agent, 2, 50, source=CallSource.UPLOAD)
    await versions.calls(room, agent, 2, 50, source=CallSource.WEB)
    await versions.compare(room)
    assert (await versions.found(room, agent, 2)).calls == 0

    await versions.calls(room, agent, 2, 50)
    await versions.compare(room)
    found = await versions.found(room, agent, 2)
    assert (found.calls, found.baseline_calls, found.other_traffic) == (50, 40, [])


async def test_an_agent_that_is_called_in_a_browser_alone_is_compared_by_that(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 40, source=CallSource.WEB)
    await versions.publish(room, agent, 2)
    await versions.calls(room, agent, 2, 50, source=CallSource.WEB)
    await versions.compare(room)
    found = await versions.found(room, agent, 2)
    assert (found.calls, found.looks, found.baseline_version) == (50, 1, 1)


async def test_where_nothing_could_be_tested_no_look_is_spent_and_nothing_is_claimed(
    room: Room,
) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 40)
    await versions.publish(room, agent, 2)
    unheard = {"source": CallSource.INBOUND, "status": CallStatus.NOT_CONNECTED}
    await _add(room, agent, 2, 50, **unheard)
    await versions.compare(room)
    found = await versions.found(room, agent, 2)
    assert (found.calls, found.looks, found.looked_at) == (50, 0, None)
    assert ComparisonRead.of(found, "").verdict == "too_few"

    await versions.calls(room, agent, 2, 40)
    await versions.compare(room)
    found = await versions.found(room, agent, 2)
    assert (found.calls, found.looks) == (90, 1)
    assert ComparisonRead.of(found, "").verdict == "no_drift"


async def test_one_that_cannot_be_compared_waits_its_turn(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.publish(room, agent, 2)
    await versions.compare(room)
    async with db.transaction(room.runtime.sessions) as session:
        await session.delete(await agents.get_version(session, room.org.id, agent.id, 2))

    await versions.compare(room)

    checked = (await versions.found(room, agent, 2)).checked_at
    assert checked is not None
    await jobs.compare_versions(room.runtime)
    assert (await versions.found(room, agent, 2)).checked_at == checked
