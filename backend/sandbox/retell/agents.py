"""Retell's agent endpoints, with numbered versions."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.versions import Version, Versioned
from backend.sandbox.retell.wire import JSON


def create_router(retell: Retell) -> APIRouter:
    router = APIRouter()

    @router.post("/create-agent")
    async def create_agent(request: Request) -> Response:
        fields = await request.json()
        agent = Versioned(id=f"agent_{uuid4().hex[:26]}", kind="agent")
        version = agent.add_version(fields)
        retell.store.agents[agent.id] = agent
        retell.store.changed()
        return JSON(shown(agent, version), status_code=201)

    return router


def shown(agent: Versioned, version: Version) -> dict[str, Any]:
    return {
        **version.fields,
        "agent_id": agent.id,
        "version": version.number,
        "is_published": version.is_published,
        "last_modification_timestamp": version.modified_ms,
    }
