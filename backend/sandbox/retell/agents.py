"""Retell's agent endpoints. A version is a draft until it is published, and immutable after."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Query, Response

from backend.sandbox.retell import voices
from backend.sandbox.retell.bodies.agent_fields import AgentCreate, AgentUpdate
from backend.sandbox.retell.bodies.body import Body
from backend.sandbox.retell.bodies.requests import VersionCreate, VersionPublish
from backend.sandbox.retell.pages import Limit, SortOrder, page
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.versions import Version, Versioned
from backend.sandbox.retell.wire import JSON, RetellError, not_found


class AgentFilter(Body):
    channel: dict[str, Any] | None = None
    is_transfer_agent: dict[str, Any] | None = None
    query: str | None = None


class AgentQuery(Body):
    filter_criteria: AgentFilter | None = None


def create_router(retell: Retell) -> APIRouter:
    router = APIRouter()
    _add_agent_routes(router, retell)
    _add_version_routes(router, retell)
    return router


def _add_agent_routes(router: APIRouter, retell: Retell) -> None:
    @router.post("/create-agent")
    async def create_agent(body: AgentCreate) -> Response:
        fields = _bound(retell, {"language": "en-US", **body.given})
        agent = Versioned(id=f"agent_{uuid4().hex[:26]}", kind="agent")
        version = agent.add_version({})
        version.edit(fields)
        retell.store.agents[agent.id] = agent
        retell.store.changed()
        return JSON(shown(agent, version), status_code=201)

    @router.get("/get-agent/{agent_id}")
    async def get_agent(agent_id: str, version: str | None = None) -> Response:
        agent = find_agent(retell, agent_id)
        return JSON(shown(agent, agent.find(version)))

    @router.patch("/update-agent/{agent_id}")
    async def update_agent(
        agent_id: str, body: AgentUpdate, version: str | None = None
    ) -> Response:
        agent = find_agent(retell, agent_id)
        draft = agent.draft(version)
        draft.edit(_bound(retell, body.given))
        retell.store.changed()
        return JSON(shown(agent, draft))

    @router.post("/v2/list-agents")
    async def list_agents(
        body: AgentQuery | None = None,
        limit: Limit = 50,
        pagination_key: str | None = None,
        sort_order: SortOrder = "descending",
    ) -> Response:
        wanted = body.filter_criteria if body else None
        agents = retell.store.agents.values()
        items = [_listed(agent) for agent in agents if _fits(agent, wanted)]
        items.sort(key=lambda item: item["user_modified_timestamp"])
        if sort_order == "descending":
            items.reverse()
        return JSON(page(items, lambda item: str(item["agent_id"]), limit, pagination_key))

    @router.delete("/delete-agent/{agent_id}")
    async def delete_agent(agent_id: str) -> Response:
        del retell.store.agents[find_agent(retell, agent_id, status=404).id]
        retell.store.changed()
        return Response(status_code=204)


def _add_version_routes(router: APIRouter, retell: Retell) -> None:
    @router.post("/create-agent-version/{agent_id}")
    async def create_agent_version(agent_id: str, body: VersionCreate) -> Response:
        agent = find_agent(retell, agent_id)
        base = agent.find(body.base_version)
        draft = agent.add_version(_with_engine_draft(retell, base), base.number)
        retell.store.changed()
        return JSON(shown(agent, draft), status_code=201)

    @router.get("/list-agent-versions/{agent_id}")
    async def list_agent_versions(
        agent_id: str,
        limit: Limit = 50,
        pagination_key: str | None = None,
        sort_order: SortOrder = "descending",
    ) -> Response:
        versions = find_agent(retell, agent_id).versions.values()
        items = [version.about() for version in versions]
        items.sort(key=lambda item: item["version"], reverse=sort_order == "descending")
        return JSON(page(items, lambda item: str(item["version"]), limit, pagination_key))

    @router.delete("/delete-agent-version/{agent_id}")
    async def delete_agent_version(agent_id: str, version: Annotated[int, Query(ge=0)]) -> Response:
        agent = find_agent(retell, agent_id, status=404)
        if len(agent.versions) == 1:
            raise RetellError(400, "Cannot delete the only version of an agent.")
        del agent.versions[agent.find(version).number]
        retell.store.changed()
        return Response(status_code=204)

    @router.post("/publish-agent-version/{agent_id}")
    async def publish_agent_version(agent_id: str, body: VersionPublish) -> Response:
        agent = find_agent(retell, agent_id)
        version = agent.draft(body.version)
        version.publish(body.version_title, body.version_description)
        if engine := engine_version(retell, version):
            engine.publish(None, None)
        retell.store.changed()
        return Response(status_code=200)


def find_agent(retell: Retell, agent_id: str, status: int = 422) -> Versioned:
    agent = retell.store.agents.get(agent_id)
    if agent is None:
        raise not_found(status)
    return agent


def engine_version(retell: Retell, version: Version) -> Version | None:
    """Return the LLM version that an agent version speaks with; other engines have none here."""
    engine = version.fields["response_engine"]
    llm = retell.store.llms.get(engine.get("llm_id", ""))
    return llm.versions.get(engine["version"]) if llm else None


def shown(agent: Versioned, version: Version) -> dict[str, Any]:
    return {
        **version.fields,
        "agent_id": agent.id,
        "channel": "voice",
        "assigned_tags": [],
        **version.about(),
    }


def _bound(retell: Retell, fields: dict[str, Any]) -> dict[str, Any]:
    """Check that what the fields refer to exists, and pin the engine to a version."""
    if voice_id := fields.get("voice_id"):
        voices.find_voice(voice_id)
    engine = fields.get("response_engine")
    if engine is None or engine["type"] != "retell-llm":
        return fields
    llm = retell.store.llms.get(engine["llm_id"])
    if llm is None:
        raise not_found()
    version = llm.find(engine.get("version"))
    return fields | {"response_engine": engine | {"version": version.number}}


def _with_engine_draft(retell: Retell, base: Version) -> dict[str, Any]:
    """Copy a version's settings, with a draft of its LLM to go with them."""
    engine = base.fields["response_engine"]
    spoken_with = engine_version(retell, base)
    if spoken_with is None:
        return dict(base.fields)
    llm = retell.store.llms[engine["llm_id"]]
    draft = llm.add_version(dict(spoken_with.fields), spoken_with.number)
    return base.fields | {"response_engine": engine | {"version": draft.number}}


def _listed(agent: Versioned) -> dict[str, Any]:
    latest = agent.latest()
    return {
        "agent_id": agent.id,
        "agent_name": latest.fields.get("agent_name") or "",
        "channel": "voice",
        "is_suspended": False,
        "is_transfer_agent": bool(latest.fields.get("is_transfer_agent")),
        "tags": {},
        "user_modified_timestamp": max(v.modified_ms for v in agent.versions.values()),
    }


def _fits(agent: Versioned, wanted: AgentFilter | None) -> bool:
    if wanted is None:
        return True
    item = _listed(agent)
    searched = (wanted.query or "").lower()
    is_channel = wanted.channel is None or wanted.channel.get("value") == item["channel"]
    is_kind = wanted.is_transfer_agent is None or (
        wanted.is_transfer_agent.get("value") == item["is_transfer_agent"]
    )
    is_found = searched in item["agent_name"].lower() or searched in agent.id
    return is_channel and is_kind and is_found
