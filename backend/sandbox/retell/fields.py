"""The request bodies of Retell's API that are checked: types, ranges and required fields.

Fields that are not listed are kept as they come: Retell adds some every week.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

AgentReference = int | str
Unit = Annotated[float, Field(ge=0, le=1)]
UpToTwo = Annotated[float, Field(ge=0, le=2)]
Milliseconds = Annotated[int, Field(ge=0)]
WebhookEvent = Literal[
    "call_started",
    "call_ended",
    "call_analyzed",
    "transcript_updated",
    "transfer_started",
    "transfer_bridged",
    "transfer_cancelled",
    "transfer_ended",
]
Storage = Literal["everything", "everything_except_pii", "basic_attributes_only"]


class Body(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    def given(self) -> dict[str, Any]:
        """Return what the request had, and nothing it left out."""
        return self.model_dump(mode="json", exclude_unset=True)


class CallDetails(Body):
    metadata: Any = None
    retell_llm_dynamic_variables: dict[str, str] | None = None
    agent_override: dict[str, Any] | None = None


class PhoneCallCreate(CallDetails):
    from_number: str
    to_number: str
    override_agent_id: str | None = None
    override_agent_version: AgentReference | None = None
    custom_sip_headers: dict[str, str] | None = None
    ignore_e164_validation: bool = False
    honor_internal_dnc: bool = False
    idempotency_key: str | None = None
