"""Bringing a configuration to Retell, step by step, each remembered before the next begins.

What a step that died has made at Retell is found again: an LLM by a mark it is born with, an agent
by its LLM. So publishing again never makes a second one.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from backend.agents import queries
from backend.agents.draft.config import AgentConfig
from backend.agents.draft.overrides import overrides_of
from backend.agents.errors import AgentGone, PublishRunning
from backend.agents.models import Agent, AgentEngine, AgentVersion
from backend.agents.retell.agent_fields import agent_settings, is_ours, llm_settings
from backend.agents.retell.refusals import naming_the_field
from backend.platform import clock, db
from backend.platform.db import Sessions
from backend.platform.events import JsonObject
from backend.providers.retell import Retell
from backend.providers.retell_errors import RetellNotFound

# Longer than Retell can take for one step; a publish that died blocks no longer than this.
LEASE = timedelta(minutes=2)
_WEBHOOK_TIMEOUT_MS = 10_000
_MARK = "ringback_agent_id"
# Settings that are no longer wanted and cannot be null, with what Retell does without them.
_UNSET: JsonObject = {
    "allow_dtmf_interruption": False,
    "denoising_mode": "noise-cancellation",
    "enable_dnc_detection": False,
    "enable_dynamic_responsiveness": False,
    "enable_dynamic_voice_speed": False,
    "enable_expressive_mode": False,
    "expressive_emotion_tags": [],
    "stt_mode": "fast",
    "vocab_specialization": "general",
}


class Step(StrEnum):
    """What a publish is at; the last that was begun is kept with the agent."""

    OPEN_DRAFT = "open_draft"
    CREATE_LLM = "create_llm"
    SAVE_LLM = "save_llm"
    CREATE_AGENT = "create_agent"
    SAVE_AGENT = "save_agent"
    PUBLISH = "publish"
    FREEZE = "freeze"


@dataclass
class Push:
    """One way of one configuration to Retell. `live` is the version that takes calls now."""

    sessions: Sessions
    retell: Retell
    agent: Agent
    config: AgentConfig
    live: AgentVersion | None
    webhook_url: str
    until: datetime
    stopped_at: str | None
    _before: dict[str, JsonObject] = field(default_factory=dict)

    async def to_draft(self) -> int:
        """Make Retell's draft what the configuration says, and return that version's number."""
        await self._begin(Step.OPEN_DRAFT)
        draft = await self._open_draft()
        if self.agent.engine is not AgentEngine.RETELL_LLM:
            return await self._save_agent(draft, {})
        llm_id = await self._save_llm(draft)
        return await self._save_agent(draft, {"type": "retell-llm", "llm_id": llm_id})

    async def to_version(self, *, note: str | None) -> int:
        """Do that, and freeze it at Retell."""
        version = await self.to_draft()
        await self._begin(Step.PUBLISH)
        assert self.agent.retell_agent_id is not None  # noqa: S101 - saved in the steps before
        await self.retell.publish_agent(
            self.agent.retell_agent_id, version, title=self.config.name, description=note
        )
        await self._begin(Step.FREEZE)
        return version

    async def _open_draft(self) -> JsonObject | None:
        """Get a version that can be changed; None when there is no agent at Retell (any more).

        A published version is frozen together with its LLM; changes need a new one first.
        """
        if self.agent.retell_agent_id is None:
            return None
        try:
            await self.retell.open_draft(self.agent.retell_agent_id)
        except RetellNotFound:
            if self.agent.engine is not AgentEngine.RETELL_LLM:
                raise AgentGone(
                    "The agent is no longer at Retell, where its conversation was designed."
                ) from None
            await self._remember(retell_agent_id=None, retell_llm_id=None)
            return None
        return await self.retell.get_agent(self.agent.retell_agent_id)

    async def _save_llm(self, draft: JsonObject | None) -> str:
        wanted = llm_settings(self.config)
        if wanted["model"] is None and (self.live is None or self.live.frozen.model is None):
            # Retell's own choice, which it may show as if it had been set.
            del wanted["model"]
        spoken_with, version = _engine(draft)
        llm_id = self.agent.retell_llm_id
        if llm_id is None:
            llm_id = await self._create_llm(wanted)
        await self._remember(retell_llm_id=llm_id)
        await self._begin(Step.SAVE_LLM)
        # Somebody at Retell may have given the agent another LLM; it gets its own back.
        current = await self.retell.get_llm(llm_id, version if spoken_with == llm_id else None)
        wanted |= await self._undone("llm", current, wanted)
        await naming_the_field(
            self.retell, self.config, "llm", self.retell.save_llm(llm_id, _told(wanted, current))
        )
        return llm_id

    async def _create_llm(self, wanted: JsonObject) -> str:
        if self.stopped_at == Step.CREATE_LLM:
            for llm in await self.retell.list_llms():
                marks = llm.get("default_dynamic_variables")
                if isinstance(marks, Mapping) and marks.get(_MARK) == str(self.agent.id):
                    return str(llm["llm_id"])
        await self._begin(Step.CREATE_LLM)
        marked = wanted["default_dynamic_variables"] | {_MARK: str(self.agent.id)}
        told = _told(wanted | {"default_dynamic_variables": marked}, {})
        return await naming_the_field(
            self.retell, self.config, "llm", self.retell.save_llm(None, told)
        )

    async def _save_agent(self, draft: JsonObject | None, engine: JsonObject) -> int:
        wanted = self._webhook() | ({"response_engine": engine} if engine else {})
        if engine:
            wanted = agent_settings(self.config) | wanted
        agent_id = self.agent.retell_agent_id or await self._find_agent(engine)
        if agent_id is not None:
            await self._remember(retell_agent_id=agent_id)
            await self._begin(Step.SAVE_AGENT)
            current = draft or await self.retell.get_agent(agent_id)
            if engine:
                wanted |= await self._undone("agent", current, wanted)
            told = _told(wanted, current)
        else:
            await self._begin(Step.CREATE_AGENT)
            told = _told(wanted, {})
        saved = await naming_the_field(
            self.retell, self.config, "agent", self.retell.save_agent(agent_id, told)
        )
        await self._remember(retell_agent_id=saved.agent_id)
        return saved.version

    def _webhook(self) -> JsonObject:
        events = agent_settings(self.config)["webhook_events"]
        return {
            "webhook_url": self.webhook_url,
            "webhook_events": events,
            "webhook_timeout_ms": _WEBHOOK_TIMEOUT_MS,
        }

    async def _find_agent(self, engine: JsonObject) -> str | None:
        """Find the agent that an earlier publish created without hearing of it."""
        if self.stopped_at != Step.CREATE_AGENT:
            return None
        for entry in await self.retell.list_agents(query=self.config.name):
            with suppress(RetellNotFound):
                found = await self.retell.get_agent(entry.agent_id)
                if _engine(found)[0] == engine["llm_id"]:
                    return entry.agent_id
        return None

    async def _undone(self, group: str, current: JsonObject, wanted: JsonObject) -> JsonObject:
        """Set back what was changed at Retell, and overrides that are no longer wanted.

        A draft there starts as a copy of what is live, and people may have edited it.
        """
        if self.live is None:
            return {}
        before = await self._live_at_retell(group)
        dropped = overrides_of(self.live.frozen.retell_overrides)[group]
        undone = {}
        for name in {*current, *before}:
            if name in wanted or not is_ours(group, name):
                continue
            value = None if name in dropped else before.get(name)
            if current.get(name) != value:
                undone[name] = _UNSET.get(name) if value is None else value
        return undone

    async def _live_at_retell(self, group: str) -> JsonObject:
        assert self.live is not None  # noqa: S101 - asked for by `_undone` alone
        if self.agent.retell_agent_id is None:
            return {}
        if not self._before:
            with suppress(RetellNotFound):
                agent = await self.retell.get_agent(
                    self.agent.retell_agent_id, self.live.retell_version
                )
                self._before["agent"] = agent
                llm_id, version = _engine(agent)
                if llm_id is not None:
                    self._before["llm"] = await self.retell.get_llm(llm_id, version)
        return self._before.get(group, {})

    async def _begin(self, step: Step) -> None:
        await self._remember(publish_step=step.value)

    async def _remember(self, **columns: str | None) -> None:
        """Store how far this has come, and go on holding the agent."""
        async with db.transaction(self.sessions) as session:
            stored = await queries.AGENTS.find_locked(session, self.agent.org_id, self.agent.id)
            if stored is None or stored.publishing_until != self.until:
                raise PublishRunning("Another publish has taken over, as this one took too long.")
            self.until = clock.now() + LEASE
            stored.sqlmodel_update(columns | {"publishing_until": self.until})
        self.agent.sqlmodel_update(columns)


def _engine(agent: JsonObject | None) -> tuple[str | None, int | None]:
    """Read which LLM an agent speaks with, in which version."""
    engine = agent.get("response_engine") if agent else None
    if not isinstance(engine, Mapping) or not isinstance(engine.get("llm_id"), str):
        return None, None
    version = engine.get("version")
    is_number = isinstance(version, int | float)
    return str(engine["llm_id"]), int(version) if is_number else None  # type: ignore[arg-type]  # a number


def _told(wanted: JsonObject, current: JsonObject) -> JsonObject:
    """Leave out what is null on both sides: null is for taking away."""
    return {
        name: value
        for name, value in wanted.items()
        if value is not None or current.get(name) is not None
    }
