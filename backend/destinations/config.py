"""What each kind of destination needs to know, and which of it is secret."""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, SecretStr

from backend.destinations.files import Format
from backend.destinations.models import DestinationKind
from backend.platform.events import JsonObject
from backend.platform.outbound.addresses import Url, shortened
from backend.platform.storable import StorableText

# Ours, or the protocol's.
_RESERVED = re.compile(
    r"webhook-.*|host|content-.*|transfer-encoding|connection|user-agent", re.IGNORECASE
)
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
HEADER = "header "


def _header_name(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise ValueError("must be a header's name such as Authorization")
    if _RESERVED.fullmatch(value):
        raise ValueError("is set by Ringback itself")
    return value


def _header_value(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text.isascii() or not text.isprintable():
        raise ValueError("must be printable ASCII text")
    return value


HeaderName = Annotated[str, AfterValidator(_header_name), Field(max_length=100)]
HeaderValue = Annotated[SecretStr, AfterValidator(_header_value), Field(max_length=2000)]


class Config(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    def public(self) -> JsonObject:
        """Return what may be shown."""
        return self.model_dump(mode="json")

    def secrets(self) -> dict[str, str]:
        """Return what is sealed, by its name."""
        return {}


class WebhookConfig(Config):
    url: Url = Field(description="Where to post.", examples=["https://crm.example.com/hooks/calls"])
    headers: dict[HeaderName, HeaderValue] | None = Field(
        None,
        description="Sent along, such as Authorization. Their values are kept encrypted and never "
        "shown. Left out when changing: those it has stay.",
        max_length=20,
    )

    def public(self) -> JsonObject:
        return {"url": self.url, "headers": sorted(self.headers or {})}

    def secrets(self) -> dict[str, str]:
        given = (self.headers or {}).items()
        return {f"{HEADER}{name}": value.get_secret_value() for name, value in given}


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone such as America/Los_Angeles") from None
    return value


def _without_end(value: str) -> str:
    return value.rstrip("/")


Secret = Annotated[SecretStr, AfterValidator(_header_value), Field(min_length=1, max_length=2000)]


class AirflowConfig(Config):
    url: Annotated[Url, AfterValidator(_without_end)] = Field(
        description="Where Airflow's web server is.", examples=["https://airflow.example.com"]
    )
    dag_id: Annotated[StorableText, Field(pattern=r"^[\w.~:+-]+$", max_length=250)] = Field(
        description="The DAG that gets a run for each event.", examples=["on_call_result"]
    )
    version: Literal["2", "3"] = Field("3", description="Which Airflow it is.")
    username: Annotated[StorableText, Field(max_length=250)] | None = Field(
        None, description="Who starts the runs, by user and password."
    )
    password: Secret | None = Field(
        None, description="Kept encrypted, never shown. Left out when changing: it stays."
    )
    token: Secret | None = Field(
        None, description="Instead of user and password. Kept encrypted, never shown."
    )

    def public(self) -> JsonObject:
        return self.model_dump(mode="json", exclude={"password", "token"})

    def secrets(self) -> dict[str, str]:
        given = {"username": self.username, "token": self.token, "password": self.password}
        return {
            name: value if isinstance(value, str) else value.get_secret_value()
            for name, value in given.items()
            if value is not None
        }


class EmailConfig(Config):
    to: list[EmailStr] = Field(
        description="Who gets the mails.",
        examples=[["dispatch@example.com"]],
        min_length=1,
        max_length=50,
    )
    daily_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = Field(
        None,
        description="Send one mail a day at this time, with all that happened. Null: a mail for "
        "each event.",
        examples=["08:00"],
    )
    time_zone: Annotated[StorableText, AfterValidator(_time_zone), Field(max_length=100)] = Field(
        "UTC", description="Where it is that time.", examples=["America/Los_Angeles"]
    )


class StoreConfig(Config):
    format: Format = Field("ndjson", description="A line of JSON for each event, or Parquet.")


CONFIGS: dict[DestinationKind, type[Config]] = {
    DestinationKind.WEBHOOK: WebhookConfig,
    DestinationKind.EMAIL: EmailConfig,
    DestinationKind.AIRFLOW: AirflowConfig,
    DestinationKind.OBJECT_STORE: StoreConfig,
}
# Kinds that sign what they send.
SIGNING_KINDS = frozenset({DestinationKind.WEBHOOK})


def shown(kind: DestinationKind, config: JsonObject, *, in_full: bool) -> JsonObject:
    """Show a configuration. An address may itself be a secret, so most people see its host only."""
    if in_full or kind is not DestinationKind.WEBHOOK:
        return config
    return config | {"url": shortened(config["url"])}


def merge(before: dict[str, str], config: Config) -> dict[str, str]:
    """Join new secrets with those that stay: what is left out of a change is as it was."""
    given = config.secrets()
    match config:
        case AirflowConfig():
            # Either a token, or user and password.
            gone = {"token"} if "password" in given else set()
            gone |= {"username", "password"} if "token" in given else set()
        case WebhookConfig(headers=None):
            gone = set()
        case _:
            gone = {name for name in before if name.startswith(HEADER)}
    return {name: value for name, value in before.items() if name not in gone} | given
