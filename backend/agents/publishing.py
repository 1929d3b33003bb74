"""Publishing: Retell's LLM, Retell's agent, a Retell version, then our numbered version.

Each step's result is stored before the next begins, so that publishing again continues where a
crash or an error stopped. The old version stays live until the last step has gone well.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import queries, service
from backend.agents.errors import AgentInvalid, PublishRunning
from backend.agents.events import AgentPublished
from backend.agents.models import Agent, AgentConfig, AgentVersion
from backend.agents.overrides import overrides_of
from backend.agents.variables import used_in
from backend.platform import clock, db, events
from backend.platform.db import Sessions
from backend.platform.errors import FieldError
from backend.platform.events import JsonObject
from backend.providers.retell import Retell

# Longer than Retell can take for all steps; a publish that died blocks no longer than this.
_LEASE = timedelta(minutes=6)
_WEBHOOK_TIMEOUT_MS = 10_000
_WEBHOOK_EVENTS = [
    "call_started",
    "call_ended",
    "call_analyzed",
    "transcript_updated",
    "transfer_started",
    "transfer_bridged",
    "transfer_cancelled",
    "transfer_ended",
]


@dataclass(frozen=True)
class Publication:
    """Which draft to publish, who asked for it, and where Retell sends its webhooks."""

    org_id: UUID
    agent_id: UUID
    webhook_url: str
    published_by: UUID
    note: str | None


async def publish_agent(sessions: Sessions, retell: Retell, publication: Publication) -> Agent:
    """Make the draft the version that takes calls. A second publish meanwhile is a conflict."""
    async with db.transaction(sessions) as session:
        agent = await _claim(session, publication.org_id, publication.agent_id)
    try:
        retell_version = await _push(sessions, retell, agent, publication)
        async with db.transaction(sessions) as session:
            return await _freeze(session, agent, retell_version, publication)
    finally:
        async with db.transaction(sessions) as session:
            await _release(session, agent)


async def _claim(session: AsyncSession, org_id: UUID, agent_id: UUID) -> Agent:
    agent = await service.lock_agent(session, org_id, agent_id)
    _refuse_undeclared_variables(agent.draft)
    now = clock.now()
    if agent.publishing_until is not None and agent.publishing_until > now:
        raise PublishRunning(f"Agent {agent_id} is being published; try again in a moment.")
    agent.publishing_until = now + _LEASE
    return agent


async def _release(session: AsyncSession, claimed: Agent) -> None:
    agent = await queries.lock_agent(session, claimed.org_id, claimed.id)
    # A publish that outlived its lease must not end that of the next.
    if agent is not None and agent.publishing_until == claimed.publishing_until:
        agent.publishing_until = None


def _refuse_undeclared_variables(config: AgentConfig) -> None:
    declared = {variable.name for variable in config.variables}
    wrong = [
        FieldError(f"/{field}", f"Uses {{{{{name}}}}}, which is not among the agent's variables.")
        for field in ("prompt", "begin_message")
        for name in sorted(used_in(getattr(config, field)) - declared)
    ]
    if wrong:
        raise AgentInvalid(
            "The agent uses variables that it does not declare, so they would be read out as "
            "they are.",
            errors=wrong,
        )


async def _push(sessions: Sessions, retell: Retell, agent: Agent, publication: Publication) -> int:
    config = agent.draft
    if agent.retell_agent_id is not None:
        # A published version is frozen together with its LLM; changes need a new one first.
        await retell.open_draft(agent.retell_agent_id)
    llm_id = await retell.save_llm(agent.retell_llm_id, _llm_fields(config))
    await _remember(sessions, agent, retell_llm_id=llm_id)
    saved = await retell.save_agent(
        agent.retell_agent_id, _agent_fields(config, llm_id, publication.webhook_url)
    )
    await _remember(sessions, agent, retell_agent_id=saved.agent_id)
    await retell.publish_agent(
        saved.agent_id, saved.version, title=config.name, description=publication.note
    )
    return saved.version


async def _remember(sessions: Sessions, agent: Agent, **ids: str) -> None:
    async with db.transaction(sessions) as session:
        stored = await queries.lock_agent(session, agent.org_id, agent.id)
        if stored is not None:
            stored.sqlmodel_update(ids)


async def _freeze(
    session: AsyncSession, agent: Agent, retell_version: int, publication: Publication
) -> Agent:
    """Record what was pushed, which the draft may no longer equal, as the next version."""
    stored = await service.lock_agent(session, agent.org_id, agent.id)
    latest = await queries.find_latest_version(session, agent.org_id, agent.id)
    pushed = agent.config
    schema_version = latest.schema_version if latest else 1
    if latest and latest.config.get("record_schema") != pushed.get("record_schema"):
        schema_version += 1
    version = AgentVersion(
        org_id=agent.org_id,
        agent_id=agent.id,
        version=latest.version + 1 if latest else 1,
        schema_version=schema_version,
        config=pushed,
        retell_version=retell_version,
        note=publication.note,
        published_by=publication.published_by,
    )
    session.add(version)
    stored.published_version = version.version
    await session.flush()
    await events.publish(
        session,
        AgentPublished(org_id=agent.org_id, agent_id=agent.id, data={"version": version.version}),
    )
    return stored


def _llm_fields(config: AgentConfig) -> JsonObject:
    fields: JsonObject = {"general_prompt": config.prompt, "begin_message": config.begin_message}
    if config.model is not None:
        fields["model"] = config.model
    return fields | overrides_of(config.retell_overrides)["llm"]


def _agent_fields(config: AgentConfig, llm_id: str, webhook_url: str) -> JsonObject:
    fields = {
        "agent_name": config.name,
        "language": config.language,
        "voice_id": config.voice_id,
        "response_engine": {"type": "retell-llm", "llm_id": llm_id},
        "webhook_url": webhook_url,
        "webhook_events": _WEBHOOK_EVENTS,
        "webhook_timeout_ms": _WEBHOOK_TIMEOUT_MS,
    }
    return fields | overrides_of(config.retell_overrides)["agent"]
