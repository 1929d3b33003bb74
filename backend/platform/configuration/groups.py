"""Settings of the providers, each group one model whose fields are variables."""

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from backend.platform.configuration.values import HttpUrl, ModelName


class Group(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


RETELL_ITSELF = "https://api.retellai.com"


class RetellSettings(Group):
    api_key: SecretStr | None = None
    webhook_key: SecretStr | None = Field(
        None, description="The key with Retell's webhook badge. Defaults to RETELL_API_KEY."
    )
    webhook_key_previous: SecretStr | None = Field(
        None, description="Also accepted, while a key is being rotated."
    )
    base_url: HttpUrl = RETELL_ITSELF
    from_number: str | None = Field(
        None, pattern=r"^\+[1-9]\d{6,14}$", description="Caller id of agents without their own."
    )


class LlmSettings(Group):
    model: ModelName = "openai/gpt-5-mini"
    fallback_models: Annotated[tuple[ModelName, ...], NoDecode] = Field(
        (), description="Asked in this order when the model before has failed."
    )
    check_model: Literal["same", "off"] | ModelName = Field(
        "same",
        description="Reads every value a second time that no rule objects to. "
        "`same`: the model itself; `off`: nobody.",
    )
    timeout_seconds: float = Field(60, gt=0)
    max_attempts: int = Field(3, ge=1, le=10)
    prices: Annotated[dict[str, tuple[float, float]], NoDecode] = Field(
        default={},
        description="By model: cents for a million input tokens, and for a million output tokens.",
    )

    @field_validator("prices", mode="before")
    @classmethod
    def _from_json(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError('must be JSON such as {"openai/gpt-5-mini": [25, 200]}') from None

    @field_validator("fallback_models", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value


class AnalysisSettings(Group):
    """How hard calls are analyzed. What that may cost, each organization sets itself."""

    concurrency: int = Field(
        2, ge=1, le=100, description="Analyses of calls that one worker makes at once."
    )


class KeyedProvider(Group):
    """How a provider of language models is reached. The limits are those of one process."""

    api_key: SecretStr | None = None
    base_url: HttpUrl | None = None
    concurrency: int = Field(16, ge=1, le=1000, description="Requests on their way at once.")
    requests_per_minute: float | None = Field(None, gt=0, description="Empty: no limit.")

    def with_key(self, key: SecretStr | None) -> "KeyedProvider":
        """Return it as somebody else's, with a key of their own or none.

        What is reached with a key is an account, and its owner's alone. A server that wants none is
        the installation's, and everybody's.
        """
        if key is None and self.api_key is not None:
            return WithheldProvider(**{**dict(self), "api_key": None})
        return self.model_copy(update={"api_key": key})


class WithheldProvider(KeyedProvider):
    """An account of somebody else: it is there, and cannot be asked without a key of one's own."""
