"""What is kept encrypted when SECRET_KEY changes: all of it opens without the one before."""

import pytest
from pydantic import SecretStr
from sqlalchemy import LargeBinary
from sqlmodel import select

from backend.auth import organisations
from backend.auth.models import OrganisationKey
from backend.cli.accounts import reseal
from backend.destinations.models import Destination, DestinationKind
from backend.destinations.senders import seal_secrets, unseal_secrets
from backend.platform import clock, db
from backend.platform.people import erased
from backend.platform.people.personal_data import Subject
from backend.platform.sealing import SealBroken
from backend.platform.settings import Settings
from backend.recordings import service as recordings
from backend.recordings.models import Recording, RecordingStatus
from backend.retention import service as retention
from backend.retention.models import Erasure, ErasureKind
from backend.tables import Table
from tests.support import builders
from tests.support.room import Room

SEALED = {
    "compliance_hooks.secrets",
    "destinations.secrets",
    "erasures.sealed",
    "ledger_keys.sealed",
    "organisation_keys.sealed",
    "recordings.sealed_url",
}
# Bytes that are no secret of somebody else: digests, sound's words and public keys.
PLAIN = {"heard", "raw", "public_key", "subject_digest", "digest"}


def test_every_column_of_bytes_is_known_to_be_sealed_or_plain() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Table.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
        and column.name not in PLAIN
        and not column.name.endswith("_sha256")
    }
    assert columns == SEALED


def with_secret(settings: Settings, current: str, before: str | None = None) -> Settings:
    previous = None if before is None else SecretStr(before)
    changed = {"secret_key": SecretStr(current), "secret_key_previous": previous}
    return settings.model_copy(update=changed)


async def test_nothing_needs_the_former_secret_once_it_was_changed(room: Room) -> None:
    settings, other = room.runtime.settings, "another secret that is long enough too"
    former = settings.secret_keys[0]
    subject = Subject(room.org.id, clock.now(), clock.now(), numbers=frozenset({"+14155550142"}))
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.agent(session, room.org.id)
        destination = Destination(
            org_id=room.org.id,
            name="Dispatch",
            kind=DestinationKind.WEBHOOK,
            config={},
            secrets=b"",
            events=[],
            watched=[],
            record_statuses=[],
            concurrency=1,
        )
        destination.secrets = seal_secrets(destination, {"signing": "whsec_1"}, settings)
        recording = Recording(
            org_id=room.org.id,
            agent_id=agent.id,
            file_name="call.wav",
            status=RecordingStatus.AWAITING_UPLOAD,
        )
        erasure = Erasure(org_id=room.org.id, kind=ErasureKind.PHONE_NUMBER, subject_digest=b"d")
        retention.seal_subject(erasure, subject, settings)
        session.add_all([destination, recording, erasure])
        await recordings.queue_from_url(session, recording, "https://example.com/a.wav", settings)
        ledger = await erased.ensure_key(session, settings.secret_keys)

    async with db.transaction(room.runtime.sessions) as session:
        count = await reseal(session, with_secret(settings, other, former))

    now = with_secret(settings, other)
    async with db.transaction(room.runtime.sessions) as session:
        destination = await session.get_one(Destination, destination.id)
        recording = await session.get_one(Recording, recording.id)
        erasure = await session.get_one(Erasure, erasure.id)
        assert unseal_secrets(destination, now) == {"signing": "whsec_1"}
        assert recordings.read_url(recording, now) == "https://example.com/a.wav"
        assert retention.open_subject(erasure, now) == subject
        assert await erased.find_key(session, now.secret_keys) == ledger
        for key in await session.exec(select(OrganisationKey)):
            assert organisations.unseal(key, now.secret_keys)
        with pytest.raises(SealBroken):
            unseal_secrets(destination, settings)
    assert count >= len(SEALED) - 1
