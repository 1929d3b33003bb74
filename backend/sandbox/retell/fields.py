"""Request bodies of Retell's API: what is required, of which type and in which range.

Fields that are not listed are kept as they come: Retell adds some every week.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)

from backend.sandbox.retell.wire import dumps

VersionReference = int | str
Storage = Literal["everything", "everything_except_pii", "basic_attributes_only"]
METADATA_BYTES = 50_000


class Body(BaseModel):
    """A JSON body. Numbers in quotes and the like are refused, as Retell does."""

    model_config = ConfigDict(extra="allow", strict=True)
    _given: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _keep(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        body = handler(value)
        if isinstance(value, dict):
            body._given = value  # noqa: SLF001 - a validator is part of its own class
        return body

    @property
    def given(self) -> dict[str, Any]:
        """Return the body exactly as it came, without what it left out."""
        return self._given


class HasMetadata(Body):
    metadata: Any = None

    @model_validator(mode="after")
    def _is_small(self) -> Self:
        if len(dumps(self.metadata)) > METADATA_BYTES:
            raise ValueError("metadata is larger than 50kB")
        return self


class AgentOverride(Body):
    agent: dict[str, Any] | None = None
    retell_llm: dict[str, Any] | None = None
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
