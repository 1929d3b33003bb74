"""What our Retell verbs take and give, beside the call itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from pydantic import Field, JsonValue

from backend.providers.retell_call import RetellCall
from backend.providers.retell_fields import Flag, Instant, Reading, Text, Whole
from backend.providers.retell_json import JsonObject


@dataclass(frozen=True, kw_only=True)
class Dial:
    """One intent to call. The same key within an hour never makes a second call."""

    idempotency_key: str
    agent_id: str
    agent_version: int
    from_number: str = field(repr=False)
    to_number: str = field(repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    metadata: JsonObject = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class CallSearch:
    """Which calls to list; every condition given must hold.

    A call that never connected may have no start, and is then missing from a search by time.
    """

    started_after: datetime | None = None
    started_before: datetime | None = None
    metadata: tuple[str, str] | None = None
    agent_ids: tuple[str, ...] = ()


class CallPage(NamedTuple):
    """Latest first, without transcripts. `next_page` is None on the last page."""

    items: list[RetellCall]
    next_page: str | None


class WebCallAccess(Reading):
    """What a browser needs to join a web call, within about 30 seconds."""

    call_id: str
    access_token: str = Field(repr=False)
    expires_at: Instant = None
    transport: Text = None
    ice_servers: list[JsonValue] = Field([], repr=False)


class AgentVersion(Reading):
    """One version of an agent. A published one never changes again."""

    agent_id: str
    version: int
    is_published: Flag = None


class AgentEntry(Reading):
    """An agent in a list, which does not say what engine it speaks with."""

    agent_id: str
    name: Text = Field(None, validation_alias="agent_name")
    is_transfer_agent: Flag = None
    modified_at: Instant = Field(None, validation_alias="user_modified_timestamp")


class VersionEntry(Reading):
    """A line in an agent's history."""

    version: int
    is_published: bool
    base_version: Whole = None
    title: Text = Field(None, validation_alias="version_title")
    description: Text = Field(None, validation_alias="version_description")
    modified_at: Instant = Field(None, validation_alias="last_modification_timestamp")


class Voice(Reading):
    voice_id: str
    name: Text = Field(None, validation_alias="voice_name")
    provider: Text = None
    gender: Text = None
    accent: Text = None
    age: Text = None
    preview_url: Text = Field(None, validation_alias="preview_audio_url")
    avatar_url: Text = None


class NumberAgent(Reading):
    """An agent bound to a number. `agent_version` may be a tag such as `latest_published`."""

    agent_id: str
    agent_version: int | str | None = None
    weight: float = 1


class PhoneNumber(Reading):
    phone_number: str
    nickname: Text = None
    number_type: Text = Field(None, validation_alias="phone_number_type")
    inbound_agents: list[NumberAgent] | None = None
    outbound_agents: list[NumberAgent] | None = None
    inbound_webhook_url: Text = None
    modified_at: Instant = Field(None, validation_alias="last_modification_timestamp")


class Concurrency(Reading):
    """Calls running now, of every direction, and how many may. Some slots are kept for inbound."""

    current: int = Field(validation_alias="current_concurrency")
    limit: int = Field(validation_alias="concurrency_limit")
    reserved_inbound: int = Field(0, validation_alias="reserved_inbound_concurrency")


class KeyInfo(Reading):
    """Which Retell account a key belongs to."""

    org_id: str
    org_name: Text = None
    key_name: Text = Field(None, validation_alias="api_key_name")
