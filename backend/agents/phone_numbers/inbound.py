"""Calls that come in: what is known about the caller, and who may not get through."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import queries, service
from backend.agents.errors import InboundRuleExists, InboundRuleNotFound
from backend.agents.models import Agent, AgentVersion, InboundRule
from backend.platform import clock
from backend.platform.events import JsonObject


async def answer_call(
    session: AsyncSession, org_id: UUID, *, caller: str, phone_number: str, agent_id: str | None
) -> JsonObject:
    """Say what Retell is to do with a call, in Retell's words.

    `agent_id` is Retell's, of the agent it would choose. A blocked caller is rejected. Else the
    call's variables are the defaults of the agent's live version, with what the best rule says.
    """
    callers = callers_matching(caller)
    rules = await queries.list_rules_for(
        session, org_id, callers=callers, phone_number=phone_number
    )
    rule = best_rule(rules, callers)
    if rule is not None and rule.is_blocked:
        return {"reject": True}
    known = rule.variables if rule is not None else {}
    live = await _find_live(session, org_id, phone_number, agent_id)
    if live is None:
        return {"dynamic_variables": known} if known else {}
    agent, version = live
    defaults = {variable.name: variable.default or "" for variable in version.frozen.variables}
    return {
        "override_agent_id": agent.retell_agent_id,
        "override_agent_version": version.retell_version,
        "dynamic_variables": defaults | known,
    }


async def _find_live(
    session: AsyncSession, org_id: UUID, phone_number: str, retell_agent_id: str | None
) -> tuple[Agent, AgentVersion] | None:
    binding = await queries.find_binding(session, phone_number)
    if binding is not None and binding.org_id == org_id and binding.inbound_agent_id is not None:
        agent = await queries.AGENTS.find(session, org_id, binding.inbound_agent_id)
    elif retell_agent_id is not None:
        agent = await queries.find_agent_at_retell(session, org_id, retell_agent_id)
    else:
        return None
    version = await service.find_live(session, agent) if agent is not None else None
    return (agent, version) if agent is not None and version is not None else None


def callers_matching(caller: str) -> list[str]:
    """List how rules may write this caller, most exact first; `+1415*` is how numbers begin."""
    starts = [f"{caller[:length]}*" for length in range(len(caller), 1, -1)]
    return [caller, *(starts if caller.startswith("+") else []), "*"]


def best_rule(rules: Sequence[InboundRule], callers: Sequence[str]) -> InboundRule | None:
    """Choose the rule that names the caller most exactly; among equals, one for the number."""
    ranked = sorted(rules, key=lambda rule: (callers.index(rule.caller), rule.phone_number is None))
    return ranked[0] if ranked else None


async def create_rule(
    session: AsyncSession, org_id: UUID, members: Mapping[str, Any]
) -> InboundRule:
    return await _save(session, InboundRule(org_id=org_id, **members))


async def get_rule(session: AsyncSession, org_id: UUID, rule_id: UUID) -> InboundRule:
    rule = await queries.find_inbound_rule(session, org_id, rule_id)
    if rule is None:
        raise InboundRuleNotFound(f"There is no inbound rule {rule_id}.")
    return rule


async def list_rules(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[InboundRule]:
    return await queries.list_inbound_rules(session, org_id, cursor=cursor, limit=limit)


async def replace_rule(
    session: AsyncSession, org_id: UUID, rule_id: UUID, members: Mapping[str, Any]
) -> InboundRule:
    rule = await get_rule(session, org_id, rule_id)
    rule.sqlmodel_update(dict(members))
    rule.updated_at = clock.now()
    return await _save(session, rule)


async def delete_rule(session: AsyncSession, org_id: UUID, rule_id: UUID) -> None:
    await session.delete(await get_rule(session, org_id, rule_id))


async def _save(session: AsyncSession, rule: InboundRule) -> InboundRule:
    session.add(rule)
    try:
        await session.flush()
    except IntegrityError as error:
        raise InboundRuleExists(
            "There is a rule for this caller and phone number already; change that one."
        ) from error
    return rule
