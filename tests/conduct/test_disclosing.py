"""What agents had to say is looked for in each call, and what they deny."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backend.calls.models import CallSource
from backend.compliance import own_rules
from backend.compliance.models import Scope
from backend.compliance.own_rules import OwnRule
from backend.compliance.rules import Disclosure, Rule, RuleKind
from backend.conduct import queries
from backend.conduct.models import OptOutStatus
from backend.conduct.queries import Wanted
from backend.platform import clock, db, ids
from tests.conduct.checking import OPENING, PERHAPS, a_call, checked
from tests.support.room import Room


async def test_what_a_rule_asks_for_is_found_with_turn_and_words(room: Room) -> None:
    found = await checked(room, await a_call(room, OPENING, "user: Okay."))

    assert found is not None
    said = {each["disclosure"]: (each["turn"], each["quote"]) for each in found.disclosures}
    assert said["ai"] == (0, "Hi, this is Alex, an AI assistant from Brightline.")
    assert said["opt_out"] == (0, "You can opt out any time.")
    assert set(said) == {"ai", "caller", "opt_out"}
    assert found.lacks == []
    assert found.opt_out_status is None


async def test_what_was_not_said_is_lacking_by_its_rule(room: Room) -> None:
    found = await checked(room, await a_call(room, "agent: How are you?", "user: Fine."))

    assert found is not None
    assert found.lacks == ["ai", "caller", "opt_out"]
    rules = {each["rule"]["name"] for each in found.disclosures}
    assert rules == {"us-ca.ai", "us.caller", "us.opt_out"}


@pytest.mark.parametrize(
    "columns",
    [{"purpose": "service"}, {"source": CallSource.INBOUND}, {"to_number": "+4915155501"}],
)
async def test_where_no_rule_binds_nothing_is_lacking(room: Room, columns: dict[str, Any]) -> None:
    found = await checked(room, await a_call(room, "agent: How are you?", **columns))

    assert found is not None
    assert found.disclosures == []


async def _set_rules(room: Room, *rules: Rule) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        own = [OwnRule(rule, "We decided so.") for rule in rules]
        await own_rules.set_own(session, room.org.id, own, by=ids.new_id())


def _rule(name: str, disclosure: Disclosure, *purposes: Scope) -> Rule:
    return Rule(
        name=name,
        kind=RuleKind.DISCLOSURE,
        purposes=purposes,
        disclosure=disclosure,
        source="Our own decision",
        as_of=date(2026, 1, 1),
    )


async def test_a_call_is_judged_by_the_rules_of_when_it_was(room: Room) -> None:
    await _set_rules(room, _rule("own.recording", "recording", Scope.SERVICE))
    between = await a_call(room, "agent: How are you?", purpose="service")
    await _set_rules(room, _rule("own.caller", "caller", Scope.SERVICE))
    after = await a_call(room, "agent: How are you?", purpose="service")
    before = await a_call(
        room,
        "agent: How are you?",
        purpose="service",
        started_at=clock.now() - timedelta(days=1),
    )

    found = [await checked(room, call) for call in (before, between, after)]

    assert [each and each.lacks for each in found] == [[], ["recording"], ["caller"]]


async def test_a_law_binds_no_call_of_before_its_day(room: Room) -> None:
    lacking = []
    for year in (2023, 2024, 2025):
        call = await a_call(
            room, "agent: How are you?", started_at=datetime(year, 12, 31, 20, tzinfo=UTC)
        )
        found = await checked(room, call)
        lacking.append(found and found.lacks)

    assert lacking == [[], ["caller", "opt_out"], ["ai", "caller", "opt_out"]]


async def test_a_denial_is_kept_beside_the_disclosure_that_it_denies(room: Room) -> None:
    call = await a_call(room, OPENING, "user: Are you a robot?", "agent: No. I'm a real person.")
    honest = await a_call(room, OPENING, "user: Hm.")

    found = await checked(room, call)
    await checked(room, honest)

    assert found is not None
    assert (found.lacks, found.denial) == ([], {"turn": 2, "quote": "I'm a real person."})
    async with db.transaction(room.runtime.sessions) as session:
        listed = {
            is_denied: [
                each.call_id
                for each in await queries.list_to_look_at(
                    session, _wanted(room, is_denied=is_denied)
                )
            ]
            for is_denied in (True, False)
        }
    assert listed == {True: [call.id], False: []}


async def test_whoever_speaks_in_an_uploaded_recording_may_be_a_person(room: Room) -> None:
    call = await a_call(room, "agent: I'm not a robot.", source=CallSource.UPLOAD)

    found = await checked(room, call)

    assert found is not None
    assert found.denial is None


def _wanted(room: Room, **other: Any) -> Wanted:
    asked = dict.fromkeys(("lacks", "is_denied", "opt_out", "agent_id", "cursor")) | other
    return Wanted(org_id=room.org.id, limit=50, **asked)


# Many lack something, as where an agent says nothing of what it has to.
_MANY_OTHERS = text(
    """
    with made as (
        insert into calls select (copied).* from (
            select jsonb_populate_record(calls, jsonb_build_object(
                'id', gen_random_uuid(), 'retell_call_id', null
            )) as copied from calls, generate_series(1, 2000) where id = :call_id
        ) as many returning id
    )
    insert into call_conduct
        (call_id, org_id, agent_id, called_at, disclosures, lacks, checked_at)
    select made.id, org_id, agent_id, called_at, '[]', '{ai}', now()
    from made, call_conduct where call_id = :call_id
    """
)


async def test_what_waits_is_found_among_many_calls_by_an_index_of_its_own(room: Room) -> None:
    doubted = await checked(room, await a_call(room, OPENING, PERHAPS))
    assert doubted is not None
    wanted = _wanted(room, opt_out=OptOutStatus.NEEDS_REVIEW)
    async with db.transaction(room.runtime.sessions) as session:
        connection = await session.connection()
        # Many that lack something, as where an agent says nothing of what it has to.
        await connection.execute(_MANY_OTHERS, {"call_id": doubted.call_id})
        await connection.execute(text("analyze call_conduct"))
        asked = queries.select_to_look_at(wanted).compile(
            dialect=connection.dialect, compile_kwargs={"literal_binds": True}
        )
        plan = await connection.exec_driver_sql(f"explain {asked}")
        steps = " ".join(row[0] for row in plan)
        found = await queries.list_to_look_at(session, wanted)

    assert [each.call_id for each in found] == [doubted.call_id]
    assert "ix_call_conduct_org_id_opt_out_status_call_id" in steps
