"""A trial may run twice, at once and late: its first result stays."""

import asyncio
from typing import Any

from backend.agents.models import Agent
from backend.platform import db
from backend.quality.backtests import queries, service
from backend.quality.backtests.queries import PastCalls
from backend.quality.models import PolicyTrial, PolicyTrialState
from backend.quality.policies import service as policies
from backend.quality.policies.config import PolicyConfig
from tests.quality.policies import LINES, agent_of, told
from tests.support import builders
from tests.support.room import Room
from tests.support.sandbox import Sandbox


async def _trial(room: Room, agent: Agent) -> PolicyTrial:
    past = PastCalls(agent.id, 20, None, None)
    async with db.transaction(room.runtime.sessions) as session:
        await builders.call(session, agent, lines=LINES, check_at=None)
        policy = await policies.create_policy(session, room.org.id, PolicyConfig(**told()))
        backtest = await service.create_backtest(session, room.org.id, policy.id, past, by=None)
        ((trial, _),) = await queries.list_trials(session, backtest.id)
        return trial


async def _stored(room: Room, trial: PolicyTrial) -> PolicyTrial | None:
    async with db.transaction(room.runtime.sessions) as session:
        return await queries.find_trial(session, room.org.id, trial.id)


async def test_the_first_result_stays(room: Room) -> None:
    trial = await _trial(room, await agent_of(room))

    await asyncio.gather(
        *(service.run_trial(room.runtime, room.org.id, trial.id) for _ in range(3))
    )
    await service.fail_trial(room.runtime, room.org.id, trial.id, "Too late.")
    assert await room.run_jobs() == []

    stored = await _stored(room, trial)
    assert stored is not None
    assert (stored.state, stored.score, stored.failure) == (PolicyTrialState.DONE, 80.0, None)


async def test_a_trial_without_an_answer_says_why(room: Room, sandbox: Sandbox) -> None:
    rule: dict[str, Any] = {"kind": "refusal"}
    await sandbox.control("POST", "/llm/faults", rule)
    trial = await _trial(room, await agent_of(room))

    assert await room.run_jobs() == []

    stored = await _stored(room, trial)
    assert stored is not None
    assert stored.state is PolicyTrialState.FAILED
    assert stored.failure
