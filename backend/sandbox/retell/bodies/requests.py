"""Request bodies of Retell's API: what is required, of which type and in which range.

Fields that are not listed are kept as they come: Retell adds some every week.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from backend.sandbox.retell.bodies.agent_fields import AgentUpdate, LlmUpdate
from backend.sandbox.retell.bodies.body import Body, Storage
from backend.sandbox.retell.wire import dumps

VersionReference = int | str
METADATA_BYTES = 50_000


class HasMetadata(Body):
    metadata: Any = None

    @model_validator(mode="after")
    def _is_small(self) -> Self:
        if len(dumps(self.metadata)) > METADATA_BYTES:
            raise ValueError("metadata is larger than 50kB")
        return self


class AgentOverride(Body):
    """Settings for one call, held to the same bounds."""

    agent: AgentUpdate | None = None
    retell_llm: LlmUpdate | None = None
    conversation_flow: dict[str, Any] | None = None


class CallDetails(HasMetadata):
    retell_llm_dynamic_variables: dict[str, str] | None = None
    agent_override: AgentOverride | None = None


class PhoneCallCreate(CallDetails):
    from_number: str
    to_number: str
    override_agent_id: str | None = None
    override_agent_version: VersionReference | None = None
    custom_sip_headers: dict[str, str] | None = None
    ignore_e164_validation: bool = False
    honor_internal_dnc: bool = False
    idempotency_key: Annotated[str, Field(min_length=1)] | None = None


class WebCallCreate(CallDetails):
    agent_id: str
    agent_version: VersionReference | None = None


class PhoneCallRegister(CallDetails):
    agent_id: str
    agent_version: VersionReference | None = None
    direction: Literal["inbound", "outbound"] | None = None
    from_number: str | None = None
    to_number: str | None = None


class CallUpdate(HasMetadata):
    data_storage_setting: Storage | None = None
    custom_attributes: dict[str, str | float | bool] | None = None


class CallControl(Body):
    additional_context: Annotated[str, Field(min_length=1)] | None = None
    trigger_response: bool = False


class LiveOverrides(HasMetadata):
    data_storage_setting: Storage | None = None
    override_dynamic_variables: dict[str, str] | None = None


class LiveCallUpdate(Body):
    call_control: CallControl | None = None
    fields_to_override: LiveOverrides | None = None


class BoundAgent(Body):
    agent_id: str
    weight: Annotated[float, Field(gt=0, le=1)]
    agent_version: VersionReference | None = None


class PhoneNumberUpdate(Body):
    inbound_agents: list[BoundAgent] | None = None
    outbound_agents: list[BoundAgent] | None = None
    inbound_webhook_url: str | None = None
    nickname: str | None = None
    fallback_number: str | None = None

    @model_validator(mode="after")
    def _weights_add_up(self) -> Self:
        for agents in (self.inbound_agents, self.outbound_agents):
            if agents and abs(sum(agent.weight for agent in agents) - 1) > 1e-6:
                raise ValueError("the weights of the agents must add up to 1")
        return self


class PhoneNumberCreate(PhoneNumberUpdate):
    phone_number: str | None = None
    area_code: int | None = None
    number_provider: Literal["twilio", "telnyx"] = "twilio"


class PhoneNumberImport(PhoneNumberUpdate):
    phone_number: str
    termination_uri: str


class VersionCreate(Body):
    base_version: Annotated[int, Field(ge=0)]


class VersionPublish(Body):
    version: Annotated[int, Field(ge=0)]
    version_title: str | None = None
    version_description: str | None = None
