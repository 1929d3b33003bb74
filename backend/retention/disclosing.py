"""Disclosures: what is kept about somebody, as a ZIP that is made while it is downloaded.

Nothing is copied, so nothing has to be erased with it: there is what there is at that moment.
"""

import json
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.calls import masking, service as calls
from backend.calls.models import Call
from backend.calls.recording import open_recording
from backend.platform import clock, db
from backend.platform.errors import AppError, NotFound
from backend.providers.runtime import Runtime
from backend.recordings import muting, service as recordings
from backend.retention import disclosure_pages, holding, service
from backend.retention.disclosure_pages import Listed
from backend.retention.errors import DisclosureNotFound
from backend.retention.models import Disclosure

_KEPT = timedelta(days=7)
ReadCall = Callable[[AsyncSession, UUID, UUID], Awaitable[BaseModel]]


async def create(
    session: AsyncSession,
    org_id: UUID,
    *,
    by: str,
    phone_number: str | None = None,
    call_id: UUID | None = None,
) -> Disclosure:
    """Note whom it is about, for as long as it can be downloaded."""
    if call_id is not None:
        await calls.get_call(session, org_id, call_id)
    made = Disclosure(
        org_id=org_id,
        created_by=by,
        expires_at=clock.now() + _KEPT,
        phone_number=holding.normal(phone_number) if phone_number is not None else None,
        call_id=call_id,
    )
    session.add(made)
    await session.flush()
    return made


async def get(session: AsyncSession, org_id: UUID, disclosure_id: UUID) -> Disclosure:
    """Get one that has not expired. Raises DisclosureNotFound."""
    found = await session.get(Disclosure, disclosure_id)
    if found is None or found.org_id != org_id or found.expires_at <= clock.now():
        raise DisclosureNotFound(f"There is no disclosure {disclosure_id}, or not any more.")
    return found


async def list_all(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[Disclosure]:
    statement = select(Disclosure).where(
        Disclosure.org_id == org_id, col(Disclosure.expires_at) > clock.now()
    )
    if cursor is not None:
        statement = statement.where(col(Disclosure.id) < cursor)
    return (await session.exec(statement.order_by(col(Disclosure.id).desc()).limit(limit))).all()


async def forget_expired(session: AsyncSession) -> None:
    await session.exec(delete(Disclosure).where(col(Disclosure.expires_at) <= clock.now()))


class _Pieces:
    """What a ZIP is written to: it is taken away piece by piece, and never looked back at."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


class _Sound(NamedTuple):
    form: str
    chunks: AsyncGenerator[bytes, None]


@dataclass
class _Archive:
    runtime: Runtime
    read_call: ReadCall
    agents: Mapping[UUID, str]
    zip: zipfile.ZipFile
    pieces: _Pieces
    listed: dict[str, Listed] = field(default_factory=dict)

    async def add_call(self, org_id: UUID, call_id: str) -> AsyncGenerator[bytes, None]:
        """Add a call's folder: its page, the same as JSON, and its sound."""
        try:
            async with db.transaction(self.runtime.sessions) as session:
                call = await calls.get_call(session, org_id, UUID(call_id))
                shown = await self.read_call(session, org_id, call.id)
        except NotFound:
            return  # erased meanwhile
        listed = _listed(call, self.agents.get(call.agent_id, "an agent"))
        told = shown.model_dump(mode="json")
        self.add(f"{listed.folder}/call.json", json.dumps(told, ensure_ascii=False, indent=2))
        name = None
        try:
            sound = await self._open_sound(call)
            if sound is not None:
                async with aclosing(sound.chunks):
                    async for piece in self._stored(f"{listed.folder}/sound.{sound.form}", sound):
                        yield piece
                name = f"sound.{sound.form}"
        except AppError as gone:
            self.add(f"{listed.folder}/sound-missing.txt", gone.detail + "\n")
        page = disclosure_pages.call(told, listed.agent, name)
        self.add(f"{listed.folder}/index.html", page)
        self.listed[call_id] = listed
        yield self.pieces.take()

    async def _open_sound(self, call: Call) -> _Sound | None:
        """Open it as those hear it who may hear originals, where there is one."""
        runtime = self.runtime
        if call.recording_id is not None:
            async with db.transaction(runtime.sessions) as session:
                found = await recordings.get_recording(session, call.org_id, call.recording_id)
                hearing = await muting.find_hearing(session, found, with_originals=True)
            silences = await hearing.silences()
            if silences:
                muted_key = await muting.muted_copy(runtime, found, silences)
                return _Sound("flac", runtime.storage.read(muted_key))
            form = "flac" if found.has_copy else found.container or "sound"
            return _Sound(form, runtime.storage.read(found.playable_key))
        if "recording_url" not in call.known:
            return None
        async with db.transaction(runtime.sessions) as session:
            hearing = await masking.find_hearing(session, call, with_originals=True)
        silences = await hearing.silences()
        opened = await open_recording(runtime.http, runtime.retell, call, None, silences=silences)
        return _Sound("wav", opened.chunks)

    async def _stored(self, name: str, sound: _Sound) -> AsyncIterator[bytes]:
        """Store it as it is: deflating sound takes long, and makes it no smaller."""
        with self.zip.open(zipfile.ZipInfo(name), "w") as file:
            async for chunk in sound.chunks:
                file.write(chunk)
                yield self.pieces.take()

    def add(self, name: str, text: str) -> None:
        self.zip.writestr(name, text)


async def write(
    runtime: Runtime, disclosure: Disclosure, read_call: ReadCall
) -> AsyncIterator[bytes]:
    """Give the ZIP, piece by piece. No transaction is open while a piece is on its way.

    What to begin with is written last: by then it is known which calls are in it.
    """
    org_id = disclosure.org_id
    async with db.transaction(runtime.sessions) as session:
        subject = service.subject_of(org_id, disclosure.phone_number, disclosure.call_id)
        kept = await service.find_kept(session, subject)
        names = await agents.find_names(session, org_id)
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # is written to alone
        made = _Archive(runtime, read_call, names, archive, pieces)
        for call_id in sorted(kept.subject.call_ids):
            async with aclosing(made.add_call(org_id, call_id)) as added:
                async for piece in added:
                    yield piece
        about = disclosure.phone_number or "one call"
        made.add(
            "index.html", disclosure_pages.index(about, [*made.listed.values()], kept.passed_on)
        )
        summary = {
            "phone_number": disclosure.phone_number,
            "call_ids": [*made.listed],
            "made_at": clock.now().isoformat(),
            "rows": dict(kept.tables),
            "passed_on": dict(kept.passed_on),
        }
        made.add("about.json", json.dumps(summary, indent=2))
    yield pieces.take()


def _listed(call: Call, agent: str) -> Listed:
    began = call.started_at or call.created_at
    numbers = " → ".join(number for number in (call.from_number, call.to_number) if number)
    folder = f"calls/{began:%Y-%m-%d-%H%M%S}-{call.id}"
    return Listed(folder, f"{began:%Y-%m-%d %H:%M} UTC", agent, numbers)
