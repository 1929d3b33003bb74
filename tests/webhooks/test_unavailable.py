"""What Retell is told when webhooks cannot be stored: 503, and when to try again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from backend.platform import db
from backend.platform.db import Sessions
from tests.support.logs import captured_log
from tests.support.network import Network, network_to
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide, deliver
from tests.support.sandbox import Sandbox
from tests.support.service import Service, running_service, test_settings
from tests.support.waiting import until

_WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"


@pytest.fixture
async def narrow(dsn: str, sandbox: Sandbox) -> AsyncIterator[Service]:
    """An API in which one webhook may wait for its commit, while another is committed."""
    settings = test_settings(dsn, sandbox, inbox={"queue_size": 1})
    async with running_service(settings, worker=False) as api:
        yield api


@asynccontextmanager
async def _locked(api: Service) -> AsyncIterator[None]:
    async with db.transaction(api.sessions) as session:
        await (await session.connection()).execute(text("lock table webhooks"))
        yield


async def _blocked_commits(api: Service) -> int:
    async with db.transaction(api.sessions) as session:
        query = text(f"{_WAITING} and datname = current_database()")
        count: int = (await (await session.connection()).execute(query)).scalar_one()
        return count


async def test_a_webhook_that_cannot_be_stored_is_answered_503_and_accepted_when_sent_again(
    api: Service,
) -> None:
    webhook = RetellSide("agent_of_nobody").ended()
    async with db.transaction(api.sessions) as session:
        await (await session.connection()).execute(text("alter table webhooks rename to gone"))

    refused = await deliver(api.client, "default", webhook)

    problem_of(refused, 503, "inbox-not-written")
    assert int(refused.headers["retry-after"]) >= 1
    async with db.transaction(api.sessions) as session:
        await (await session.connection()).execute(text("alter table gone rename to webhooks"))
    assert (await deliver(api.client, "default", webhook)).status_code == 204
    assert len((await api.get("/webhooks"))["items"]) == 1


@asynccontextmanager
async def _behind_a_network(
    dsn: str, sandbox: Sandbox, **inbox: float
) -> AsyncIterator[tuple[Service, Network]]:
    async with network_to(dsn) as network:
        settings = test_settings(network.dsn, sandbox, inbox=inbox)
        async with running_service(settings, worker=False) as api:
            await deliver(api.client, "default", RetellSide("agent_of_nobody").ended())
            yield api, network


async def test_webhooks_that_come_while_the_database_restarts_are_held_until_it_is_back(
    dsn: str, sandbox: Sandbox, sessions: Sessions
) -> None:
    async with _behind_a_network(dsn, sandbox) as (api, network):
        with captured_log() as log:
            await network.go_down()
            sent = [
                asyncio.create_task(deliver(api.client, "default", side.ended()))
                for side in [RetellSide("agent_of_nobody") for _ in range(20)]
            ]

            async def has_tried() -> bool:
                return len(log.of("inbox.database_lost")) >= 4

            await until(has_tried, "the inbox to have tried")
            assert not any(task.done() for task in sent)
            await network.come_up()
            answers = await asyncio.gather(*sent)

    assert {answer.status_code for answer in answers} == {204}
    async with db.transaction(sessions) as session:
        count = text("select (select count(*) from webhooks), (select count(*) from pgqueuer)")
        assert tuple((await (await session.connection()).execute(count)).one()) == (21, 21)


async def test_webhooks_that_the_database_stays_away_from_are_answered_503_in_time(
    dsn: str, sandbox: Sandbox
) -> None:
    async with _behind_a_network(dsn, sandbox, answer_seconds=0.5) as (api, network):
        await network.go_down()
        async with asyncio.timeout(5):
            refused = await deliver(api.client, "default", RetellSide("agent_of_nobody").ended())
        await network.come_up()
        again = await deliver(api.client, "default", RetellSide("agent_of_nobody").ended())

    problem_of(refused, 503, "inbox-not-written")
    assert again.status_code == 204


async def test_more_webhooks_than_may_wait_are_answered_503_and_the_waiting_ones_204(
    narrow: Service,
) -> None:
    sides = [RetellSide("agent_of_nobody") for _ in range(6)]
    async with _locked(narrow):
        sent = [asyncio.create_task(deliver(narrow.client, "default", sides[0].ended()))]

        async def is_blocked() -> bool:
            return await _blocked_commits(narrow) == 1

        await until(is_blocked, "the first webhook to wait for its commit")
        sent += [
            asyncio.create_task(deliver(narrow.client, "default", side.ended()))
            for side in sides[1:]
        ]

        async def are_refused() -> bool:
            return sum(task.done() for task in sent) == 4

        await until(are_refused, "four webhooks to be refused")
    responses = await asyncio.gather(*sent)

    refused = [response for response in responses if response.status_code != 204]
    assert len(refused) == 4
    for response in refused:
        problem_of(response, 503, "inbox-overloaded")
        assert int(response.headers["retry-after"]) >= 1
    assert len((await narrow.get("/webhooks"))["items"]) == 2
