"""New versions are compared with the one before by themselves, and told of once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from backend.agents import service as agents
from backend.agents.models import Agent, AgentVersion
from backend.calls.models import AnsweredBy, Call
from backend.insights import jobs
from backend.insights.versions import looks, service
from backend.insights.versions.models import ComparisonEnd, VersionComparison
from backend.platform import clock, db, events
from backend.platform.events import LoggedEvent
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.room import Room

SCHEMA = {
    "type": "object",
    "properties": {
        "boxes": {"type": ["number", "null"]},
        "outcome": {"type": ["string", "null"], "enum": ["done", "refused", None]},
    },
}
ANSWERED = "answered_by_people_percent"


async def _agent(room: Room, **config: Any) -> Agent:
    async with db.transaction(room.runtime.sessions) as session:
        return await builders.published_agent(session, room.org.id, record_schema=SCHEMA, **config)


async def _publish(room: Room, agent: Agent, version: int, *, days_ago: float = 0) -> None:
    """Freeze the draft as this version, which takes calls from then on."""
    async with db.transaction(room.runtime.sessions) as session:
        stored = await agents.lock_agent(session, room.org.id, agent.id)
        stored.published_version = version
        session.add(
            AgentVersion(
                org_id=room.org.id,
                agent_id=agent.id,
                version=version,
                schema_version=1,
                config=stored.config,
                retell_version=version,
                created_at=clock.now() - timedelta(days=days_ago),
            )
        )


async def _calls(
    room: Room, agent: Agent, version: int, count: int, *, answered: int, **columns: Any
) -> None:
    """Make calls of a version, so many of ten answered by people."""
    async with db.transaction(room.runtime.sessions) as session:
        for n in range(count):
            is_well = n % 10 < answered
            who = AnsweredBy.HUMAN if is_well else AnsweredBy.VOICEMAIL
            call = await builders.call(
                session,
                agent,
                agent_version=version,
                answered_by=who,
                duration_ms=60_000 + 100 * (n % 10),
                **columns,
            )
            data = {"boxes": n % 7, "outcome": "done" if is_well else "refused"}
            await builders.record(session, call, status=RecordStatus.VALID, data=data)


async def _compare(room: Room) -> None:
    """Run the job as if some minutes had gone by since it last ran."""
    async with db.transaction(room.runtime.sessions) as session:
        for each in await session.exec(
            select(VersionComparison).where(VersionComparison.org_id == room.org.id)
        ):
            each.checked_at = None
    await jobs.compare_versions(room.runtime)


async def _found(room: Room, agent: Agent, version: int) -> VersionComparison:
    async with db.transaction(room.runtime.sessions) as session:
        return await service.get_comparison(session, room.org.id, agent.id, version)


async def _told(room: Room) -> list[dict[str, Any]]:
    statement = select(LoggedEvent).where(
        LoggedEvent.org_id == room.org.id, col(LoggedEvent.name) == "agent.version_differs"
    )
    async with db.transaction(room.runtime.sessions) as session:
        logged = await session.exec(statement.order_by(col(LoggedEvent.id)))
        return [each.data for each in logged]


async def test_a_version_that_does_worse_is_told_once_with_what_it_rests_on(room: Room) -> None:
    agent = await _agent(room)
    await _calls(room, agent, 1, 60, answered=8)
    await _publish(room, agent, 2)

    await _compare(room)
    waiting = await _found(room, agent, 2)
    assert (waiting.calls, waiting.looks, waiting.findings) == (0, 0, [])

    await _calls(room, agent, 2, 50, answered=2)
    await _compare(room)

    (told,) = await _told(room)
    assert (told["version"], told["baseline_version"]) == (2, 1)
    assert (told["calls"], told["baseline_calls"]) == (50, 60)
    findings = {each["metric"]: each for each in told["findings"]}
    answered = findings[ANSWERED]
    assert (answered["value"], answered["baseline_value"]) == (20, 80)
    assert (answered["n"], answered["baseline_n"]) == (50, 60)
    assert answered["effect_size"] < -1
    assert answered["adjusted_p_value"] < 0.05
    assert findings["field:outcome"]["shares"] == {"refused": 80, "done": 20}
    assert "duration_ms" not in findings
    # How many calls there were is no difference between versions.
    found = await _found(room, agent, 2)
    assert not {"calls", "webhooks_missed"} & {each["metric"] for each in found.findings}

    await _compare(room)
    await _calls(room, agent, 2, 50, answered=2)
    await _compare(room)
    assert (await _found(room, agent, 2)).looks == 2
    assert len(await _told(room)) == 1


async def test_what_differs_only_later_is_told_then(room: Room) -> None:
    agent = await _agent(room)
    await _calls(room, agent, 1, 60, answered=8)
    await _publish(room, agent, 2)
    await _calls(room, agent, 2, 50, answered=8)
    await _compare(room)
    assert await _told(room) == []

    await _calls(room, agent, 2, 150, answered=3)
    await _compare(room)

    (told,) = await _told(room)
    assert {each["metric"] for each in told["findings"]} == {ANSWERED, "field:outcome"}
    # Looks that were passed over are behind it too.
    assert (await _found(room, agent, 2)).looks == 3


async def test_two_that_look_at_once_tell_once(room: Room) -> None:
    agent = await _agent(room)
    await _calls(room, agent, 1, 40, answered=8)
    await _publish(room, agent, 2)
    await _compare(room)
    await _calls(room, agent, 2, 50, answered=1)
    comparison = await _found(room, agent, 2)

    async def check() -> None:
        async with db.transaction(room.runtime.sessions) as session:
            await service.check(session, comparison.id)

    await asyncio.gather(*[check() for _ in range(4)])
    await check()

    assert len(await _told(room)) == 1


async def test_a_look_that_dies_before_its_end_leaves_nothing_and_is_made_again(
    room: Room,
) -> None:
    agent = await _agent(room)
    await _calls(room, agent, 1, 40, answered=8)
    await _publish(room, agent, 2)
    await _compare(room)
    await _calls(room, agent, 2, 50, answered=1)
    comparison = await _found(room, agent, 2)

    async def check_and_die() -> None:
        async with db.transaction(room.runtime.sessions) as session:
            await service.check(session, comparison.id)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        await check_and_die()
    assert (await _found(room, agent, 2)).looks == 0

    await _compare(room)
    assert len(await _told(room)) == 1


async def test_workers_that_open_comparisons_at_once_open_one(room: Room) -> None:
    agent = await _agent(room)
    await _publish(room, agent, 2)
    await asyncio.gather(*[jobs.compare_versions(room.runtime) for _ in range(4)])
    async with db.transaction(room.runtime.sessions) as session:
        found = await service.list_comparisons(
            session, room.org.id, agent.id, cursor=None, limit=10
        )
    assert [each.version for each in found] == [2]


async def test_a_version_that_hardly_took_calls_is_passed_over(room: Room) -> None:
    agent = await _agent(room)
    await _calls(room, agent, 1, 60, answered=8)
    await _publish(room, agent, 2)
    await _calls(room, agent, 2, 3, answered=8)
    await _compare(room)
    await _publish(room, agent, 3)
    await _calls(room, agent, 3, 50, answered=2)

    await _compare(room)

    second, third = await _found(room, agent, 2), await _found(room, agent, 3)
    assert (second.ended_because, second.looks) == (ComparisonEnd.SUPERSEDED, 0)
    assert (third.baseline_version, third.looks) == (1, 1)


async def test_without_enough_calls_before_nothing_is_said(room: Room) -> None:
    agent = await _agent(room)
    await _calls(room, agent, 1, 29, answered=8)
    await _publish(room, agent, 2)
    await _calls(room, agent, 2, 60, answered=2)
    await _compare(room)
    found = await _found(room, agent, 2)
    assert (found.baseline_version, found.looks, found.ended_at) == (None, 0, None)
    assert await _told(room) == []


async def test_figures_of_a_few_calls_are_not_kept(room: Room) -> None:
    agent = await _agent(room)
    await _calls(room, agent, 1, 40, answered=8)
    await _publish(room, agent, 2)
    await _calls(room, agent, 2, 50, answered=8)
    async with db.transaction(room.runtime.sessions) as session:
        for call in (await session.exec(select(Call).where(Call.agent_version == 2))).all()[5:]:
            call.duration_ms = None
    await _compare(room)
    length = next(
        each for each in (await _found(room, agent, 2)).findings if each["metric"] == "duration_ms"
    )
    assert (length["verdict"], length["n"]) == ("too_few", 5)
    assert {*length["window"].values(), *length["baseline"].values()} == {None}


async def test_values_that_may_be_masked_are_not_compared(room: Room) -> None:
    agent = await _agent(room, redact=["phone"])
    await _calls(room, agent, 1, 40, answered=8)
    await _publish(room, agent, 2)
    await _calls(room, agent, 2, 50, answered=8)
    await _compare(room)
    found = {each["metric"]: each for each in (await _found(room, agent, 2)).findings}
    assert found["field:boxes"]["n"] == 0
    assert found["field:outcome"]["n"] == 50


async def test_calls_of_other_hours_and_numbers_are_said_to_be(room: Room) -> None:
    agent = await _agent(room)
    noon = clock.now().replace(hour=12)
    for n in range(4):
        at = noon - timedelta(days=n + 10)
        await _calls(room, agent, 1, 20, answered=8, created_at=at)
    await _publish(room, agent, 2)
    for n in range(4):
        at = noon - timedelta(days=n + 3, hours=9)
        await _calls(room, agent, 2, 20, answered=8, created_at=at, from_number="+14155550111")
    await _compare(room)
    assert (await _found(room, agent, 2)).other_traffic == ["number", "hours"]


async def test_what_was_found_stays_when_the_calls_before_are_gone(room: Room) -> None:
    agent = await _agent(room)
    await _calls(room, agent, 1, 40, answered=8)
    await _publish(room, agent, 2)
    await _calls(room, agent, 2, 50, answered=1)
    await _compare(room)
    before = await _found(room, agent, 2)
    async with db.transaction(room.runtime.sessions) as session:
        for call in await session.exec(
            select(Call).where(Call.agent_id == agent.id, Call.agent_version == 1)
        ):
            call.agent_version = None
    await _calls(room, agent, 2, 50, answered=1)

    await _compare(room)

    found = await _found(room, agent, 2)
    assert found.ended_because is ComparisonEnd.BASELINE_GONE
    assert (found.findings, found.looks, found.baseline_calls) == (before.findings, 1, 40)


@pytest.mark.parametrize(
    ("reason", "days_ago"),
    [(ComparisonEnd.ARCHIVED, 0), (ComparisonEnd.TOO_OLD, 61), (ComparisonEnd.COMPLETE, 0)],
)
async def test_looking_ends(
    room: Room, reason: ComparisonEnd, days_ago: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await _agent(room)
    await _calls(room, agent, 1, 40, answered=8)
    await _publish(room, agent, 2)
    await _compare(room)
    async with db.transaction(room.runtime.sessions) as session:
        version = await agents.get_version(session, room.org.id, agent.id, 2)
        version.created_at -= timedelta(days=days_ago)
        if reason is ComparisonEnd.ARCHIVED:
            await agents.archive_agent(session, room.org.id, agent.id)
    if reason is ComparisonEnd.COMPLETE:
        monkeypatch.setattr(looks, "LOOKS", (50,))
        await _calls(room, agent, 2, 50, answered=8)
    await _compare(room)
    found = await _found(room, agent, 2)
    assert (found.ended_because, found.ended_at is not None) == (reason, True)
    checked = found.checked_at
    await jobs.compare_versions(room.runtime)
    assert (await _found(room, agent, 2)).checked_at == checked


async def test_versions_of_long_ago_are_not_begun_with(room: Room) -> None:
    agent = await _agent(room)
    await _publish(room, agent, 2, days_ago=61)
    await _compare(room)
    async with db.transaction(room.runtime.sessions) as session:
        assert not await service.list_comparisons(
            session, room.org.id, agent.id, cursor=None, limit=10
        )


def test_destinations_may_subscribe_to_it() -> None:
    assert "agent.version_differs" in events.deliverable_names()
    assert events.example_of("agent.version_differs")["findings"]
