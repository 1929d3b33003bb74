"""New versions are compared with the one before by themselves, and told of once."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from backend.agents import service as agents
from backend.calls.models import Call
from backend.insights import jobs
from backend.insights.versions import looks, service
from backend.insights.versions.models import ComparisonEnd
from backend.platform import clock, db, events
from tests.support import versions
from tests.support.room import Room

ANSWERED = "answered_by_people_percent"


async def test_a_version_that_does_worse_is_told_once_with_what_it_rests_on(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 60, answered=8)
    await versions.publish(room, agent, 2)

    await versions.compare(room)
    waiting = await versions.found(room, agent, 2)
    assert (waiting.calls, waiting.looks, waiting.findings) == (0, 0, [])

    await versions.calls(room, agent, 2, 50, answered=2)
    await versions.compare(room)

    (told,) = await versions.told(room)
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
    found = await versions.found(room, agent, 2)
    assert not {"calls", "webhooks_missed"} & {each["metric"] for each in found.findings}

    await versions.compare(room)
    await versions.calls(room, agent, 2, 50, answered=2)
    await versions.compare(room)
    assert (await versions.found(room, agent, 2)).looks == 2
    assert len(await versions.told(room)) == 1


async def test_what_differs_only_later_is_told_then(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 60, answered=8)
    await versions.publish(room, agent, 2)
    await versions.calls(room, agent, 2, 50, answered=8)
    await versions.compare(room)
    assert await versions.told(room) == []

    await versions.calls(room, agent, 2, 150, answered=3)
    await versions.compare(room)

    (told,) = await versions.told(room)
    assert {each["metric"] for each in told["findings"]} == {ANSWERED, "field:outcome"}
    # Looks that were passed over are behind it too.
    assert (await versions.found(room, agent, 2)).looks == 3


async def test_two_that_look_at_once_tell_once(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 40, answered=8)
    await versions.publish(room, agent, 2)
    await versions.compare(room)
    await versions.calls(room, agent, 2, 50, answered=1)
    comparison = await versions.found(room, agent, 2)

    async def check() -> None:
        async with db.transaction(room.runtime.sessions) as session:
            await service.check(session, comparison.id)

    await asyncio.gather(*[check() for _ in range(4)])
    await check()

    assert len(await versions.told(room)) == 1


async def test_a_look_that_dies_before_its_end_leaves_nothing_and_is_made_again(
    room: Room,
) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 40, answered=8)
    await versions.publish(room, agent, 2)
    await versions.compare(room)
    await versions.calls(room, agent, 2, 50, answered=1)
    comparison = await versions.found(room, agent, 2)

    async def check_and_die() -> None:
        async with db.transaction(room.runtime.sessions) as session:
            await service.check(session, comparison.id)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        await check_and_die()
    assert (await versions.found(room, agent, 2)).looks == 0

    await versions.compare(room)
    assert len(await versions.told(room)) == 1


async def test_workers_that_open_comparisons_at_once_open_one(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.publish(room, agent, 2)
    await asyncio.gather(*[jobs.compare_versions(room.runtime) for _ in range(4)])
    async with db.transaction(room.runtime.sessions) as session:
        found = await service.list_comparisons(
            session, room.org.id, agent.id, cursor=None, limit=10
        )
    assert [each.version for each in found] == [2]


async def test_a_version_that_hardly_took_calls_is_passed_over(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 60, answered=8)
    await versions.publish(room, agent, 2)
    await versions.calls(room, agent, 2, 3, answered=8)
    await versions.compare(room)
    await versions.publish(room, agent, 3)
    await versions.calls(room, agent, 3, 50, answered=2)

    await versions.compare(room)

    second, third = await versions.found(room, agent, 2), await versions.found(room, agent, 3)
    assert (second.ended_because, second.looks) == (ComparisonEnd.SUPERSEDED, 0)
    assert (third.baseline_version, third.looks) == (1, 1)


async def test_without_enough_calls_before_nothing_is_said(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 29, answered=8)
    await versions.publish(room, agent, 2)
    await versions.calls(room, agent, 2, 60, answered=2)
    await versions.compare(room)
    found = await versions.found(room, agent, 2)
    assert (found.baseline_version, found.looks, found.ended_at) == (None, 0, None)
    assert await versions.told(room) == []


async def test_figures_of_a_few_calls_are_not_kept(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 40, answered=8)
    await versions.publish(room, agent, 2)
    await versions.calls(room, agent, 2, 50, answered=8)
    async with db.transaction(room.runtime.sessions) as session:
        for call in (await session.exec(select(Call).where(Call.agent_version == 2))).all()[5:]:
            call.duration_ms = None
    await versions.compare(room)
    length = next(
        each
        for each in (await versions.found(room, agent, 2)).findings
        if each["metric"] == "duration_ms"
    )
    assert (length["verdict"], length["n"]) == ("too_few", 5)
    assert {*length["window"].values(), *length["baseline"].values()} == {None}


async def test_values_that_may_be_masked_are_not_compared(room: Room) -> None:
    agent = await versions.an_agent(room, redact=["phone"])
    await versions.calls(room, agent, 1, 40, answered=8)
    await versions.publish(room, agent, 2)
    await versions.calls(room, agent, 2, 50, answered=8)
    await versions.compare(room)
    found = {each["metric"]: each for each in (await versions.found(room, agent, 2)).findings}
    assert found["field:boxes"]["n"] == 0
    assert found["field:outcome"]["n"] == 50


async def test_calls_of_other_hours_and_numbers_are_said_to_be(room: Room) -> None:
    agent = await versions.an_agent(room)
    noon = clock.now().replace(hour=12)
    for n in range(4):
        at = noon - timedelta(days=n + 10)
        await versions.calls(room, agent, 1, 20, answered=8, created_at=at)
    await versions.publish(room, agent, 2)
    for n in range(4):
        at = noon - timedelta(days=n + 3, hours=9)
        await versions.calls(
            room, agent, 2, 20, answered=8, created_at=at, from_number="+14155550111"
        )
    await versions.compare(room)
    assert (await versions.found(room, agent, 2)).other_traffic == ["number", "hours"]


async def test_what_was_found_stays_when_the_calls_before_are_gone(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 40, answered=8)
    await versions.publish(room, agent, 2)
    await versions.calls(room, agent, 2, 50, answered=1)
    await versions.compare(room)
    before = await versions.found(room, agent, 2)
    async with db.transaction(room.runtime.sessions) as session:
        for call in await session.exec(
            select(Call).where(Call.agent_id == agent.id, Call.agent_version == 1)
        ):
            call.agent_version = None
    await versions.calls(room, agent, 2, 50, answered=1)

    await versions.compare(room)

    found = await versions.found(room, agent, 2)
    assert found.ended_because is ComparisonEnd.BASELINE_GONE
    assert (found.findings, found.looks, found.baseline_calls) == (before.findings, 1, 40)


@pytest.mark.parametrize(
    ("reason", "days_ago"),
    [(ComparisonEnd.ARCHIVED, 0), (ComparisonEnd.TOO_OLD, 61), (ComparisonEnd.COMPLETE, 0)],
)
async def test_looking_ends(
    room: Room, reason: ComparisonEnd, days_ago: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await versions.an_agent(room)
    await versions.calls(room, agent, 1, 40, answered=8)
    await versions.publish(room, agent, 2)
    await versions.compare(room)
    async with db.transaction(room.runtime.sessions) as session:
        version = await agents.get_version(session, room.org.id, agent.id, 2)
        version.created_at -= timedelta(days=days_ago)
        if reason is ComparisonEnd.ARCHIVED:
            await agents.archive_agent(session, room.org.id, agent.id)
    if reason is ComparisonEnd.COMPLETE:
        monkeypatch.setattr(looks, "LOOKS", (50,))
        await versions.calls(room, agent, 2, 50, answered=8)
    await versions.compare(room)
    found = await versions.found(room, agent, 2)
    assert (found.ended_because, found.ended_at is not None) == (reason, True)
    checked = found.checked_at
    await jobs.compare_versions(room.runtime)
    assert (await versions.found(room, agent, 2)).checked_at == checked


async def test_versions_of_long_ago_are_not_begun_with(room: Room) -> None:
    agent = await versions.an_agent(room)
    await versions.publish(room, agent, 2, days_ago=61)
    await versions.compare(room)
    async with db.transaction(room.runtime.sessions) as session:
        assert not await service.list_comparisons(
            session, room.org.id, agent.id, cursor=None, limit=10
        )


def test_destinations_may_subscribe_to_it() -> None:
    assert "agent.version_differs" in events.deliverable_names()
    assert events.example_of("agent.version_differs")["findings"]
