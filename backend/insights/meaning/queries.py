"""Which calls are to be embedded, how far that is, and by what an organisation's are searched."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.meaning.models import Embedder, Meaning
from backend.insights.models import PassageKey
from backend.platform import clock

# No embedder has one of these ids: of a model that was never asked, and of calls without words,
# which every embedder is through with.
NONE = -1
_WORDLESS = 0
# For so long after the last change somebody may still be searching by what was there before.
_SETTLED = timedelta(minutes=10)
# A call that the embedder fails at is tried again after 1, 5, 25 and 125 minutes.
MOST_FAILURES = 5
_FIRST_RETRY_SECONDS = 60.0
_SLOWER = 5.0


class DueCall(NamedTuple):
    """A call with passages to embed, as it is cut now."""

    call_id: UUID
    transcript_hash: str


class Progress(NamedTuple):
    """How many calls there are, are embedded, and wait to be tried again.

    `left_out` are passages that the embedder made no vector of.
    """

    calls: int
    embedded: int
    waiting: int
    left_out: int


# An index finds what is not equal to a value only below it and above it; at 0 are those without
# words.
_DUE = text(
    """
    select call_id, transcript_hash from (
        (
            select * from cut_calls where org_id = :org_id and embedder_id is null
                and (retry_at is null or retry_at <= :now
                    or failed_by is distinct from :embedder_id)
            order by call_id desc limit :limit
        ) union all (
            select * from cut_calls where org_id = :org_id
                and embedder_id > 0 and embedder_id < :embedder_id
                and (retry_at is null or retry_at <= :now
                    or failed_by is distinct from :embedder_id)
            order by embedder_id desc, call_id desc limit :limit
        ) union all (
            select * from cut_calls where org_id = :org_id
                and embedder_id > greatest(0, :embedder_id)
                and (retry_at is null or retry_at <= :now
                    or failed_by is distinct from :embedder_id)
            order by embedder_id, call_id limit :limit
        )
    ) as due limit :limit
    """
)


async def list_due(
    session: AsyncSession, org_id: UUID, embedder_id: int, *, limit: int
) -> list[DueCall]:
    """Find calls that this embedder has not been through with, those never embedded first.

    Those that it failed at are left out until they are tried again.
    """
    now = clock.now()
    asked = {"org_id": org_id, "embedder_id": embedder_id, "limit": limit, "now": now}
    rows = await (await session.connection()).execute(_DUE, asked)
    return [DueCall(*row) for row in rows]


_DUE_ORGANISATIONS = text(
    """
    select id from organisations as org where exists (
        select from cut_calls where org_id = org.id and embedder_id is null
            and (retry_at is null or retry_at <= :now
                or failed_by is distinct from :embedder_id)
    ) or exists (
        select from cut_calls
        where org_id = org.id and embedder_id > 0 and embedder_id < :embedder_id
            and (retry_at is null or retry_at <= :now
                or failed_by is distinct from :embedder_id)
    ) or exists (
        select from cut_calls where org_id = org.id and embedder_id > greatest(0, :embedder_id)
            and (retry_at is null or retry_at <= :now
                or failed_by is distinct from :embedder_id)
    ) or exists (
        select from meanings where org_id = org.id and failure is not null
    ) or (
        :embedder_id > 0 and exists (select from cut_calls where org_id = org.id) and not exists (
            select from meanings where org_id = org.id and embedder_id = :embedder_id
        )
    )
    """
)


async def list_due_organisations(session: AsyncSession, embedder_id: int) -> Sequence[UUID]:
    asked = {"embedder_id": embedder_id, "now": clock.now()}
    return (await (await session.connection()).execute(_DUE_ORGANISATIONS, asked)).scalars().all()


_MISSING = text(
    """
    select call_id, number from passages as passage
    where call_id = any(:call_ids) and not exists (
        select from passage_vectors where embedder_id = :embedder_id
            and call_id = passage.call_id and number = passage.number
    )
    order by call_id, number
    """
)


async def list_missing(
    session: AsyncSession, call_ids: Collection[UUID], embedder_id: int
) -> list[PassageKey]:
    """Find the passages of these calls that have no vector of the embedder yet."""
    asked = {"call_ids": sorted(call_ids), "embedder_id": embedder_id}
    rows = await (await session.connection()).execute(_MISSING, asked)
    return [PassageKey(row.call_id, row.number) for row in rows]


_TEXTS = text(
    """
    select call_id, number, text from passages
    join unnest(cast(:call_ids as uuid[]), cast(:numbers as int[])) as asked (call_id, number)
    using (call_id, number) order by call_id, number
    """
)


async def read_texts(
    session: AsyncSession, keys: Sequence[PassageKey]
) -> list[tuple[PassageKey, str]]:
    """Read passages; those that are gone are left out."""
    asked = {"call_ids": [key.call_id for key in keys], "numbers": [key.number for key in keys]}
    rows = await (await session.connection()).execute(_TEXTS, asked)
    return [(PassageKey(row.call_id, row.number), row.text) for row in rows]


async def find_due(
    session: AsyncSession, org_id: UUID, call_id: UUID, embedder_id: int
) -> list[DueCall]:
    """Find the call, if it is still there and this embedder has not been through with it."""
    statement = text(
        "select call_id, transcript_hash from cut_calls where org_id = :org_id "
        "and call_id = :call_id and (embedder_id is null or embedder_id not in (0, :embedder_id)) "
        "and (retry_at is null or retry_at <= :now or failed_by is distinct from :embedder_id)"
    )
    asked = {"org_id": org_id, "call_id": call_id, "embedder_id": embedder_id, "now": clock.now()}
    return [DueCall(*row) for row in await (await session.connection()).execute(statement, asked)]


_LOCK = text(
    """
    select call_id from cut_calls join unnest(
        cast(:call_ids as uuid[]), cast(:hashes as text[])
    ) as due (call_id, transcript_hash) using (call_id, transcript_hash)
    order by call_id for update of cut_calls
    """
)


async def lock_unchanged(session: AsyncSession, due: Sequence[DueCall]) -> set[UUID]:
    """Lock those of the calls that are still cut as they were when they were read."""
    asked = {
        "call_ids": [each.call_id for each in due],
        "hashes": [each.transcript_hash for each in due],
    }
    return set((await (await session.connection()).execute(_LOCK, asked)).scalars())


_MARK = text(
    """
    update cut_calls set embedder_id = case
        when exists (select from passages where call_id = cut_calls.call_id)
        then cast(:embedder_id as int) else cast(:wordless as int)
    end, failures = null, retry_at = null, failed_by = null, left_out = nullif((
        select count(*) from passages as passage where call_id = cut_calls.call_id and not exists (
            select from passage_vectors where embedder_id = :embedder_id
                and call_id = passage.call_id and number = passage.number
        )
    ), 0)
    where call_id = any(:call_ids)
    """
)


async def mark_embedded(
    session: AsyncSession, call_ids: Collection[UUID], embedder_id: int
) -> None:
    """Note that the embedder is through with these calls, which are locked."""
    if call_ids:
        asked = {
            "call_ids": sorted(call_ids),
            "embedder_id": embedder_id,
            "wordless": _WORDLESS,
        }
        await (await session.connection()).execute(_MARK, asked)


_PUT_OFF = text(
    """
    update cut_calls set failures = former + 1, failed_by = :embedder_id,
        retry_at = cast(:now as timestamptz) + make_interval(
            secs => cast(:first as float8) * power(cast(:slower as float8), former)
        )
    from (
        select call_id, case when failed_by = :embedder_id then failures else 0 end as former
        from cut_calls where call_id = any(:call_ids)
    ) as before
    where cut_calls.call_id = before.call_id
    returning cut_calls.call_id, failures
    """
)


async def put_off(session: AsyncSession, call_ids: Collection[UUID], embedder_id: int) -> set[UUID]:
    """Have these calls, which are locked, wait: the longer, the more often the embedder failed.

    Gives those of them at which it has failed too often to be asked again.
    """
    asked = {
        "call_ids": sorted(call_ids),
        "embedder_id": embedder_id,
        "now": clock.now(),
        "first": _FIRST_RETRY_SECONDS,
        "slower": _SLOWER,
    }
    rows = await (await session.connection()).execute(_PUT_OFF, asked) if call_ids else ()
    return {row.call_id for row in rows if row.failures >= MOST_FAILURES}


async def find_meaning(session: AsyncSession, org_id: UUID) -> Meaning | None:
    return await session.get(Meaning, org_id)


_SERVE = text(
    """
    insert into meanings as known (org_id, embedder_id, changed_at)
    values (:org_id, :embedder_id, :now)
    on conflict (org_id) do update set embedder_id = excluded.embedder_id, failure = null,
        changed_at = excluded.changed_at
    where known.embedder_id is distinct from excluded.embedder_id or known.failure is not null
    """
)
_FAIL = text(
    """
    insert into meanings as known (org_id, failure, changed_at) values (:org_id, :failure, :now)
    on conflict (org_id) do update set failure = excluded.failure
    where known.failure is distinct from excluded.failure
    """
)


async def serve(session: AsyncSession, org_id: UUID, embedder_id: int) -> None:
    """Have searches answered by this embedder from now on."""
    asked = {"org_id": org_id, "embedder_id": embedder_id, "now": clock.now()}
    await (await session.connection()).execute(_SERVE, asked)


async def recover(session: AsyncSession, org_id: UUID) -> None:
    """Note that embedding goes on."""
    await note_failure(session, org_id, None)


async def note_failure(session: AsyncSession, org_id: UUID, failure: str | None) -> None:
    """Note why embedding does not go on; null: it does."""
    asked = {"org_id": org_id, "failure": failure, "now": clock.now()}
    await (await session.connection()).execute(_FAIL, asked)


async def list_retired(session: AsyncSession, serving: Embedder) -> Sequence[Embedder]:
    """Find embedders that nobody searches by, and has not for a while."""
    used = select(Meaning.embedder_id).where(col(Meaning.embedder_id).is_not(None))
    moving = select(Meaning.org_id).where(col(Meaning.changed_at) > clock.now() - _SETTLED)
    statement = select(Embedder).where(
        Embedder.id != serving.id, col(Embedder.id).not_in(used), ~moving.exists()
    )
    return (await session.exec(statement)).all()


async def count_calls(session: AsyncSession, org_id: UUID, embedder_id: int) -> Progress:
    """Count an organisation's calls that are cut, and those of them that are embedded."""
    statement = text(
        "select count(*), count(*) filter (where embedder_id in (:wordless, :embedder_id)), "
        "count(*) filter (where retry_at is not null and failed_by = :embedder_id), "
        "coalesce(sum(left_out) filter (where embedder_id = :embedder_id), 0) "
        "from cut_calls where org_id = :org_id"
    )
    asked = {"org_id": org_id, "embedder_id": embedder_id, "wordless": _WORDLESS}
    return Progress(*(await (await session.connection()).execute(statement, asked)).one())
