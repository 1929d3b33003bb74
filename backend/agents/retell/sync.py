"""What is live at Retell beside what was published here, and how to bring the two together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import queries, service
from backend.agents.draft.config import AgentConfig
from backend.agents.errors import AgentGone, AgentNotPublished
from backend.agents.events import AgentDrifted
from backend.agents.models import Agent, AgentEngine, AgentVersion, SyncState
from backend.agents.retell.adoption import config_with, read_llm
from backend.agents.retell.agent_fields import (
    agent_settings,
    is_covered,
    is_ours,
    is_same,
    llm_settings,
    place_of,
)
from backend.platform import clock, db, events
from backend.platform.errors import pointer_to
from backend.platform.etags import Revisions
from backend.platform.events import JsonObject
from backend.providers.retell import Retell
from backend.providers.retell_errors import RetellNotFound
from backend.providers.runtime import Runtime

_LIVE = "latest_published"


class Difference(NamedTuple):
    """A setting that is not as published. The pointer says what of the draft decides about it."""

    pointer: str
    setting: str
    published: Any
    at_retell: Any


@dataclass(frozen=True)
class Comparison:
    """How an agent compares with Retell. Without a live version there it is missing."""

    state: SyncState
    synced_at: datetime
    published_version: int
    retell_version: int
    live_retell_version: int | None = None
    draft_retell_version: int | None = None
    differences: list[Difference] = field(default_factory=list)


class AtRetell(NamedTuple):
    """An agent as Retell has it, with its LLM if that is a Retell LLM."""

    agent: JsonObject
    llm: JsonObject | None

    @property
    def version(self) -> int:
        number = self.agent.get("version")
        return int(number) if isinstance(number, int | float) else 0

    def settings(self, group: str) -> JsonObject:
        return self.agent if group == "agent" else self.llm or {}


async def read_at_retell(retell: Retell, agent_id: str, version: int | str) -> AtRetell:
    agent = await retell.get_agent(agent_id, version)
    return AtRetell(agent, await read_llm(retell, agent))


async def compare_agent(
    runtime: Runtime, org_id: UUID, agent_id: UUID, *, webhook_url: str | None
) -> Comparison:
    """Compare field by field, and keep and announce what came of it. `webhook_url`: our own."""
    async with db.transaction(runtime.sessions) as session:
        agent, version = await _published(session, org_id, agent_id)
    comparison = await _compare(runtime.retell, agent, version, webhook_url)
    async with db.transaction(runtime.sessions) as session:
        await _keep(session, agent, comparison)
    return comparison


async def import_live(
    runtime: Runtime, org_id: UUID, agent_id: UUID, *, based_on: Revisions
) -> Agent:
    """Take over into the draft what is live at Retell. What only exists here stays."""
    async with db.transaction(runtime.sessions) as session:
        agent, version = await _published(session, org_id, agent_id)
    try:
        live = await read_at_retell(runtime.retell, _id_at_retell(agent), _LIVE)
        before = await _version_or_none(runtime.retell, agent, version)
    except RetellNotFound as missing:
        raise AgentGone(
            "The agent is no longer at Retell; publish it to make it anew there."
        ) from missing
    async with db.transaction(runtime.sessions) as session:
        locked = await service.lock_agent(session, org_id, agent_id, based_on=based_on)
        config = config_with(locked.draft, live.agent, live.llm, before)
        return await service.store_draft(session, locked, config)


async def _published(
    session: AsyncSession, org_id: UUID, agent_id: UUID
) -> tuple[Agent, AgentVersion]:
    agent = await service.get_agent(session, org_id, agent_id)
    version = await service.find_live(session, agent)
    if version is None:
        raise AgentNotPublished(f"Agent {agent_id} has not been published: nothing to compare.")
    return agent, version


def _id_at_retell(agent: Agent) -> str:
    if agent.retell_agent_id is None:
        raise AgentGone("The agent is no longer at Retell; publish it to make it anew there.")
    return agent.retell_agent_id


async def _compare(
    retell: Retell, agent: Agent, version: AgentVersion, webhook_url: str | None
) -> Comparison:
    found = {
        "synced_at": clock.now(),
        "published_version": version.version,
        "retell_version": version.retell_version,
    }
    if agent.retell_agent_id is None:
        return Comparison(state=SyncState.MISSING, **found)  # type: ignore[arg-type]  # by name
    try:
        live = await read_at_retell(retell, agent.retell_agent_id, _LIVE)
        latest = await retell.get_agent(agent.retell_agent_id)
    except RetellNotFound:
        return Comparison(state=SyncState.MISSING, **found)  # type: ignore[arg-type]  # by name
    before = None
    if live.version != version.retell_version:
        before = await _version_or_none(retell, agent, version)
    differences = list(_differences(agent, version.frozen, live, before, webhook_url))
    return Comparison(
        state=SyncState.DRIFTED if differences else SyncState.IN_SYNC,
        live_retell_version=live.version,
        draft_retell_version=None if latest.get("is_published") else AtRetell(latest, None).version,
        differences=differences,
        **found,  # type: ignore[arg-type]  # by name
    )


async def _version_or_none(retell: Retell, agent: Agent, version: AgentVersion) -> AtRetell | None:
    try:
        return await read_at_retell(retell, _id_at_retell(agent), version.retell_version)
    except RetellNotFound:
        return None


def _differences(
    agent: Agent,
    config: AgentConfig,
    live: AtRetell,
    before: AtRetell | None,
    webhook_url: str | None,
) -> Iterator[Difference]:
    """Compare what is live with `before`, Retell's own copy of what was published.

    Without one what is live is that copy, and is held to what was sent: Retell may write more.
    """
    was, engine = _published_engine(agent, live, before), _engine(live.agent)
    if engine != was:
        yield Difference("/prompt", "agent.response_engine", was, engine)
    wanted = _copied(before) if before else _sent(agent, config)
    if webhook_url is not None:
        wanted["agent"]["webhook_url"] = webhook_url
    for group, settings in wanted.items():
        if group == "llm" and engine != was:
            continue
        theirs = live.settings(group)
        added = {n: None for n in theirs if n not in settings and is_ours(group, n)}
        for name, value in (settings | (added if before else {})).items():
            found = theirs.get(name)
            if not is_same(name, value, found) and (before or not is_covered(value, found)):
                pointer = pointer_to(*place_of(config, group, name))
                yield Difference(pointer, f"{group}.{name}", value, found)


def _copied(before: AtRetell) -> dict[str, JsonObject]:
    """Take the settings out of what Retell has of a version."""
    return {
        group: {name: each for name, each in before.settings(group).items() if is_ours(group, name)}
        for group in ("agent", "llm")
    }


def _sent(agent: Agent, config: AgentConfig) -> dict[str, JsonObject]:
    """Write what publishing told Retell; of an agent designed there, that is next to nothing."""
    told = {"agent": agent_settings(config), "llm": llm_settings(config)}
    if agent.engine is not AgentEngine.RETELL_LLM:
        return {"agent": {"webhook_events": told["agent"]["webhook_events"]}}
    if config.model is None:
        del told["llm"]["model"]
    return told


def _published_engine(agent: Agent, live: AtRetell, before: AtRetell | None) -> JsonObject:
    """Say what the agent spoke with when it was published here.

    The versions of a Retell LLM come and go with those of the agent; which LLM it is counts.
    """
    if agent.engine is AgentEngine.RETELL_LLM:
        return {"type": "retell-llm", "llm_id": agent.retell_llm_id}
    return _engine((before or live).agent)


def _engine(agent: Mapping[str, Any]) -> JsonObject:
    engine = agent.get("response_engine")
    known = dict(engine) if isinstance(engine, Mapping) else {}
    if known.get("type") == "retell-llm":
        known.pop("version", None)
    return known


async def _keep(session: AsyncSession, compared: Agent, comparison: Comparison) -> None:
    agent = await queries.AGENTS.find_locked(session, compared.org_id, compared.id)
    if agent is None or agent.published_version != comparison.published_version:
        return
    is_news = agent.sync_state is not comparison.state
    agent.sync_state, agent.synced_at = comparison.state, comparison.synced_at
    await session.flush()
    if is_news and comparison.state in {SyncState.DRIFTED, SyncState.MISSING}:
        fields = [difference.pointer for difference in comparison.differences]
        about = {"state": comparison.state.value, "fields": sorted(set(fields))}
        await events.publish(
            session, AgentDrifted(org_id=agent.org_id, agent_id=agent.id, data=about)
        )
