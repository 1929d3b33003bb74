"""The path for talking to an agent by chat."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from backend.agents.draft.variables import NAME_PATTERN
from backend.agents.rehearsal.chat import Rehearsal, Said, reply
from backend.auth.deps import CurrentRuntime, Manager
from backend.platform.storable import StorableText

router = APIRouter(prefix="/api/v1/agents", tags=["agents"])

VariableName = Annotated[str, Field(pattern=NAME_PATTERN)]
AgentPath = Annotated[UUID, Path(description="The agent's id.")]


class ChatTurn(BaseModel):
    """Something that was said in the chat."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["agent", "user"] = Field(description="Who said it.", examples=["user"])
    text: StorableText = Field(
        max_length=5000, description="The words.", examples=["I'm two hours late."]
    )


class ChatCreate(BaseModel):
    """A chat so far. What is left out of the rest is as in the draft."""

    model_config = ConfigDict(extra="forbid")

    turns: list[ChatTurn] = Field(
        default_factory=list,
        max_length=200,
        description="What was said, in order. Default: nothing, so that the agent begins.",
    )
    variables: dict[VariableName, Annotated[StorableText, Field(max_length=10_000)]] = Field(
        default_factory=dict,
        max_length=200,
        description="Values for the agent's variables. Default: their defaults, else examples.",
        examples=[{"driver_name": "Mike"}],
    )
    prompt: StorableText | None = Field(
        None, max_length=100_000, description="A prompt to try. Default null: the draft's."
    )
    begin_message: StorableText | None = Field(
        None, max_length=5000, description="First words to try. Default null: the draft's."
    )


class ChatReply(BaseModel):
    """What the agent says next."""

    text: str = Field(description="The agent's words.")
    ends_call: bool = Field(description="Whether the agent would hang up after them.")
    model: str | None = Field(
        description="The language model that said it; null: it is the written first message."
    )


@router.post("/{agent_id}/chat")
async def chat_with_agent(
    agent_id: AgentPath, body: ChatCreate, caller: Manager, runtime: CurrentRuntime
) -> ChatReply:
    """Say what the draft would say next in a chat. Nothing is stored, and nobody is called.

    The language model of records plays the agent by its prompt, so voice, tools and timing cannot
    be tried like this; it costs what a short answer costs.
    """
    changes = body.model_dump(include={"prompt", "begin_message"}, exclude_none=True)
    said = [Said(turn.role, turn.text) for turn in body.turns]
    found = await reply(runtime, caller.org_id, Rehearsal(agent_id, said, body.variables, changes))
    return ChatReply(text=found.text, ends_call=found.ends_call, model=found.model)
