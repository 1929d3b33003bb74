"""What an organisation sets for itself: its name, its keys for other services, its limits.

Keys can be set and removed; reading them back is for this service alone. The environment's keys
belong to organisation `default`, and count there where it has none of its own. The environment's
addresses are everybody's: where a provider is reached, through whose proxy or in which country, is
the operator's to say.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.events import RetellKeyChanged
from backend.auth.models import KeyName, Organisation, OrganisationKey
from backend.auth.service import DEFAULT_ORG
from backend.platform import clock, db, events, ids, sealing
from backend.platform.db import Sessions
from backend.platform.events import JsonObject
from backend.platform.settings import Settings

_SHOWN = 4


async def list_keys(session: AsyncSession, org_id: UUID) -> Sequence[OrganisationKey]:
    statement = select(OrganisationKey).where(OrganisationKey.org_id == org_id)
    return (await session.exec(statement.order_by(col(OrganisationKey.name)))).all()


async def update_organisation(
    session: AsyncSession,
    org_id: UUID,
    changes: JsonObject,
    keys: Mapping[KeyName, str | None],
    *,
    secret_key: str,
) -> Organisation:
    """Change settings; set the keys that are given, and remove those given as None."""
    org = await session.get_one(Organisation, org_id)
    org.sqlmodel_update(changes)
    for name, value in keys.items():
        if value is None:
            gone = col(OrganisationKey.org_id) == org_id, col(OrganisationKey.name) == name
            await session.exec(delete(OrganisationKey).where(*gone))
        else:
            await _set_key(session, org_id, name, value, secret_key)
    await session.flush()
    if KeyName.RETELL_API_KEY in keys:
        await events.publish(session, RetellKeyChanged(org_id=org_id))
    return org


async def _set_key(
    session: AsyncSession, org_id: UUID, name: KeyName, value: str, secret_key: str
) -> None:
    columns: dict[str, Any] = {
        "sealed": sealing.seal(value, _about(org_id, name), secret_key),
        # Enough to tell keys apart, and no help for guessing one.
        "ends_with": value[-_SHOWN:] if len(value) > 4 * _SHOWN else "",
        "updated_at": clock.now(),
    }
    await session.exec(
        insert(OrganisationKey)
        .values(id=ids.new_id(), org_id=org_id, name=name, **columns)
        .on_conflict_do_update(index_elements=["org_id", "name"], set_=columns)
    )


def _about(org_id: UUID, name: KeyName) -> str:
    return f"{org_id} {name.value}"


def unseal(key: OrganisationKey, secret_keys: Sequence[str]) -> str:
    """Read a key. Raises SealBroken when none of the secrets is the one it was sealed with."""
    return sealing.unseal(key.sealed, _about(key.org_id, key.name), secret_keys)


async def reseal_keys(
    session: AsyncSession, *, secret_keys: Sequence[str], org_id: UUID | None = None
) -> int:
    """Encrypt all keys, or one organisation's, with the first of the secrets."""
    statement = select(OrganisationKey).with_for_update()
    if org_id is not None:
        statement = statement.where(OrganisationKey.org_id == org_id)
    keys = (await session.exec(statement)).all()
    for key in keys:
        value = unseal(key, secret_keys)
        key.sealed = sealing.seal(value, _about(key.org_id, key.name), secret_keys[0])
    return len(keys)


class OrganisationSettings:
    """The settings as they are for one organisation, with its own keys in place."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self._settings = settings
        self._sessions = sessions

    async def read(self, org_id: UUID) -> Settings:
        async with db.transaction(self._sessions) as session:
            org = await session.get_one(Organisation, org_id)
            rows = await list_keys(session, org_id)
        keys = {row.name: SecretStr(unseal(row, self._settings.secret_keys)) for row in rows}
        return _settings_of(self._settings, org, keys)


def _settings_of(
    settings: Settings, org: Organisation, keys: Mapping[KeyName, SecretStr]
) -> Settings:
    is_default = org.slug == DEFAULT_ORG
    retell: dict[str, Any] = {}
    if not is_default or KeyName.RETELL_API_KEY in keys:
        # One account or the other: never this one's calls with that one's webhook key.
        retell = {
            "api_key": keys.get(KeyName.RETELL_API_KEY),
            "webhook_key": keys.get(KeyName.RETELL_WEBHOOK_KEY),
            "webhook_key_previous": keys.get(KeyName.RETELL_WEBHOOK_KEY_PREVIOUS),
            "from_number": None,
        }
    elif is_default:
        retell = {
            field: keys[name]
            for name, field in (
                (KeyName.RETELL_WEBHOOK_KEY, "webhook_key"),
                (KeyName.RETELL_WEBHOOK_KEY_PREVIOUS, "webhook_key_previous"),
            )
            if name in keys
        }
    if org.from_number is not None:
        retell["from_number"] = org.from_number
    changes: dict[str, Any] = {"retell": settings.retell.model_copy(update=retell)}
    if org.llm_model is not None:
        changes["llm"] = settings.llm.model_copy(update={"model": org.llm_model})
    for name, provider in PROVIDER_OF.items():
        if not is_default or name in keys:
            changes[provider] = getattr(settings, provider).with_key(keys.get(name))
    if not is_default:
        # No organisation has a key for it.
        changes["ollama"] = settings.ollama.with_key(None)
    return settings.model_copy(update=changes)


PROVIDER_OF = {
    KeyName.OPENAI_API_KEY: "openai",
    KeyName.ANTHROPIC_API_KEY: "anthropic",
    KeyName.GEMINI_API_KEY: "gemini",
    KeyName.DEEPGRAM_API_KEY: "deepgram",
    KeyName.ASSEMBLYAI_API_KEY: "assemblyai",
}
