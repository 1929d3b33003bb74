"""Retell's LLM endpoints. The versions of an LLM are drafted and published with its agent's."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Response

from backend.sandbox.retell.bodies.agent_fields import LlmUpdate
from backend.sandbox.retell.pages import Limit, SortOrder, page
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.versions import Version, Versioned
from backend.sandbox.retell.wire import JSON, RetellError, not_found


def create_router(retell: Retell) -> APIRouter:
    router = APIRouter()

    @router.post("/create-retell-llm")
    async def create_llm(body: LlmUpdate) -> Response:
        llm = Versioned(id=f"llm_{uuid4().hex[:28]}", kind="LLM")
        version = llm.add_version({})
        version.edit({"start_speaker": "agent", **body.given})
        _choose_model(version)
        retell.store.llms[llm.id] = llm
        retell.store.changed()
        return JSON(_shown(llm, version), status_code=201)

    @router.get("/get-retell-llm/{llm_id}")
    async def get_llm(llm_id: str, version: str | None = None) -> Response:
        llm = _find_llm(retell, llm_id)
        return JSON(_shown(llm, llm.find(version)))

    @router.patch("/update-retell-llm/{llm_id}")
    async def update_llm(llm_id: str, body: LlmUpdate, version: str | None = None) -> Response:
        llm = _find_llm(retell, llm_id)
        draft = llm.draft(version)
        draft.edit(body.given)
        _choose_model(draft)
        retell.store.changed()
        return JSON(_shown(llm, draft))

    @router.get("/v2/list-retell-llms")
    async def list_llms(
        limit: Limit = 50,
        pagination_key: str | None = None,
        sort_order: SortOrder = "descending",
    ) -> Response:
        items = [_shown(llm, llm.latest()) for llm in retell.store.llms.values()]
        items.sort(key=lambda item: item["last_modification_timestamp"])
        if sort_order == "descending":
            items.reverse()
        return JSON(page(items, lambda item: str(item["llm_id"]), limit, pagination_key))

    @router.delete("/delete-retell-llm/{llm_id}")
    async def delete_llm(llm_id: str, *, force_delete: bool = False) -> Response:
        _find_llm(retell, llm_id, status=404)
        if not force_delete and _is_used(retell, llm_id):
            raise RetellError(400, "Retell LLM is still used by an agent.")
        del retell.store.llms[llm_id]
        retell.store.changed()
        return Response(status_code=204)

    return router


def _choose_model(version: Version) -> None:
    """Fill in the model where none was chosen, or the choice was taken back."""
    if "s2s_model" not in version.fields:
        version.fields.setdefault("model", "gpt-4.1")


def _find_llm(retell: Retell, llm_id: str, status: int = 422) -> Versioned:
    llm = retell.store.llms.get(llm_id)
    if llm is None:
        raise not_found(status)
    return llm


def _is_used(retell: Retell, llm_id: str) -> bool:
    return any(
        version.fields["response_engine"].get("llm_id") == llm_id
        for agent in retell.store.agents.values()
        for version in agent.versions.values()
    )


def _shown(llm: Versioned, version: Version) -> dict[str, Any]:
    about = version.about()
    del about["base_version"]
    return {**version.fields, "llm_id": llm.id, **about}
