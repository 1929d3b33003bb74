"""Numbers whose owner has said, to Retell's agent, that they are not to be called again."""

import pytest

from backend.calls import suppressing
from backend.calls.models import CallSource, CallStatus
from backend.compliance import service as compliance
from backend.compliance.errors import NumberSuppressed
from backend.compliance.models import Consent, ConsentKind, Scope
from backend.platform import clock, db
from tests.support import builders
from tests.support.customers import Customer
from tests.support.inbox import settled, the_call
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide
from tests.support.room import Room
from tests.support.sandbox import Sandbox

NUMBER, OTHER, OURS = "+14155550100", "+14155550188", "+14155550199"
OPT_OUT = "user_requested_dnc"


async def test_whoever_asked_not_to_be_called_is_not_called_again(
    customer: Customer, stranger: Customer
) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"])
    await settled(customer, side.ended(OPT_OUT, from_number=NUMBER, direction="inbound"))
    asked = await the_call(customer)
    body = {"agent_id": agent["id"], "to_number": NUMBER}

    refused = await customer.client.post("/api/v1/calls", json=body)

    problem = problem_of(refused, 409, "suppressed")
    assert problem["call_id"] == asked["id"]
    assert NUMBER not in refused.text
    placed = await customer.client.post("/api/v1/calls", json=body | {"to_number": OTHER})
    assert placed.status_code == 202
    theirs = await stranger.published_agent()
    assert (await stranger.call(theirs, to_number=NUMBER))["status"] == "queued"


async def test_what_an_earlier_release_took_in_and_entered_nowhere_counts(room: Room) -> None:
    agent = await room.agent()
    called, calling = CallSource.OUTBOUND, CallSource.INBOUND
    async with db.transaction(room.runtime.sessions) as session:
        await builders.call(session, agent, source=called, to_number=NUMBER, status_reason=OPT_OUT)
        await builders.call(
            session,
            agent,
            source=calling,
            from_number=OTHER,
            to_number=OURS,
            status_reason=OPT_OUT,
        )

    for number in (NUMBER, OTHER):
        with pytest.raises(NumberSuppressed):
            await room.call(agent, number)
    assert (await room.call(agent, OURS)).status is CallStatus.QUEUED
    consent = Consent(
        org_id=room.org.id,
        to_number=NUMBER,
        kind=ConsentKind.EXPRESS,
        purpose=Scope.SERVICE,
        source="form",
        given_at=clock.now(),
    )
    async with db.transaction(room.runtime.sessions) as session:
        names = await compliance.list_names_to_keep(session, room.org.id, [NUMBER, OTHER])
        await compliance.give_consent(session, consent)
    assert {NUMBER, OTHER} <= set(names), "Erasing them keeps that they asked."
    assert (await room.call(agent, NUMBER)).status is CallStatus.QUEUED


async def test_our_own_number_is_not_suppressed_by_a_call_to_it(customer: Customer) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"])
    await settled(customer, side.ended(OPT_OUT, to_number=OTHER, direction="inbound"))

    body = {"agent_id": agent["id"], "to_number": OTHER}

    assert (await customer.client.post("/api/v1/calls", json=body)).status_code == 202


async def test_a_call_that_waited_meanwhile_is_not_dialled_and_says_why(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    call = await room.call(agent, NUMBER)
    async with db.transaction(room.runtime.sessions) as session:
        ended = await builders.call(session, agent, status_reason=OPT_OUT)
        await suppressing.keep_opt_out(session, ended)

    assert await room.run_jobs() == []

    failed = await room.stored(call)
    assert failed.status is CallStatus.FAILED
    assert "asked not to be called again" in (failed.failure or "")
    assert await sandbox.calls() == []
