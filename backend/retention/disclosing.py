"""Disclosures: what is kept about somebody, as a ZIP that is made while it is downloaded.

Nothing is copied, so nothing has to be erased with it: there is what there is at that moment.
"""

import json
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.calls import service as calls
from backend.calls.models import Call
from backend.calls.recording import open_recording
from backend.platform import clock, db
from backend.platform.errors import AppError
from backend.platform.people import personal_data
from backend.platform.people.personal_data import Subject
from backend.providers.runtime import Runtime
from backend.recordings import service as recordings
from backend.retention import disclosure_pages, holding, service
from backend.retention.disclosure_pages import Listed
from backend.retention.errors import DisclosureNotFound
from backend.retention.models import Disclosure

_KEPT = timedelta(days=7)
ReadCall = Callable[[AsyncSession, UUID, UUID], Awaitable[BaseModel]]


async def create(session: AsyncSession, wanted: Disclosure) -> Disclosure:
    """Note whom it is about, for as long as it can be downloaded."""
    if wanted.phone_number is not None:
        wanted.phone_number = holding.normal(wanted.phone_number)
    if wanted.call_id is not None:
        await calls.get_call(session, wanted.org_id, wanted.call_id)
    session.add(wanted)
    await session.flush()
    return wanted


def new(org_id: UUID, by: str, **subject: Any) -> Disclosure:
    return Disclosure(org_id=org_id, created_by=by, expires_at=clock.now() + _KEPT, **subject)


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


async def find_subject(session: AsyncSession, disclosure: Disclosure) -> Subject:
    """Find by which names whom it is about is kept."""
    org_id, number = disclosure.org_id, disclosure.phone_number
    subject = service.subject_of(org_id, number, disclosure.call_id)
    return await personal_data.find_all(session, service.holdings_of(session), subject)


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


@dataclass
class _Archive:
    runtime: Runtime
    read_call: ReadCall
    pieces: _Pieces
    zip: zipfile.ZipFile

    async def add_call(self, org_id: UUID, call: Call, listed: Listed) -> AsyncIterator[bytes]:
        """Add a call's folder: its page, the same as JSON, and its sound."""
        async with db.transaction(self.runtime.sessions) as session:
            shown = await self.read_call(session, org_id, call.id)
        told = shown.model_dump(mode="json")
        self.add(f"{listed.folder}/call.json", json.dumps(told, ensure_ascii=False, indent=2))
        sound = None
        try:
            name, chunks = await self._sound_of(call)
            if chunks is not None:
                with self.zip.open(f"{listed.folder}/{name}", "w") as file:
                    async for chunk in chunks:
                        file.write(chunk)
                        yield self.pieces.take()
                sound = name
        except AppError as gone:
            self.add(f"{listed.folder}/sound-missing.txt", gone.detail + "\n")
        page = disclosure_pages.call(told, listed.agent, sound)
        self.add(f"{listed.folder}/index.html", page)
        yield self.pieces.take()

    async def _sound_of(self, call: Call) -> tuple[str, AsyncIterator[bytes] | None]:
        if call.recording_id is not None:
            async with db.transaction(self.runtime.sessions) as session:
                found = await recordings.get_recording(session, call.org_id, call.recording_id)
            form = "flac" if found.has_copy else found.container or "sound"
            return f"sound.{form}", self.runtime.storage.read(found.playable_key)
        if "recording_url" not in call.known:
            return "", None
        opened = await open_recording(self.runtime.http, self.runtime.retell, call, None)
        return "sound.wav", opened.chunks

    def add(self, name: str, text: str) -> None:
        self.zip.writestr(name, text)


async def write(
    runtime: Runtime, disclosure: Disclosure, read_call: ReadCall
) -> AsyncIterator[bytes]:
    """Give the ZIP, piece by piece. No transaction is open while a piece is on its way."""
    org_id = disclosure.org_id
    async with db.transaction(runtime.sessions) as session:
        subject = await find_subject(session, disclosure)
        rooms = service.holdings_of(session)
        tables = await personal_data.count_rows(session, rooms, subject)
        passed = [await room.passed_on(session, subject) for room in rooms if room.passed_on]
        names = await agents.find_names(session, org_id)
        found = [
            await calls.get_call(session, org_id, UUID(call_id))
            for call_id in sorted(subject.call_ids)
        ]
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # is written to alone
        made = _Archive(runtime, read_call, pieces, archive)
        listed = [_listed(call, names.get(call.agent_id, "an agent")) for call in found]
        about = disclosure.phone_number or "one call"
        passed_on = service.added(*passed)
        made.add("index.html", disclosure_pages.index(about, listed, passed_on))
        kept = {name: count for name, count in tables.items() if count}
        summary = {
            "phone_number": disclosure.phone_number,
            "call_ids": sorted(subject.call_ids),
            "made_at": clock.now().isoformat(),
            "rows": kept,
            "passed_on": passed_on,
        }
        made.add("about.json", json.dumps(summary, indent=2))
        for call, entry in zip(found, listed, strict=True):
            async for piece in made.add_call(org_id, call, entry):
                yield piece
    yield pieces.take()


def _listed(call: Call, agent: str) -> Listed:
    began = call.started_at or call.created_at
    numbers = " → ".join(number for number in (call.from_number, call.to_number) if number)
    folder = f"calls/{began:%Y-%m-%d-%H%M%S}-{call.id}"
    return Listed(folder, f"{began:%Y-%m-%d %H:%M} UTC", agent, numbers)
