"""The forms that values of settings have, each refused with what it should have been."""

import re
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be a URL such as https://ringback.example.com")
    if parts.query or parts.fragment:
        raise ValueError("must not have a query or a fragment")
    return value.rstrip("/")


HttpUrl = Annotated[str, AfterValidator(_http_url)]


def _postgres_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        port_is_valid = False
        parts = urlsplit("")
    if parts.scheme not in {"postgresql", "postgres", "postgresql+asyncpg"} or not port_is_valid:
        raise ValueError("must be a URL such as postgresql://user:password@host:5432/ringback")
    return value.replace("postgresql+asyncpg://", "postgresql://", 1)


PostgresUrl = Annotated[
    SecretStr, AfterValidator(lambda v: SecretStr(_postgres_url(v.get_secret_value())))
]


def _is_network(value: str) -> bool:
    try:
        ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def _network(value: str) -> str:
    if not _is_network(value):
        raise ValueError(f"must be addresses or networks such as 10.0.5.0/24, not {value}")
    return value


def _host_or_network(value: str) -> str:
    is_name = re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9.])?", value, re.IGNORECASE) is not None
    # What is made of digits and dots alone was to be an address.
    if not (is_name and re.search("[a-z]", value, re.IGNORECASE)) and not _is_network(value):
        raise ValueError(f"must be names, addresses or networks such as 10.0.5.0/24, not {value}")
    return value


Network = Annotated[str, AfterValidator(_network)]
HostOrNetwork = Annotated[str, AfterValidator(_host_or_network)]


def _model_name(value: str) -> str:
    if not re.fullmatch(r"[^/\s]+/\S+", value):
        raise ValueError("must be written provider/model, such as openai/gpt-5-mini")
    return value


ModelName = Annotated[str, AfterValidator(_model_name)]


def _transcriber_name(value: str) -> str:
    if not re.fullmatch(r"local|(deepgram|assemblyai|openai)/\S+", value):
        raise ValueError(
            "must be local, or written provider/model, such as deepgram/nova-3; providers are "
            "deepgram, assemblyai and openai"
        )
    return value


TranscriberName = Annotated[str, AfterValidator(_transcriber_name)]


def _embedder_name(value: str) -> str:
    if not re.fullmatch(r"local|off|(openai|ollama)/\S+", value):
        raise ValueError(
            "must be local or off, or written provider/model, such as "
            "openai/text-embedding-3-small; providers are openai and ollama"
        )
    return value


EmbedderName = Annotated[str, AfterValidator(_embedder_name)]


def _storage_url(value: str) -> str:
    parts = urlsplit(value)
    is_folder = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
    is_bucket = parts.scheme in {"s3", "gs", "az"} and bool(parts.netloc)
    if not (is_folder or is_bucket) or parts.query or parts.fragment:
        raise ValueError(
            "must be file:///a/folder, s3://bucket/prefix, gs://bucket/prefix or "
            "az://container/prefix"
        )
    return value.rstrip("/")


StorageUrl = Annotated[str, AfterValidator(_storage_url)]


def _smtp_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_usable = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname)
        is_usable = is_usable and (parts.port is None or parts.port > 0)
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ValueError("must be a URL such as smtp://user:password@mail.example.com:587")
    return value


SmtpUrl = Annotated[SecretStr, AfterValidator(lambda v: SecretStr(_smtp_url(v.get_secret_value())))]
