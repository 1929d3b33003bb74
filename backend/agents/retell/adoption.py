"""Agents that exist at Retell already: taken over into a draft here, or only looked after.

An agent with a Retell LLM is taken over whole. One with a conversation flow or a language model of
its own is designed at Retell: its calls and records work here, its prompt and voice are read-only.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import queries, service
from backend.agents.draft.config import AgentConfig
from backend.agents.draft.overrides import overrides_of
from backend.agents.draft.rules import KEPT_HERE
from backend.agents.draft.variables import Variable
from backend.agents.errors import AgentImported, RetellAgentNotFound, RetellAgentUnsuitable
from backend.agents.models import Agent, AgentEngine
from backend.agents.retell.agent_fields import config_of
from backend.platform import db
from backend.platform.events import JsonObject
from backend.providers.retell import Retell
from backend.providers.retell_errors import RetellNotFound
from backend.providers.retell_shapes import AgentEntry
from backend.providers.runtime import Runtime

_ENGINES = {
    "retell-llm": AgentEngine.RETELL_LLM,
    "conversation-flow": AgentEngine.CONVERSATION_FLOW,
    "custom-llm": AgentEngine.CUSTOM_LLM,
}


class Importable(NamedTuple):
    """An agent at Retell, and which of ours it is, if it is one."""

    entry: AgentEntry
    agent_id: UUID | None


class Before(Protocol):
    """What Retell had when it was last as published here."""

    @property
    def agent(self) -> JsonObject: ...
    @property
    def llm(self) -> JsonObject | None: ...


async def list_importable(runtime: Runtime, org_id: UUID, *, query: str | None) -> list[Importable]:
    """List the account's agents, but for those of other organisations."""
    entries = await runtime.retell.list_agents(query=query)
    async with db.transaction(runtime.sessions) as session:
        known = await queries.list_agents_at_retell(session, [each.agent_id for each in entries])
    ours = {agent.retell_agent_id: agent for agent in known}
    return [
        Importable(each, ours[each.agent_id].id if each.agent_id in ours else None)
        for each in entries
        if each.agent_id not in ours or ours[each.agent_id].org_id == org_id
    ]


async def import_agent(
    runtime: Runtime, org_id: UUID, retell_agent_id: str, version: int | None
) -> Agent:
    """Make a draft of an agent at Retell; publishing then goes on with that very agent."""
    async with db.transaction(runtime.sessions) as session:
        await _refuse_known(session, org_id, retell_agent_id)
    found = await _find(runtime.retell, retell_agent_id, version)
    engine = found.get("response_engine")
    kind = _ENGINES.get(str(engine.get("type"))) if isinstance(engine, Mapping) else None
    if kind is None or found.get("channel", "voice") != "voice":
        raise RetellAgentUnsuitable("Only voice agents can be imported.")
    llm = await read_llm(runtime.retell, found)
    llm_id = str(llm["llm_id"]) if llm is not None and "llm_id" in llm else None
    config = config_of(found, llm)
    async with db.transaction(runtime.sessions) as session:
        agent = Agent(org_id=org_id, engine=kind, config={}, retell_llm_id=llm_id)
        agent.retell_agent_id = retell_agent_id
        try:
            return await service.store_draft(session, agent, config)
        except IntegrityError as error:
            raise AgentImported("The agent has been imported meanwhile.") from error


async def _refuse_known(session: AsyncSession, org_id: UUID, retell_agent_id: str) -> None:
    for agent in await queries.list_agents_at_retell(session, [retell_agent_id]):
        if agent.org_id != org_id:
            raise RetellAgentNotFound(f"Retell has no agent {retell_agent_id}.")
        raise AgentImported(
            f"This is agent {agent.id} here already.",
            agent_id=str(agent.id),
        )


async def _find(retell: Retell, retell_agent_id: str, version: int | None) -> JsonObject:
    """Read the version asked for, else what is live, else the latest draft."""
    wanted: Sequence[int | str | None] = (
        ["latest_published", None] if version is None else [version]
    )
    for reference in wanted:
        try:
            return await retell.get_agent(retell_agent_id, reference)
        except RetellNotFound:
            continue
    what = f"agent {retell_agent_id}" if version is None else f"version {version} of that agent"
    raise RetellAgentNotFound(f"Retell has no {what}.")


async def read_llm(retell: Retell, agent: JsonObject) -> JsonObject | None:
    """Read the Retell LLM an agent speaks with; other engines have none."""
    engine = agent.get("response_engine")
    if not isinstance(engine, Mapping) or engine.get("type") != "retell-llm":
        return None
    version = engine.get("version")
    number = int(version) if isinstance(version, int | float) else None
    return await retell.get_llm(str(engine.get("llm_id")), number)


def config_with(
    draft: AgentConfig,
    agent: JsonObject,
    llm: JsonObject | None,
    before: Before | None,
) -> AgentConfig:
    """Take into a draft what Retell has; what Retell has no place for stays as it is.

    Of the settings that have no form here, those are taken that differ from `before`.
    """
    read = config_of(agent, llm)
    kept = {name: getattr(draft, name) for name in KEPT_HERE}
    if llm is not None:
        kept["variables"] = _joined(draft.variables, read.variables)
    known = overrides_of(draft.retell_overrides)
    was = overrides_of(config_of(before.agent, before.llm).retell_overrides) if before else {}
    overrides = {
        group: {
            name: value
            for name, value in found.items()
            if name in known[group] or was.get(group, {}).get(name) != value
        }
        for group, found in overrides_of(read.retell_overrides).items()
    }
    return read.model_copy(
        update=kept | {"retell_overrides": {name: each for name, each in overrides.items() if each}}
    )


def _joined(declared: Sequence[Variable], found: Sequence[Variable]) -> list[Variable]:
    """Keep what is said here about a variable, with the default that Retell has."""
    ours = {variable.name: variable for variable in declared}
    joined: list[Any] = [
        ours[each.name].model_copy(update={"default": each.default}) if each.name in ours else each
        for each in found
    ]
    return joined
