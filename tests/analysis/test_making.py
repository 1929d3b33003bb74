"""Analyses made by jobs that run twice, at once, late, or not to their end."""

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import text

from backend.analysis import jobs, making
from backend.analysis.events import (
    AnalysisCompleted,
    AnalysisFailed,
    AnalysisNeedsReview,
)
from backend.analysis.models import AnalysisStatus
from backend.analysis.telling import example_analysis, tell_analyses
from backend.calls.models import AnsweredBy, CallStatus
from backend.platform import db
from backend.platform.errors import Retryable
from backend.platform.events import Event
from backend.providers.llm_errors import LlmFailed, LlmTimedOut
from tests.analysis.calls import (
    LINES,
    LONG_LINES,
    MORE,
    analyzed,
    asked,
    days,
    ended,
    is_analyzed,
    made,
    priced_room,
    requested,
    revisions,
    settled_call,
    switch_on,
    while_asked,
)
from tests.support import builders
from tests.support.room import Room
from tests.support.sandbox import Sandbox


async def test_a_call_is_analyzed_with_a_quote_for_each_value_and_its_cost(room: Room) -> None:
    await switch_on(room)
    call = await settled_call(room)

    analysis = await analyzed(room, call)

    assert analysis.status is AnalysisStatus.VALID
    said = analysis.evidence["delay_reason"]
    assert (said["turns"], said["found"], said["proven_by"]) == ([1], True, "second_reading")
    assert analysis.cost_cents
    assert analysis.cost_cents <= (analysis.estimated_cents or 0)
    [day] = await days(room)
    assert (day.analyzed, day.left_out) == (1, 0)
    assert day.spent_cents == pytest.approx(analysis.cost_cents)
    assert await room.names(call.id) == ["analysis.completed"]


async def test_nobody_is_asked_before_it_is_switched_on(room: Room, sandbox: Sandbox) -> None:
    call = await settled_call(room)

    await is_analyzed(room, call)

    assert await made(room, call) == []
    assert await asked(sandbox) == 0


async def test_the_same_news_twice_makes_one_analysis_and_asks_once(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)

    await asyncio.gather(*(news(room, call) for news in (ended, is_analyzed, ended)))
    await made(room, call)
    await is_analyzed(room, call)

    assert [each.revision for each in await made(room, call)] == [1]
    assert await asked(sandbox) == 1


async def test_a_job_that_runs_twice_at_once_stores_one_analysis_and_pays_for_what_was_asked(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    [pending] = await revisions(room, call)

    await asyncio.gather(*(jobs.make_analysis(room.runtime, requested(pending)) for _ in range(3)))

    [analysis] = await made(room, call)
    assert analysis.status is AnalysisStatus.VALID
    assert await room.names(call.id) == ["analysis.completed"]
    [day] = await days(room)
    assert day.analyzed == await asked(sandbox)
    assert day.spent_cents == pytest.approx((analysis.cost_cents or 0) * day.analyzed)


async def test_nothing_is_paid_for_before_retell_has_said_its_last_word(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room, seen=["ended", "started"], check_at=None)
    await room.change(call, check_at=call.created_at)

    await ended(room, call)

    assert await made(room, call) == []
    assert await asked(sandbox) == 0


@pytest.mark.parametrize(
    "columns",
    [
        {"status": CallStatus.NOT_CONNECTED},
        {"lines": ()},
        {"answered_by": AnsweredBy.VOICEMAIL},
    ],
)
async def test_a_call_in_which_nobody_said_anything_is_not_analyzed(
    room: Room, sandbox: Sandbox, columns: dict[str, Any]
) -> None:
    await switch_on(room)
    call = await settled_call(room, **columns)

    await is_analyzed(room, call)

    assert await made(room, call) == []
    assert await asked(sandbox) == 0


async def test_other_words_have_a_call_analyzed_again_and_the_former_stays_until_then(
    room: Room,
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await analyzed(room, call)
    await room.change(call, transcript=builders.turns(*MORE))

    await is_analyzed(room, call)

    during = await revisions(room, call)
    assert [(each.status.value, each.is_current) for each in during] == [
        ("valid", True),
        ("pending", False),
    ]
    after = await made(room, call)
    assert [(each.status.value, each.is_current) for each in after] == [
        ("valid", False),
        ("valid", True),
    ]


async def test_another_schema_leaves_what_is_made_and_holds_for_the_next_call(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await analyzed(room, call)

    other = {"type": "object", "properties": {"accident": {"type": ["string", "null"]}}}
    await switch_on(room, record_schema=other)
    await is_analyzed(room, call)
    later = await settled_call(room)

    assert [each.schema_version for each in await made(room, call)] == [1]
    assert (await analyzed(room, later)).schema_version == 2
    assert await asked(sandbox) == 2


async def test_what_is_learned_while_the_model_is_asked_has_it_asked_anew_and_both_paid(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    async with while_asked(room, sandbox) as failures:
        await room.change(call, transcript=builders.turns("user: Hello?", *MORE))

    assert failures == []

    [analysis] = await revisions(room, call)
    assert analysis.status is AnalysisStatus.VALID
    assert analysis.evidence["delay_reason"]["turns"] == [2]
    [day] = await days(room)
    assert day.analyzed == await asked(sandbox) == 2
    assert day.spent_cents > (analysis.cost_cents or 0)


async def test_a_call_that_is_erased_while_the_model_is_asked_leaves_only_what_it_cost(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    async with (
        while_asked(room, sandbox) as failures,
        db.transaction(room.runtime.sessions) as session,
    ):
        await (await session.connection()).execute(
            text("delete from calls where id = :id"), {"id": call.id}
        )

    assert failures == []

    assert await revisions(room, call) == []
    [day] = await days(room)
    assert (day.analyzed, day.spent_cents > 0) == (1, True)
    assert await room.names(call.id) == []


async def test_news_of_a_call_that_is_erased_comes_to_nothing(room: Room) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    async with db.transaction(room.runtime.sessions) as session:
        await (await session.connection()).execute(
            text("delete from calls where id = :id"), {"id": call.id}
        )

    await is_analyzed(room, call)

    assert await made(room, call) == []


async def test_a_failure_that_may_pass_is_tried_again_with_the_same_room_in_the_budget(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    await sandbox.control("POST", "/llm/faults", {"kind": "server_error", "count": 1})

    [failure] = await room.run_jobs()
    [pending] = await revisions(room, call)
    await making.make_analysis(room.runtime, call.org_id, pending.id)

    assert isinstance(failure, LlmFailed)
    assert pending.status is AnalysisStatus.PENDING
    [analysis] = await revisions(room, call)
    assert analysis.status is AnalysisStatus.VALID
    [day] = await days(room)
    assert day.analyzed == 1


@pytest.mark.parametrize("kind", ["rate_limited", "connection_reset"])
async def test_whatever_may_pass_leaves_it_for_the_next_attempt(
    room: Room, sandbox: Sandbox, kind: str
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    await sandbox.control("POST", "/llm/faults", {"kind": kind, "count": 5})

    [failure] = await room.run_jobs()
    await sandbox.control("POST", "/llm/reset")
    [pending] = await revisions(room, call)
    await making.make_analysis(room.runtime, call.org_id, pending.id)

    assert isinstance(failure, Retryable)
    assert [each.status for each in await revisions(room, call)] == [AnalysisStatus.VALID]


async def test_a_model_that_hangs_is_asked_again_later(dsn: str, sandbox: Sandbox) -> None:
    hurried = {"timeout_seconds": 0.2, "max_attempts": 1}
    async with priced_room(dsn, sandbox, llm=hurried) as room:
        await switch_on(room)
        call = await settled_call(room)
        await is_analyzed(room, call)
        await sandbox.control("POST", "/llm/faults", {"kind": "slow", "count": 1})

        [failure] = await room.run_jobs()
        [pending] = await revisions(room, call)
        await making.make_analysis(room.runtime, call.org_id, pending.id)
        [analysis] = await revisions(room, call)

    assert isinstance(failure, LlmTimedOut)
    assert analysis.status is AnalysisStatus.VALID


async def test_a_quote_that_nobody_said_is_told_and_not_believed(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await sandbox.control("POST", "/llm/faults", {"kind": "invented_quote"})

    analysis = await analyzed(room, call)

    assert analysis.status is AnalysisStatus.NEEDS_REVIEW
    assert [problem["code"] for problem in analysis.problems] == ["quote_not_found"]
    assert await room.names(call.id) == ["analysis.needs_review"]


async def test_giving_up_closes_it_with_the_reason_once(room: Room) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    [pending] = await revisions(room, call)

    for reason in ("The worker died each time.", "And again."):
        await jobs.give_up_analysis(room.runtime, requested(pending), reason)

    [analysis] = await made(room, call)
    assert analysis.failure == "The worker died each time."
    assert await room.names(call.id) == ["analysis.failed"]
    assert await days(room) == []


async def test_beyond_the_providers_limits_it_waits_without_failing(
    dsn: str, sandbox: Sandbox
) -> None:
    limits = {"requests_per_minute": 60 / 6}
    async with priced_room(dsn, sandbox, openai=limits, llm={"check_model": "off"}) as room:
        await switch_on(room, proof="rules")
        opened = [await settled_call(room) for _ in range(3)]
        for call in opened:
            await is_analyzed(room, call)

        assert await room.run_jobs() == []

        statuses = [(await revisions(room, call))[0].status for call in opened]
        assert statuses.count(AnalysisStatus.PENDING) == 1


async def test_what_the_agent_masks_is_masked_before_the_model_is_asked(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    said = "user: There was an accident, call me at +1 415 555 0123."
    call = await settled_call(room, lines=(LINES[0], said), redact=["phone"])

    await analyzed(room, call)

    seen = (await sandbox.control("GET", "/llm/requests"))["items"]
    asked_with = "\n".join(str(request["body"]) for request in seen)
    assert re.search(r"call me at \Wphone\W", asked_with)
    assert "0123" not in asked_with


async def test_a_long_call_is_read_in_parts_and_as_one_question_for_the_budget(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room, lines=LONG_LINES)

    analysis = await analyzed(room, call)

    assert await asked(sandbox) > 1
    assert analysis.status is AnalysisStatus.VALID
    assert analysis.evidence["delay_reason"]["turns"] == [1]
    [day] = await days(room)
    assert day.analyzed == 1
    assert (analysis.cost_cents or 0) <= (analysis.estimated_cents or 0)


async def test_others_are_told_of_the_revision_that_an_event_is_about(room: Room) -> None:
    await switch_on(room)
    call = await settled_call(room)
    analysis = await analyzed(room, call)
    events = await room.logged(call.id)

    async with db.transaction(room.runtime.sessions) as session:
        told = await tell_analyses(session, events)

    [shown] = told.values()
    assert shown["id"] == str(analysis.id)
    assert shown["data"] == analysis.data
    assert shown["evidence"]["delay_reason"]["proven_by"] == "second_reading"


@pytest.mark.parametrize("kind", [AnalysisCompleted, AnalysisNeedsReview, AnalysisFailed])
def test_examples_are_like_what_is_told(kind: type[Event]) -> None:
    example = example_analysis(kind.name)

    assert example is not None
    assert example["status"] == kind.example["status"]
    assert len(example["problems"]) == (kind is AnalysisNeedsReview)
