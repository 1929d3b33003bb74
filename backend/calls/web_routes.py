"""Talking to an agent from the browser."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from backend.agents.retell.webhook_address import webhook_url
from backend.auth.deps import CurrentRuntime, Manager
from backend.calls.schemas import CallPlaced, VariableValue
from backend.calls.web_calls import NewWebCall, open_web_call
from backend.platform.storable import StorableObject

router = APIRouter(prefix="/api/v1/calls", tags=["calls"])


class WebCallCreate(BaseModel):
    """Whom to talk to."""

    model_config = ConfigDict(extra="forbid")

    agent_id: UUID = Field(description="The agent.")
    draft: bool = Field(
        default=False,
        description="Whether to talk to the draft instead of what is published. Its record is made "
        "by the published schema, if any: try the draft's by `POST /api/v1/agents/{id}/preview`. "
        "Default false.",
        examples=[True],
    )
    variables: dict[str, VariableValue] = Field(
        default_factory=dict,
        description="Values for the agent's variables; numbers, true and false become text.",
        examples=[{"driver_name": "Mike"}],
    )
    metadata: StorableObject = Field(
        default_factory=dict,
        description="Kept with the call and given back; at most 45 kB.",
        examples=[{"ticket": 4711}],
    )


class WebCallOpened(BaseModel):
    """A call that waits for the browser. Pass all of it to a client that knows the transport."""

    call: CallPlaced = Field(description="The call, to be followed like any other.")
    access_token: str = Field(description="What lets a browser join; valid for half a minute.")
    expires_at: datetime | None = Field(description="Until when it does.")
    transport: str | None = Field(description="How the browser connects, as Retell says.")
    ice_servers: list[JsonValue] = Field(description="WebRTC servers, as Retell says.")


@router.post("/web", status_code=201)
async def open_call_from_browser(
    body: WebCallCreate, caller: Manager, runtime: CurrentRuntime
) -> WebCallOpened:
    """Open a call to talk to an agent from the browser: to its published version or its draft.

    Asking twice opens two calls; one that nobody joins within half a minute ends by itself.
    """
    wanted = NewWebCall(
        agent_id=body.agent_id,
        to_draft=body.draft,
        variables=body.variables,
        metadata=body.metadata,
        webhook_url=webhook_url(runtime.settings, caller.org_slug),
        opened_by=caller.user_id,
    )
    call, access = await open_web_call(runtime, caller.org_id, wanted)
    caller.note(object_id=call.id)
    return WebCallOpened(
        call=CallPlaced.of(call, record=None),
        access_token=access.access_token,
        expires_at=access.expires_at,
        transport=access.transport,
        ice_servers=access.ice_servers,
    )
