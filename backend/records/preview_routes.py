"""Trying an agent's record schema out before it is published."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from backend.auth.deps import CurrentRuntime, Manager
from backend.calls.models import Turn
from backend.platform.events import JsonObject
from backend.platform.storable import ReckonedInstant, StorableObject, StorableText
from backend.records.models import RecordStatus
from backend.records.preview import Preview, preview_record
from backend.records.schemas import (
    ConversationGiven,
    EvidenceRead,
    NotSaidByField,
    ProblemRead,
    VariableValue,
)

router = APIRouter(prefix="/api/v1/agents", tags=["agents"])


AgentId = Annotated[UUID, Path(description="The agent's id.")]


class PreviewCreate(ConversationGiven):
    """A past call, or a transcript; what is left out of the rest is as in the draft."""

    record_schema: StorableObject | None = Field(
        None,
        description="JSON Schema to try. Default null: the draft's.",
        examples=[{"type": "object", "properties": {"city": {"type": ["string", "null"]}}}],
    )
    extraction_instructions: StorableText | None = Field(
        None, max_length=20_000, description="Default null: the draft's."
    )
    variables: dict[str, VariableValue] = Field(
        default_factory=dict,
        description="With `transcript`: the values the call would have brought along.",
        examples=[{"driver_name": "Mike"}],
    )
    started_at: ReckonedInstant | None = Field(
        None,
        description="With `transcript`: when the call began, for words like `tomorrow`. "
        "Default null: unknown.",
    )


class PreviewRead(BaseModel):
    """The record that the draft would make. It is kept nowhere."""

    status: RecordStatus = Field(description="`valid`, or `needs_review` with `problems`.")
    data: JsonObject = Field(description="The values, by the schema.")
    evidence: dict[str, EvidenceRead] = Field(description="By field, such as `stops[0].city`.")
    problems: list[ProblemRead] = Field(description="What a person would have to look at.")
    not_said: NotSaidByField
    transcript: list[Turn] = Field(description="What was said, as the evidence counts it.")
    model: str | None = Field(description="The language model that made it: `provider/model`.")
    attempts: int = Field(description="Requests it took.")
    input_tokens: int | None = Field(description="Of all requests together.")
    output_tokens: int | None = Field(description="Of all requests together.")
    cost_cents: float | None = Field(description="By the prices in LLM_PRICES; null: no price.")


@router.post("/{agent_id}/preview")
async def preview_extraction(
    agent_id: AgentId, body: PreviewCreate, caller: Manager, runtime: CurrentRuntime
) -> PreviewRead:
    """Make a record from a transcript or a past call as the draft would. Nothing is stored.

    It asks the language model, and costs what a record costs.
    """
    changes = body.model_dump(
        include={"record_schema", "extraction_instructions"}, exclude_none=True
    )
    preview = Preview(
        agent_id=agent_id,
        call_id=body.call_id,
        turns=body.turns(),
        variables=body.variables,
        started_at=body.started_at,
        changes=changes,
    )
    made, turns = await preview_record(runtime, caller.org_id, preview)
    return PreviewRead(**made, transcript=turns)
