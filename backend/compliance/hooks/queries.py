"""Reading hooks and what they were asked, and writing what became of a question."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, String, Uuid, bindparam, column, func, or_, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.compliance.hooks.models import ASKING, Hook, Inquiry, InquiryStatus
from backend.compliance.models import Scope
from backend.platform import clock, ids
from backend.platform.people.personal_data import Old
from backend.platform.tables import sql_table


async def list_hooks(session: AsyncSession, org_id: UUID) -> Sequence[Hook]:
    """List the hooks that there are, in the order in which they were made."""
    statement = select(Hook).where(Hook.org_id == org_id, col(Hook.removed_at).is_(None))
    return (await session.exec(statement.order_by(col(Hook.id)))).all()


async def list_asked(
    session: AsyncSession, org_id: UUID, purpose: Scope, agent_id: UUID | None
) -> Sequence[Hook]:
    """List the hooks that are asked before calls of this purpose and agent."""
    hooks = await list_hooks(session, org_id)
    return [
        each
        for each in hooks
        if each.enabled
        and purpose.value in each.purposes
        and (each.agent_ids is None or agent_id in each.agent_ids)
    ]


async def find_hook(session: AsyncSession, org_id: UUID, hook_id: UUID) -> Hook | None:
    statement = select(Hook).where(
        Hook.org_id == org_id, Hook.id == hook_id, col(Hook.removed_at).is_(None)
    )
    return (await session.exec(statement)).one_or_none()


async def lock_hook(session: AsyncSession, hook_id: UUID) -> Hook | None:
    """Lock a hook, also one that was removed meanwhile."""
    statement = select(Hook).where(Hook.id == hook_id).with_for_update()
    statement = statement.execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def lock_all(session: AsyncSession) -> Sequence[Hook]:
    return (await session.exec(select(Hook).with_for_update())).all()


async def is_name_taken(
    session: AsyncSession, org_id: UUID, name: str, *, but: UUID | None
) -> bool:
    named = (each for each in await list_hooks(session, org_id) if each.name == name)
    return any(each.id != but for each in named)


async def list_latest(
    session: AsyncSession,
    hook_ids: Collection[UUID],
    numbers: Collection[str],
    purpose: Scope,
    agent_id: UUID | None,
) -> Sequence[Inquiry]:
    """List the latest question of each hook about each number that is over, where there is one."""
    statement = (
        select(Inquiry)
        .where(
            col(Inquiry.hook_id) == func.any(bindparam(None, list(hook_ids), ARRAY(Uuid))),
            col(Inquiry.to_number) == func.any(bindparam(None, list(numbers), ARRAY(String))),
            Inquiry.purpose == purpose,
            col(Inquiry.agent_id).is_not_distinct_from(agent_id),
            Inquiry.status != InquiryStatus.ASKING,
        )
        .ext(distinct_on(col(Inquiry.hook_id), col(Inquiry.to_number)))
        .order_by(col(Inquiry.hook_id), col(Inquiry.to_number), col(Inquiry.id).desc())
    )
    return (await session.exec(statement)).all()


async def add_question(session: AsyncSession, inquiry: Inquiry) -> bool:
    """Write a question down, unless the same is being asked at this moment."""
    columns = sql_table(Inquiry).c
    inserted = await session.exec(
        insert(sql_table(Inquiry))
        .values(inquiry.model_dump())
        .on_conflict_do_nothing(
            index_elements=[
                columns.hook_id,
                columns.to_number,
                columns.purpose,
                text("coalesce(agent_id, '00000000-0000-0000-0000-000000000000')"),
            ],
            index_where=ASKING,
        )
        .returning(columns.id)
    )
    return inserted.first() is not None


async def end_abandoned(session: AsyncSession, hook_id: UUID, now: datetime) -> None:
    """Close the questions whose process died before it wrote the answer down."""
    await session.exec(
        update(Inquiry)
        .where(
            col(Inquiry.hook_id) == hook_id,
            col(Inquiry.status) == InquiryStatus.ASKING,
            col(Inquiry.valid_until) <= now,
        )
        .values(status=InquiryStatus.FAILED, failure="Whoever asked ended before the answer came.")
    )


async def count_asking(session: AsyncSession, org_id: UUID, hook_id: UUID) -> tuple[int, int]:
    """Count the questions that are on their way: to a hook, and of all its organisation's."""
    to_hook = func.count().filter(col(Inquiry.hook_id) == hook_id)
    statement = select(to_hook, func.count()).where(
        Inquiry.org_id == org_id,
        Inquiry.status == InquiryStatus.ASKING,
        # Others are what a process left that died.
        col(Inquiry.valid_until) > clock.now(),
    )
    hook, org = (await session.exec(statement)).one()
    return hook, org


async def count_failures(session: AsyncSession, inquiry: Inquiry, now: datetime) -> int:
    """Count how often asking the hook about this number failed within an hour."""
    statement = (
        select(func.count())
        .select_from(Inquiry)
        .where(
            Inquiry.hook_id == inquiry.hook_id,
            Inquiry.revision == inquiry.revision,
            Inquiry.to_number == inquiry.to_number,
            Inquiry.status == InquiryStatus.FAILED,
            col(Inquiry.created_at) > now - timedelta(hours=1),
        )
    )
    return (await session.exec(statement)).one()


# Those that were asked for another call first, or before there was one, are told of by the call.
_WENT_BY = text(
    "select unnest(hook_inquiry_ids) from calls where org_id = :org_id and id = :call_id"
).columns(column("id", Uuid))


async def list_inquiries(  # noqa: PLR0913 - one for each filter
    session: AsyncSession,
    org_id: UUID,
    *,
    hook_id: UUID | None,
    call_id: UUID | None,
    status: InquiryStatus | None,
    cursor: UUID | None,
    limit: int,
) -> Sequence[Inquiry]:
    statement = select(Inquiry).where(Inquiry.org_id == org_id)
    if hook_id is not None:
        statement = statement.where(Inquiry.hook_id == hook_id)
    if call_id is not None:
        went_by = col(Inquiry.id).in_(_WENT_BY.bindparams(org_id=org_id, call_id=call_id))
        statement = statement.where(or_(col(Inquiry.call_id) == call_id, went_by))
    if status is not None:
        statement = statement.where(Inquiry.status == status)
    if cursor is not None:
        statement = statement.where(col(Inquiry.id) < cursor)
    return (await session.exec(statement.order_by(col(Inquiry.id).desc()).limit(limit))).all()


_PRUNE = text(
    """
    delete from hook_inquiries where id in (
        select id from hook_inquiries
        where org_id = :org_id and id < :first and created_at < :before and valid_until < :before
        order by id limit :limit
    )
    """
)


async def prune(session: AsyncSession, old: Old, limit: int) -> int:
    """Delete an organisation's oldest inquiries. Return how many."""
    values = {"org_id": old.org_id, "before": old.before, "limit": limit}
    connection = await session.connection()
    first = ids.first_id(old.before)
    return (await connection.execute(_PRUNE, values | {"first": first})).rowcount
