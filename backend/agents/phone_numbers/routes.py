"""What the Retell account offers: voices, and phone numbers with the agents that use them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from backend.agents.phone_numbers import bindings
from backend.agents.phone_numbers.bindings import KnownNumber, NumberUse
from backend.agents.retell.webhook_address import webhook_url
from backend.auth.deps import AnyCaller, CurrentRuntime, Manager

router = APIRouter(prefix="/api/v1", tags=["retell"])

Refresh = Annotated[
    bool, Query(description="Ask Retell now, instead of within the last five minutes.")
]
PhoneNumberPath = Annotated[
    str,
    Path(
        pattern=r"^\+[1-9]\d{6,14}$",
        description="The number, in E.164.",
        examples=["+14155550199"],
    ),
]


class VoiceRead(BaseModel):
    """A voice an agent can speak with."""

    voice_id: str = Field(description="Set this as the agent's `voice_id`.")
    name: str | None = Field(description="What it is called.")
    provider: str | None = Field(description="Whose it is, such as `elevenlabs`.")
    gender: str | None = Field(description="`male` or `female`.")
    accent: str | None = Field(description="Where it sounds to be from.")
    age: str | None = Field(description="How old it sounds.")
    preview_url: str | None = Field(description="A sound file to listen to.")
    avatar_url: str | None = Field(description="A picture.")


class PhoneNumberRead(BaseModel):
    """A phone number of the Retell account."""

    phone_number: str = Field(description="E.164.")
    nickname: str | None = Field(description="What it is called at Retell.")
    number_type: str | None = Field(description="Whose number it is, such as `retell-twilio`.")
    inbound_agent_id: UUID | None = Field(
        description="The agent that takes its calls; null: none of yours."
    )
    outbound_agent_id: UUID | None = Field(
        description="The agent whose calls it places unless told otherwise; null: none of yours."
    )
    is_taken_elsewhere: bool = Field(
        description="Whether an agent that is not known here takes its calls. Binding one of "
        "yours replaces it."
    )


class PhoneNumberBind(BaseModel):
    """The agents of a phone number. Both must have been published."""

    model_config = ConfigDict(extra="forbid")

    inbound_agent_id: UUID | None = Field(
        None, description="The agent to take its calls. Default null: none."
    )
    outbound_agent_id: UUID | None = Field(
        None,
        description="The agent to place its calls unless told otherwise. Default null: none.",
    )


@router.get("/voices")
async def list_voices(
    caller: AnyCaller,  # noqa: ARG001 - login needed
    runtime: CurrentRuntime,
    *,
    refresh: Refresh = False,
) -> list[VoiceRead]:
    """List the voices that agents can speak with, as of the last five minutes."""
    voices = await runtime.catalog.voices(refresh=refresh)
    return [VoiceRead.model_validate(voice, from_attributes=True) for voice in voices]


@router.get("/phone-numbers")
async def list_phone_numbers(
    caller: AnyCaller, runtime: CurrentRuntime, *, refresh: Refresh = False
) -> list[PhoneNumberRead]:
    """List the phone numbers of the Retell account, as of the last five minutes."""
    known = await bindings.list_numbers(runtime, caller.org_id, refresh=refresh)
    return [_read(each) for each in known]


@router.put("/phone-numbers/{phone_number}")
async def bind_phone_number(
    phone_number: PhoneNumberPath, body: PhoneNumberBind, caller: Manager, runtime: CurrentRuntime
) -> PhoneNumberRead:
    """Say which agents take a number's calls and place them; publishing moves the number on.

    For a number with an agent, Retell asks `POST /webhook/retell/{org_slug}/inbound` before it
    connects a call, where the inbound rules apply.
    """
    use = NumberUse(
        inbound_agent_id=body.inbound_agent_id,
        outbound_agent_id=body.outbound_agent_id,
        inbound_webhook_url=f"{webhook_url(runtime.settings, caller.org_slug)}/inbound",
    )
    return _read(await bindings.bind_number(runtime, caller.org_id, phone_number, use))


def _read(known: KnownNumber) -> PhoneNumberRead:
    binding = known.binding
    return PhoneNumberRead(
        phone_number=known.number.phone_number,
        nickname=known.number.nickname,
        number_type=known.number.number_type,
        inbound_agent_id=binding.inbound_agent_id if binding else None,
        outbound_agent_id=binding.outbound_agent_id if binding else None,
        is_taken_elsewhere=bindings.is_taken_elsewhere(known),
    )
