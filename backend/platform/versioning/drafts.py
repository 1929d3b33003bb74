"""Things with a draft that people edit and numbered versions that never change, such as agents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.orm import Mapped
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock, pages
from backend.platform.errors import AppError, Conflict, NotFound
from backend.platform.etags import Revisions
from backend.platform.versioning.differences import FieldChange, changes_between


class Draft(Protocol):
    """The row of the thing itself. Its revision counts the changes of the draft."""

    id: UUID
    org_id: UUID
    config: dict[str, Any]
    draft_revision: int
    archived_at: datetime | None
    updated_at: datetime


class Version(Protocol):
    id: UUID
    org_id: UUID
    version: int
    config: dict[str, Any]


D = TypeVar("D", bound=Draft)
V = TypeVar("V", bound=Version)


@dataclass(frozen=True)
class Failures:
    """A room's own failures, under codes of its own."""

    not_found: type[NotFound]
    archived: type[Conflict]
    changed: type[AppError]
    version_not_found: type[NotFound]


@dataclass(frozen=True)
class Versioned(Generic[D, V]):
    """One kind of such things: `owner` is the column by which a version belongs to its thing."""

    name: str
    draft: type[D]
    version: type[V]
    owner: Mapped[UUID]
    config: type[BaseModel]
    failures: Failures

    async def find(self, session: AsyncSession, org_id: UUID, draft_id: UUID) -> D | None:
        statement = select(self.draft).where(
            col(self.draft.org_id) == org_id, col(self.draft.id) == draft_id
        )
        return (await session.exec(statement)).one_or_none()

    async def get(self, session: AsyncSession, org_id: UUID, draft_id: UUID) -> D:
        found = await self.find(session, org_id, draft_id)
        if found is None:
            raise self.failures.not_found(f"There is no {self.name} {draft_id}.")
        return found

    async def list(
        self,
        session: AsyncSession,
        org_id: UUID,
        *,
        archived: bool,
        cursor: UUID | None,
        limit: int,
    ) -> Sequence[D]:
        """List them newest first; those that are archived only where they are asked for."""
        statement = select(self.draft).where(col(self.draft.org_id) == org_id)
        if not archived:
            statement = statement.where(col(self.draft.archived_at).is_(None))
        if cursor is not None:
            statement = statement.where(col(self.draft.id) < cursor)
        newest_first = statement.order_by(col(self.draft.id).desc()).limit(limit)
        return (await session.exec(newest_first)).all()

    async def find_locked(self, session: AsyncSession, org_id: UUID, draft_id: UUID) -> D | None:
        """Lock one, archived or not."""
        statement = (
            select(self.draft)
            .where(col(self.draft.org_id) == org_id, col(self.draft.id) == draft_id)
            .with_for_update()
        )
        return (await session.exec(statement)).one_or_none()

    async def lock(self, session: AsyncSession, org_id: UUID, draft_id: UUID) -> D:
        found = await self.find_locked(session, org_id, draft_id)
        if found is None:
            raise self.failures.not_found(f"There is no {self.name} {draft_id}.")
        return found

    async def lock_for_change(
        self, session: AsyncSession, org_id: UUID, draft_id: UUID, *, based_on: Revisions = None
    ) -> D:
        """Lock one that may be changed. An archived one is a conflict.

        `based_on` are the revisions of the draft one of which the change was made for.
        """
        found = await self.lock(session, org_id, draft_id)
        if found.archived_at is not None:
            raise self.failures.archived(
                f"{self.name.capitalize()} {draft_id} is archived and cannot be changed."
            )
        if based_on is not None and found.draft_revision not in based_on:
            raise self.failures.changed(
                f"The draft of {self.name} {draft_id} is at revision {found.draft_revision}, and "
                "the request was made for another. Read it again, and make the change to that.",
                draft_revision=found.draft_revision,
            )
        return found

    async def store(self, session: AsyncSession, draft: D, config: BaseModel) -> D:
        """Store a draft as it is, new or changed, and count the change."""
        is_new = not draft.config
        draft.config = config.model_dump(mode="json")
        draft.draft_revision += 0 if is_new else 1
        draft.updated_at = clock.now()
        session.add(draft)
        await session.flush()
        return draft

    async def find_version(
        self, session: AsyncSession, org_id: UUID, draft_id: UUID, number: int
    ) -> V | None:
        statement = select(self.version).where(
            col(self.version.org_id) == org_id,
            self.owner == draft_id,
            col(self.version.version) == number,
        )
        return (await session.exec(statement)).one_or_none()

    async def get_version(
        self, session: AsyncSession, org_id: UUID, draft_id: UUID, number: int
    ) -> V:
        found = await self.find_version(session, org_id, draft_id, number)
        if found is None:
            raise self.failures.version_not_found(
                f"{self.name.capitalize()} {draft_id} has no version {number}."
            )
        return found

    async def find_latest_version(
        self, session: AsyncSession, org_id: UUID, draft_id: UUID
    ) -> V | None:
        statement = (
            select(self.version)
            .where(col(self.version.org_id) == org_id, self.owner == draft_id)
            .order_by(col(self.version.version).desc())
            .limit(1)
        )
        return (await session.exec(statement)).one_or_none()

    async def page_of_versions(
        self,
        session: AsyncSession,
        org_id: UUID,
        draft_id: UUID,
        *,
        cursor: UUID | None,
        limit: int,
    ) -> tuple[Sequence[tuple[V, V | None]], UUID | None]:
        """List versions newest first, each with the one before it, and the next page's cursor."""
        await self.get(session, org_id, draft_id)
        statement = select(self.version).where(
            col(self.version.org_id) == org_id, self.owner == draft_id
        )
        if cursor is not None:
            statement = statement.where(col(self.version.id) < cursor)
        newest_first = statement.order_by(col(self.version.id).desc()).limit(limit + 1)
        rows = (await session.exec(newest_first)).all()
        shown, next_cursor = pages.cut(rows, limit)
        before: list[V | None] = [*rows[1:], None]
        if rows and len(rows) == len(shown):
            first = rows[-1].version
            before[-1] = await self.find_version(session, org_id, draft_id, first - 1)
        return list(zip(shown, before, strict=False)), next_cursor

    async def compare(
        self,
        session: AsyncSession,
        org_id: UUID,
        draft_id: UUID,
        *,
        base: int | None,
        compared: int | None,
    ) -> Sequence[FieldChange]:
        """Say what differs between two versions; None stands for the draft."""
        draft = await self.get(session, org_id, draft_id)
        before, after = [
            draft.config
            if number is None
            else (await self.get_version(session, org_id, draft_id, number)).config
            for number in (base, compared)
        ]
        return changes_between(self._whole(before), self._whole(after))

    def _whole(self, config: dict[str, Any]) -> dict[str, Any]:
        """Fill in what has been added to the form since it was stored."""
        return self.config.model_validate(config).model_dump(mode="json")
