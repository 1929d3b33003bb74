"""Evaluations are made once for each need, whatever comes twice, at once, or wrong."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from backend.agents.models import Agent
from backend.auth.models import Role
from backend.auth.service import Caller, user_caller
from backend.calls import service as calls
from backend.calls.events import CallAnalyzed
from backend.calls.models import AnsweredBy, Call
from backend.platform import db, ids
from backend.quality import jobs
from backend.quality.evaluations import making, queries, service
from backend.quality.events import EvaluationRequested
from backend.quality.models import Evaluation, EvaluationStatus
from backend.quality.policies import service as policies
from backend.quality.policies.config import PolicyConfig
from backend.quality.reliability import Measured, note_reliability
from backend.quality.review import service as reviews
from backend.quality.review.service import Review, Word
from tests.quality.policies import LINES, agent_of, told
from tests.support import builders
from tests.support.room import Room
from tests.support.sandbox import Sandbox


async def _policy(room: Room, agent: Agent, **config: Any) -> UUID:
    wanted = PolicyConfig(**told(applies_to=[{"agent_id": str(agent.id)}], **config))
    async with db.transaction(room.runtime.sessions) as session:
        policy = await policies.create_policy(session, room.org.id, wanted)
        await policies.publish_policy(session, room.org.id, policy.id, by=None, note=None)
        return policy.id


async def _call(room: Room, agent: Agent, **columns: Any) -> Call:
    settled: dict[str, Any] = {"check_at": None, "duration_ms": 60_000}
    async with db.transaction(room.runtime.sessions) as session:
        return await builders.call(session, agent, lines=LINES, **(settled | columns))


def _analyzed(room: Room, call: Call) -> CallAnalyzed:
    return CallAnalyzed(org_id=room.org.id, call_id=call.id, agent_id=call.agent_id)


async def _revisions(room: Room, call: Call, policy_id: UUID) -> list[Evaluation]:
    async with db.transaction(room.runtime.sessions) as session:
        return list(await queries.list_revisions(session, room.org.id, call.id, policy_id))


async def _evaluate(room: Room, **columns: Any) -> tuple[Call, UUID, list[Evaluation]]:
    agent = await agent_of(room)
    policy_id = await _policy(room, agent)
    call = await _call(room, agent, **columns)
    await jobs.open_evaluations(room.runtime, _analyzed(room, call))
    assert await room.run_jobs() == []
    return call, policy_id, await _revisions(room, call, policy_id)


async def test_a_call_that_is_over_is_scored_by_the_policy_for_it(room: Room) -> None:
    call, _, (made,) = await _evaluate(room)

    assert (made.status, made.score, made.is_current) == (EvaluationStatus.VALID, 80.0, True)
    assert made.cost_cents is None or made.cost_cents >= 0
    assert await room.names(call.id) == ["evaluation.completed", "violation.found"]


async def test_the_same_news_twice_and_at_once_score_once(room: Room) -> None:
    agent = await agent_of(room)
    policy_id = await _policy(room, agent)
    call = await _call(room, agent)

    await asyncio.gather(
        *(jobs.open_evaluations(room.runtime, _analyzed(room, call)) for _ in range(4))
    )
    assert await room.run_jobs() == []
    await jobs.open_evaluations(room.runtime, _analyzed(room, call))
    assert await room.run_jobs() == []

    assert len(await _revisions(room, call, policy_id)) == 1


async def test_one_revision_made_twice_at_once_is_announced_once(room: Room) -> None:
    agent = await agent_of(room)
    policy_id = await _policy(room, agent)
    call = await _call(room, agent)
    await jobs.open_evaluations(room.runtime, _analyzed(room, call))
    (pending,) = await _revisions(room, call, policy_id)
    requested = EvaluationRequested(org_id=room.org.id, call_id=call.id, evaluation_id=pending.id)

    await asyncio.gather(*(jobs.make_evaluation(room.runtime, requested) for _ in range(3)))
    await jobs.make_evaluation(room.runtime, requested)
    await room.run_jobs()

    assert await room.names(call.id) == ["evaluation.completed", "violation.found"]


@pytest.mark.parametrize(
    "columns",
    [
        {"answered_by": AnsweredBy.VOICEMAIL},
        {"answered_by": AnsweredBy.NOBODY},
        {"transcript": []},
    ],
)
async def test_what_no_person_said_is_not_scored(room: Room, columns: dict[str, Any]) -> None:
    _, _, revisions = await _evaluate(room, **columns)

    assert revisions == []


async def test_a_call_of_which_more_is_expected_waits(room: Room) -> None:
    agent = await agent_of(room)
    policy_id = await _policy(room, agent)
    async with db.transaction(room.runtime.sessions) as session:
        call = await builders.call(session, agent, lines=LINES, duration_ms=60_000)

    await jobs.open_evaluations(room.runtime, _analyzed(room, call))

    assert await _revisions(room, call, policy_id) == []


async def test_a_call_that_is_too_short_is_not_scored(room: Room) -> None:
    agent = await agent_of(room)
    policy_id = await _policy(room, agent, min_duration_seconds=61)
    call = await _call(room, agent)

    await jobs.open_evaluations(room.runtime, _analyzed(room, call))

    assert await _revisions(room, call, policy_id) == []


async def test_more_words_make_another_revision(room: Room) -> None:
    call, policy_id, _ = await _evaluate(room)
    more = builders.turns(*LINES, "agent: Thank you, goodbye.")
    async with db.transaction(room.runtime.sessions) as session:
        stored = await calls.lock_call(session, room.org.id, call.id)
        stored.transcript = more

    await jobs.open_evaluations(room.runtime, _analyzed(room, call))
    assert await room.run_jobs() == []

    first, second = await _revisions(room, call, policy_id)
    assert (first.is_current, second.is_current, second.score) == (False, True, 100.0)


async def test_a_lying_judge_is_sent_to_a_person(room: Room, sandbox: Sandbox) -> None:
    await sandbox.control("POST", "/llm/faults", {"kind": "invented_quote"})

    call, _, (made,) = await _evaluate(room)

    assert made.status is EvaluationStatus.NEEDS_REVIEW
    async with db.transaction(room.runtime.sessions) as session:
        verdicts = (await queries.find_verdicts(session, [made.id]))[made.id]
    assert {each.key: each.proven_by for each in verdicts} == {
        "greeting": None,
        "goodbye": None,
        "disclosure": "rule",
    }
    # What is not believed does not count.
    assert made.category_scores == {"Compliance": 100.0}
    assert (await room.names(call.id))[0] == "evaluation.needs_review"


async def test_a_judge_that_answers_nothing_closes_the_evaluation(
    room: Room, sandbox: Sandbox
) -> None:
    await sandbox.control("POST", "/llm/faults", {"kind": "refusal"})

    call, _, (made,) = await _evaluate(room)

    assert made.status is EvaluationStatus.FAILED
    assert made.failure
    assert await room.names(call.id) == ["evaluation.failed"]


async def test_a_job_that_is_given_up_leaves_nothing_pending(room: Room) -> None:
    agent = await agent_of(room)
    policy_id = await _policy(room, agent)
    call = await _call(room, agent)
    await jobs.open_evaluations(room.runtime, _analyzed(room, call))
    (pending,) = await _revisions(room, call, policy_id)
    requested = EvaluationRequested(org_id=room.org.id, call_id=call.id, evaluation_id=pending.id)

    for _ in range(2):
        await jobs.give_up_evaluation(room.runtime, requested, "The provider is down.")
    await making.make_evaluation(room.runtime, room.org.id, pending.id)

    (made,) = await _revisions(room, call, policy_id)
    assert (made.status, made.failure) == (EvaluationStatus.FAILED, "The provider is down.")


async def _person(room: Room) -> Caller:
    async with db.transaction(room.runtime.sessions) as session:
        user = await builders.user(session, room.org.id, role=Role.MANAGER)
    return user_caller(user, room.org, ids.new_id())


async def _ask_again(room: Room, call: Call, **asked: bool) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        await service.request_evaluation(session, room.org.id, call.id, None, **asked)


async def _dispute(room: Room, by: Caller, call: Call) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        await reviews.dispute(session, by, call.id, None, reason="It is wrong.", revision=None)


async def _review(room: Room, by: Caller, call: Call, said: Review) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        await reviews.review(session, by, call.id, None, said)


async def test_a_dispute_is_not_overtaken_by_what_was_asked_for_before(room: Room) -> None:
    call, policy_id, _ = await _evaluate(room)
    one, other = await _person(room), await _person(room)
    await _ask_again(room, call)
    await _dispute(room, one, call)
    assert await room.run_jobs() == []

    disputed, judged = await _revisions(room, call, policy_id)
    await _review(room, other, call, Review())
    await _dispute(room, one, call)
    *_, decided = await _revisions(room, call, policy_id)

    assert (disputed.status, disputed.is_current) == (EvaluationStatus.DISPUTED, True)
    assert (judged.status, judged.is_current) == (EvaluationStatus.VALID, False)
    assert (decided.revision, decided.status) == (3, EvaluationStatus.DISPUTED)


async def test_a_revision_that_waits_already_replaces_a_review_when_that_is_asked(
    room: Room,
) -> None:
    call, policy_id, _ = await _evaluate(room)
    await _review(room, await _person(room), call, Review({"goodbye": Word("yes")}))

    await _ask_again(room, call)
    await _ask_again(room, call, replace_review=True)
    await _ask_again(room, call)
    assert await room.run_jobs() == []

    _, reviewed, judged = await _revisions(room, call, policy_id)
    assert (reviewed.score, judged.score, judged.is_current) == (100.0, 80.0, True)


async def test_a_violation_is_told_once_though_a_person_decides_a_part(
    room: Room, sandbox: Sandbox
) -> None:
    await sandbox.control("POST", "/llm/faults", {"kind": "invented_quote"})
    lines = builders.turns("agent: Hello, this is Sam.", "user: I am late.", "agent: I note it.")
    call, policy_id, _ = await _evaluate(room, transcript=lines)

    await _review(room, await _person(room), call, Review({"greeting": Word("yes")}))

    *_, reviewed = await _revisions(room, call, policy_id)
    assert reviewed.status is EvaluationStatus.NEEDS_REVIEW
    told_of = await room.names(call.id)
    assert told_of == ["evaluation.needs_review", "violation.found", "evaluation.needs_review"]


async def test_an_unreliable_criterion_is_left_out_of_the_score(room: Room) -> None:
    agent = await agent_of(room)
    policy_id = await _policy(room, agent)
    call = await _call(room, agent)
    async with db.transaction(room.runtime.sessions) as session:
        version = await policies.get_published(session, room.org.id, policy_id)
        goodbye = version.frozen.criteria[1]
        found = Measured(0.2, 9, is_reliable=False)
        await note_reliability(session, room.org.id, policy_id, goodbye, found)

    await jobs.open_evaluations(room.runtime, _analyzed(room, call))
    assert await room.run_jobs() == []

    (made,) = await _revisions(room, call, policy_id)
    assert (made.score, made.category_scores) == (100.0, {"Opening": 100.0, "Compliance": 100.0})


async def test_what_counted_when_a_call_was_scored_is_what_counts_when_it_is_approved(
    room: Room,
) -> None:
    call, policy_id, _ = await _evaluate(room)
    async with db.transaction(room.runtime.sessions) as session:
        version = await policies.get_published(session, room.org.id, policy_id)
        found = Measured(0.2, 9, is_reliable=False)
        goodbye = version.frozen.criteria[1]
        await note_reliability(session, room.org.id, policy_id, goodbye, found)

    await _review(room, await _person(room), call, Review())

    scored, approved = await _revisions(room, call, policy_id)
    assert (scored.score, approved.score) == (80.0, 80.0)
