"""Phone numbers of the Retell account, and which of an organisation's agents use them.

A number takes calls with the very version that is live here, so that nothing published at Retell by
somebody else takes calls; publishing moves its numbers on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import queries, service
from backend.agents.errors import PhoneNumberNotFound
from backend.agents.models import NumberBinding
from backend.platform import clock, db
from backend.platform.events import JsonObject
from backend.providers.retell_errors import RetellNotFound
from backend.providers.retell_shapes import NumberAgent, PhoneNumber
from backend.providers.runtime import Runtime


@dataclass(frozen=True)
class NumberUse:
    """Which agents a number gets. None: no agent of ours."""

    inbound_agent_id: UUID | None
    outbound_agent_id: UUID | None
    inbound_webhook_url: str


class KnownNumber(NamedTuple):
    """A number of the account with what it is used for here; None: nothing."""

    number: PhoneNumber
    binding: NumberBinding | None


async def list_numbers(runtime: Runtime, org_id: UUID, *, refresh: bool) -> list[KnownNumber]:
    """List the account's numbers, but for those that other organisations use."""
    numbers = await runtime.catalog.phone_numbers(refresh=refresh)
    async with db.transaction(runtime.sessions) as session:
        bindings = await queries.list_bindings(session, [each.phone_number for each in numbers])
    bound = {binding.phone_number: binding for binding in bindings}
    known = [KnownNumber(each, bound.get(each.phone_number)) for each in numbers]
    return [each for each in known if each.binding is None or each.binding.org_id == org_id]


async def bind_number(
    runtime: Runtime, org_id: UUID, phone_number: str, use: NumberUse
) -> KnownNumber:
    """Have a number's calls taken by, or placed with, these agents, in their live versions.

    Done again after a failure it comes to the same end: Retell is told before it is kept here.
    """
    async with db.transaction(runtime.sessions) as session:
        await _refuse_foreign(session, org_id, phone_number)
        settings = await _settings(session, org_id, use)
    number = await _tell_retell(runtime, phone_number, settings)
    async with db.transaction(runtime.sessions) as session:
        return KnownNumber(number, await _keep(session, org_id, phone_number, use))


async def rebind_numbers(runtime: Runtime, org_id: UUID, agent_id: UUID) -> None:
    """Move the numbers of an agent on to the version that is live now."""
    async with db.transaction(runtime.sessions) as session:
        bindings = await queries.list_bindings_of_agent(session, org_id, agent_id)
        moves = [
            (binding.phone_number, await _agents_at_retell(session, org_id, binding))
            for binding in bindings
        ]
    for phone_number, settings in moves:
        try:
            await _tell_retell(runtime, phone_number, settings)
        except PhoneNumberNotFound:
            logger.warning("number.gone", agent_id=str(agent_id))


async def _refuse_foreign(session: AsyncSession, org_id: UUID, phone_number: str) -> None:
    binding = await queries.find_binding(session, phone_number)
    if binding is not None and binding.org_id != org_id:
        raise _no_number(phone_number)


def _no_number(phone_number: str) -> PhoneNumberNotFound:
    return PhoneNumberNotFound(f"The Retell account has no number {phone_number}.")


async def _settings(session: AsyncSession, org_id: UUID, use: NumberUse) -> JsonObject:
    has_inbound = use.inbound_agent_id is not None
    return await _agents_at_retell(session, org_id, use) | {
        "inbound_webhook_url": use.inbound_webhook_url if has_inbound else None
    }


async def _agents_at_retell(
    session: AsyncSession, org_id: UUID, use: NumberUse | NumberBinding
) -> JsonObject:
    return {
        "inbound_agents": await _at_retell(session, org_id, use.inbound_agent_id),
        "outbound_agents": await _at_retell(session, org_id, use.outbound_agent_id),
    }


async def _at_retell(
    session: AsyncSession, org_id: UUID, agent_id: UUID | None
) -> Sequence[JsonObject] | None:
    if agent_id is None:
        return None
    agent, version = await service.get_published(session, org_id, agent_id)
    return [
        {
            "agent_id": agent.retell_agent_id,
            "agent_version": version.retell_version,
            "weight": 1,
        }
    ]


async def _tell_retell(runtime: Runtime, phone_number: str, settings: JsonObject) -> PhoneNumber:
    try:
        return await runtime.retell.update_phone_number(phone_number, settings)
    except RetellNotFound as missing:
        raise _no_number(phone_number) from missing
    finally:
        runtime.catalog.forget_phone_numbers()


async def _keep(
    session: AsyncSession, org_id: UUID, phone_number: str, use: NumberUse
) -> NumberBinding | None:
    binding = await queries.lock_or_add_binding(session, org_id, phone_number)
    if binding.org_id != org_id:
        raise _no_number(phone_number)
    if use.inbound_agent_id is None and use.outbound_agent_id is None:
        await session.delete(binding)
        return None
    binding.inbound_agent_id, binding.outbound_agent_id = (
        use.inbound_agent_id,
        use.outbound_agent_id,
    )
    binding.updated_at = clock.now()
    await session.flush()
    return binding


def is_taken_elsewhere(known: KnownNumber) -> bool:
    """Tell whether somebody at Retell has given the number's calls to an agent not of ours."""
    bound: list[NumberAgent] = known.number.inbound_agents or []
    return bool(bound) and (known.binding is None or known.binding.inbound_agent_id is None)
