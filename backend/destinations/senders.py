"""The way to a destination, by its kind."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from backend.destinations.airflow import AirflowSender
from backend.destinations.config import HEADER
from backend.destinations.digest import DigestSender
from backend.destinations.email import EmailSender
from backend.destinations.models import Destination, DestinationKind
from backend.destinations.parcel import Parcel, Sender
from backend.destinations.store import StoreSender
from backend.destinations.webhook import WebhookSender
from backend.platform import clock, sealing
from backend.platform.http import open_guarded_client
from backend.platform.settings import Settings
from backend.providers.runtime import Runtime

# Names of what is sealed: the secret that signs, the one before it, and those of the kind.
SIGNING, PREVIOUS = "signing", "previous"


def seal_secrets(destination: Destination, secrets: dict[str, str], settings: Settings) -> bytes:
    text = json.dumps(secrets)
    return sealing.seal(text, _about(destination), settings.secret_keys[0])


def unseal_secrets(destination: Destination, settings: Settings) -> dict[str, str]:
    """Read a destination's secrets. Raises SealBroken."""
    text = sealing.unseal(destination.secrets, _about(destination), settings.secret_keys)
    secrets: dict[str, str] = json.loads(text)
    return secrets


def _about(destination: Destination) -> str:
    return f"{destination.org_id} destination {destination.id}"


@asynccontextmanager
async def open_http(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Open the client for deliveries. Its connections have no limit together: lanes have theirs."""
    async with open_guarded_client(settings.outbound_allow, max_connections=None) as client:
        yield client


def open_sender(destination: Destination, runtime: Runtime, http: httpx.AsyncClient) -> Sender:
    match destination.kind:
        case DestinationKind.EMAIL:
            return _mails(destination, runtime.settings)
        case DestinationKind.AIRFLOW:
            return _runs(destination, runtime.settings, http)
        case DestinationKind.OBJECT_STORE:
            return StoreSender(
                runtime.sessions,
                runtime.storage,
                destination.id,
                destination.config["format"],
                destination.fields,
            )
        case _:
            return _posts(destination, runtime.settings, http)


def written(destination: Destination, parcel: Parcel, settings: Settings) -> str:
    """Return what is sent, as text."""
    if destination.kind is DestinationKind.EMAIL:
        return _mails(destination, settings).written(parcel)
    return parcel.body(destination.fields).decode()


def _mails(destination: Destination, settings: Settings) -> EmailSender | DigestSender:
    config = destination.config
    gone = config.get("unsubscribed", [])
    to = tuple(address for address in dict.fromkeys(config["to"]) if address not in gone)
    if config.get("daily_at") is None:
        return EmailSender(settings, to)
    return DigestSender(settings, destination.id, destination.name, to)


def _runs(destination: Destination, settings: Settings, http: httpx.AsyncClient) -> AirflowSender:
    secrets = unseal_secrets(destination, settings)
    config = destination.config
    return AirflowSender(
        http, config["url"], config["dag_id"], config["version"], secrets, destination.fields
    )


def _posts(destination: Destination, settings: Settings, http: httpx.AsyncClient) -> WebhookSender:
    secrets = unseal_secrets(destination, settings)
    headers = {
        name.removeprefix(HEADER): value
        for name, value in secrets.items()
        if name.startswith(HEADER)
    }
    signing = [secrets[SIGNING]]
    until = destination.previous_secret_until
    if until is not None and until > clock.now() and PREVIOUS in secrets:
        signing.append(secrets[PREVIOUS])
    return WebhookSender(http, destination.config["url"], headers, signing, destination.fields)
