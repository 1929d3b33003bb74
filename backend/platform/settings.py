"""Configuration, read once from the environment and `.env`, and passed down.

A field of a nested model is one variable: `retell.api_key` is `RETELL_API_KEY`.
"""

import json
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    EmailStr,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from backend.platform.configuration.groups import (
    RETELL_ITSELF,
    AnalysisSettings,
    Group,
    KeyedProvider,
    LlmSettings,
    RetellSettings,
)
from backend.platform.configuration.sources import EnvFile, Environment
from backend.platform.configuration.values import (
    EmbedderName,
    HostOrNetwork,
    HttpUrl,
    Network,
    PostgresUrl,
    SmtpUrl,
    StorageUrl,
    TranscriberName,
)
from backend.platform.errors import AppError


class SettingsInvalid(AppError):
    """Raised at start, with one sentence per setting that is wrong."""

    code, title = "settings-invalid", "The settings are not usable"


class GivenDatabase(Group):
    url: PostgresUrl | None = Field(
        None, description="Any PostgreSQL from 15 up. Empty: an embedded one in DATA_DIR."
    )
    direct_url: PostgresUrl | None = Field(
        None, description="A connection past the pooler, for LISTEN. Defaults to DATABASE_URL."
    )
    pool: Literal["session", "transaction"] = Field(
        "session", description="`transaction` behind PgBouncer or Supabase's port 6543."
    )
    pool_size: int = Field(10, ge=1, le=200, description="Connections kept by one process.")


class DatabaseSettings(GivenDatabase):
    """A database that is known: the one that was set, or the embedded one."""

    url: PostgresUrl

    @property
    def dsn(self) -> str:
        return self.url.get_secret_value()

    @property
    def direct_dsn(self) -> str:
        """The connection past a pooler, which LISTEN and the locks of migrations need."""
        return (self.direct_url or self.url).get_secret_value()


class AdminSettings(Group):
    email: EmailStr | None = None
    password: SecretStr | None = Field(None, description="At least 8 characters.")

    @field_validator("password")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 8:
            raise ValueError("must have at least 8 characters")
        return value


class LogSettings(Group):
    level: Literal["TRACE", "DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"

    @field_validator("level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value


class DialSettings(Group):
    starts_per_second: float = Field(1.0, gt=0, description="Calls started per organisation.")
    lease_seconds: float = Field(
        150, gt=0, description="How long a dial may take before its outcome is looked up."
    )
    tick_seconds: float = Field(0.5, gt=0, description="How often due calls are looked for.")
    limit_seconds: float = Field(30, gt=0, description="How often Retell's limit is asked for.")


class DeadlineSettings(Group):
    """How long a call may stay in a state before Retell is asked about it, in seconds."""

    dialing_seconds: float = Field(120, gt=0)
    in_progress_seconds: float = Field(300, gt=0)
    analysis_seconds: float = Field(60, gt=0)
    give_up_seconds: float = Field(
        3600, gt=0, description="After this long without news a call is closed as it is known."
    )
    check_seconds: float = Field(5, gt=0, description="How often overdue calls are looked for.")


class SweepSettings(Group):
    interval_seconds: float = Field(300, gt=0)
    overlap_seconds: float = Field(900, ge=0, description="How far each sweep looks back again.")


class InboxSettings(Group):
    max_body_bytes: int = Field(16 * 1024 * 1024, ge=1024)
    reading_bytes: int = Field(
        128 * 1024 * 1024, ge=1024, description="Of webhooks that one process reads at a time."
    )
    queue_size: int = Field(1000, ge=1, description="Webhooks that may wait for a commit.")
    batch_size: int = Field(100, ge=1, description="Webhooks that may share one commit.")
    answer_seconds: float = Field(
        8, gt=0, description="After which a webhook is answered 503; Retell waits ten."
    )
    retention_days: int = Field(30, ge=1, description="How long applied bodies are kept.")


class LimitSettings(Group):
    """How often things may be done. 0 is without limit. Organisations may have others."""

    requests_per_minute: int = Field(1200, ge=0, description="By one user or API key.")
    calls_per_minute: int = Field(600, ge=0, description="Placed for one organisation.")
    logins_per_minute: int = Field(30, ge=0, description="Tried from one network address.")
    connections: int = Field(10_000, ge=0, description="Open to one process of the API at once.")


class GoldenSettings(Group):
    """Calls that people have vouched for, judged again to see whether the judge still agrees."""

    calls: int = Field(
        20, ge=0, le=200, description="The latest so many of each policy, once a day. 0: none."
    )


class EventsSettings(Group):
    retention_days: int = Field(90, ge=1, description="How long the event log is kept.")


class SmtpSettings(Group):
    """The server that takes mail. `smtps` is TLS from the start; else STARTTLS when offered."""

    url: SmtpUrl | None = Field(None, description="Empty: no mail is sent.")
    sender: str | None = Field(None, description="What mails are from.")


class DeliveriesSettings(Group):
    retention_days: int = Field(30, ge=1, description="How long deliveries can be replayed.")


class StorageSettings(Group):
    """Where files are kept. Credentials of stores are the usual variables (`AWS_…` and so on)."""

    url: StorageUrl | None = Field(None, description="Empty: the folder `files` in DATA_DIR.")
    endpoint_url: HttpUrl | None = Field(
        None, description="Of a store that speaks S3 and is not Amazon's."
    )


class RecordingSettings(Group):
    max_bytes: int = Field(500 * 1024 * 1024, ge=1024, description="Of one recording.")
    max_minutes: float = Field(240, gt=0, description="Of one recording.")
    concurrency: int = Field(
        4, ge=1, le=100, description="Steps of recordings that one worker does at once."
    )


class LocalSettings(Group):
    """Transcribing on this machine."""

    model_dir: Path | None = Field(
        None, description="A model of one's own for faster-whisper. Empty: the packages' one."
    )


class GivenSettings(BaseSettings):
    """Everything that can be set, as it is set. `.env.example` has one line for each."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_nested_delimiter="_",
        env_nested_max_split=1,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - signature
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        assert isinstance(dotenv_settings, DotEnvSettingsSource)  # noqa: S101 - it always is
        file = EnvFile(settings_cls, env_file=dotenv_settings.env_file)
        return init_settings, Environment(settings_cls), file

    data_dir: Path = Path(".ringback")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: HttpUrl | None = Field(
        None, description="What Retell and browsers reach. Defaults to http://HOST:PORT."
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs access tokens, encrypts stored keys. 32 characters or more."
    )
    secret_key_previous: SecretStr | None = Field(
        None, description="Also accepted, while SECRET_KEY is being changed."
    )
    cors_origins: Annotated[tuple[HttpUrl, ...], NoDecode] = ()
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Names requests may be sent to, `*.example.com` too. Empty: any."
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        ("127.0.0.1", "::1"),
        description="Addresses or networks whose `X-Forwarded-For` is believed.",
    )
    metrics_token: SecretStr | None = Field(
        None, description="`/metrics` asks for it as a bearer token. Empty: from this machine only."
    )
    outbound_allow: Annotated[tuple[HostOrNetwork, ...], NoDecode] = Field(
        (), description="Hosts and networks that may be called though they are not public."
    )

    transcriber: TranscriberName = Field(
        "local", description="local, deepgram/…, assemblyai/… or openai/…"
    )
    transcriber_fallbacks: Annotated[tuple[TranscriberName, ...], NoDecode] = Field(
        (), description="Asked in this order when the transcriber before has failed."
    )
    transcriber_prices: Annotated[dict[str, float], NoDecode] = Field(
        default={}, description="By transcriber: cents for a minute of sound."
    )

    embedder: EmbedderName = Field(
        "local",
        description="Finds what means the same in other words: local, openai/…, ollama/… or off.",
    )

    database: GivenDatabase = GivenDatabase()
    retell: RetellSettings = RetellSettings()
    llm: LlmSettings = LlmSettings()
    openai: KeyedProvider = KeyedProvider()
    anthropic: KeyedProvider = KeyedProvider()
    gemini: KeyedProvider = KeyedProvider()
    ollama: KeyedProvider = KeyedProvider()
    admin: AdminSettings = AdminSettings()
    log: LogSettings = LogSettings()
    dial: DialSettings = DialSettings()
    deadline: DeadlineSettings = DeadlineSettings()
    sweep: SweepSettings = SweepSettings()
    inbox: InboxSettings = InboxSettings()
    events: EventsSettings = EventsSettings()
    deliveries: DeliveriesSettings = DeliveriesSettings()
    smtp: SmtpSettings = SmtpSettings()
    limit: LimitSettings = LimitSettings()
    storage: StorageSettings = StorageSettings()
    recording: RecordingSettings = RecordingSettings()
    golden: GoldenSettings = GoldenSettings()
    analysis: AnalysisSettings = AnalysisSettings()
    local: LocalSettings = LocalSettings()
    deepgram: KeyedProvider = KeyedProvider()
    assemblyai: KeyedProvider = KeyedProvider()

    @field_validator(
        "cors_origins",
        "outbound_allow",
        "trusted_hosts",
        "trusted_proxies",
        "transcriber_fallbacks",
        mode="before",
    )
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("transcriber_prices", mode="before")
    @classmethod
    def _from_json(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError('must be JSON such as {"deepgram/nova-3": 0.43}') from None

    @field_validator("secret_key", "secret_key_previous")
    @classmethod
    def _strong_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters; try `openssl rand -hex 32`")
        return value

    @model_validator(mode="after")
    def _admin_is_whole(self) -> Self:
        if (self.admin.email is None) != (self.admin.password is None):
            raise ValueError("ADMIN_EMAIL and ADMIN_PASSWORD go together: set both or neither")
        return self

    @property
    def own_url(self) -> str:
        """The address others reach this service at, without a trailing slash."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared
        host = f"[{host}]" if ":" in host else host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def own_origin(self) -> str:
        """As browsers write it in `Origin`: scheme, host and port, without a path."""
        parts = urlsplit(self.own_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def can_be_reached(self) -> bool:
        """Whether webhooks can arrive: Retell itself reaches no address of this machine alone."""
        is_retell_itself = self.retell.base_url == RETELL_ITSELF
        return self.public_url is not None or not is_retell_itself

    @property
    def is_simulated(self) -> bool:
        """Whether calls go to something that plays Retell, so that nobody's phone rings."""
        return self.retell.base_url != RETELL_ITSELF

    @property
    def webhook_keys(self) -> tuple[str, ...]:
        """The keys a webhook's signature may be made with, current first."""
        current = self.retell.webhook_key or self.retell.api_key
        keys = (current, self.retell.webhook_key_previous)
        return tuple(key.get_secret_value() for key in keys if key is not None)


class Settings(GivenSettings):
    """The settings of something that runs: what may be left out is filled in."""

    secret_key: SecretStr
    database: DatabaseSettings

    @staticmethod
    def resolve(given: GivenSettings, *, database_url: str, secret_key: SecretStr) -> "Settings":
        """Fill in what was not given, and leave all else as it is."""
        database = DatabaseSettings(**dict(given.database) | {"url": SecretStr(database_url)})
        filled = {"database": database, "secret_key": secret_key}
        return Settings.model_construct(given.model_fields_set, **dict(given) | filled)

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """What tokens and stored keys may be made with, current first."""
        keys = (self.secret_key, self.secret_key_previous)
        return tuple(key.get_secret_value() for key in keys if key is not None)


def load_settings() -> GivenSettings:
    """Read the settings. Raises SettingsInvalid, naming each variable that is wrong and why."""
    try:
        return GivenSettings()
    except ValidationError as error:
        sentences = []
        for problem in error.errors(include_url=False, include_input=False):
            # The place in a list is not part of its name.
            variable = "_".join(part for part in problem["loc"] if isinstance(part, str)).upper()
            message = problem["msg"].removeprefix("Value error, ")
            sentences.append(f"{variable} {_as_clause(message)}." if variable else f"{message}.")
        raise SettingsInvalid(" ".join(sentences)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(f"The file .env cannot be read: {error}.") from error


def _as_clause(message: str) -> str:
    return f"is not usable: {message[0].lower()}{message[1:]}" if message[0].isupper() else message
