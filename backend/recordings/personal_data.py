"""What recordings keep about people: sound, what was heard in it, and what its sender said."""

from dataclasses import replace

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.people.personal_data import (
    CALLS,
    OF_AGENTS,
    RECORDINGS,
    Cut,
    Holdings,
    KeptKind,
    Old,
    Place,
    Rows,
    Subject,
    rows_by,
)
from backend.providers.runtime import Runtime
from backend.recordings.models import folder_of

_FIND = text(
    "select cast(id as text), created_at from recordings "  # noqa: S608 - our own text
    f"where org_id = :org_id and call_id = any({CALLS})"
)


async def _find(session: AsyncSession, subject: Subject) -> Subject:
    rows = await rows_by(session, _FIND, subject)
    since = min((row[1] for row in rows), default=subject.since)
    found = frozenset(row[0] for row in rows)
    return replace(subject, since=since, recording_ids=found)


async def _count_files(runtime: Runtime, subject: Subject) -> int:
    count = 0
    for recording_id in subject.recording_ids:
        folder = folder_of(subject.org_id, recording_id)
        async for _ in runtime.storage.list_under(folder):
            count += 1
    return count


async def _erase_files(runtime: Runtime, subject: Subject) -> None:
    for recording_id in subject.recording_ids:
        await runtime.storage.delete_under(folder_of(subject.org_id, recording_id))


_PRUNE = text(
    f"""
    delete from recordings where id in (
        select id from recordings where org_id = :org_id and created_at < :before
        and call_id is null and status in ('completed', 'failed', 'canceled') and {OF_AGENTS}
        and not exists (
            select from holds
            where holds.org_id = recordings.org_id and holds.agent_id = recordings.agent_id
        )
        limit :limit for update skip locked
    )
    """  # noqa: S608 - our own text
)


async def _prune(session: AsyncSession, old: Old, limit: int) -> int:
    """Drop what came to no call. Its files belong to nothing then, and are swept."""
    return (
        await (await session.connection()).execute(_PRUNE, old.values() | {"limit": limit})
    ).rowcount


_OF_RECORDINGS = f"recording_id = any({RECORDINGS})"

HOLDINGS = Holdings[Runtime](
    "recordings",
    rows=(
        Rows(
            "recording_chunks",
            "recording_ids",
            _OF_RECORDINGS,
            ("heard", "raw"),
            ("transcriber", "external_id"),
            kinds=(KeptKind.RECORDINGS,),
        ),
        Rows(
            "recordings",
            "recording_ids",
            f"org_id = :org_id and id = any({RECORDINGS})",
            ("file_name", "metadata", "wishes", "sealed_url", "error", "warnings", "sha256"),
            ("content_type", "container", "codec", "language", "transcriber"),
            kinds=(KeptKind.RECORDINGS,),
        ),
    ),
    cuts=(
        Cut(
            "recording_chunks",
            KeptKind.TRANSCRIPTS,
            "recording_ids",
            f"{_OF_RECORDINGS} and (heard is not null or raw is not null)",
            "heard = null, raw = null",
        ),
    ),
    prunes={KeptKind.RECORDINGS: _prune, KeptKind.CALLS: _prune},
    places=(
        Place(
            "files of recordings",
            _count_files,
            _erase_files,
            (KeptKind.CALLS, KeptKind.RECORDINGS),
            by="recording_ids",
        ),
    ),
    find=_find,
)
