"""Hooks as they stand in a room, where nothing runs by itself."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from backend.compliance.callee import Callee
from backend.compliance.hooks import inquiring, service
from backend.compliance.hooks.inquiring import Asker
from backend.compliance.hooks.models import Hook, Inquiry, InquiryStatus, OnFailure
from backend.compliance.hooks.questions import Asked
from backend.compliance.models import Scope
from backend.platform import clock, db, ids
from tests.support.room import Room

NUMBER = "+14155550100"
BARRED = {"allowed": False, "code": "on_national_dnc", "reason": "It is on the national list."}


async def a_hook(room: Room, url: str, **wanted: Any) -> Hook:
    defaults: dict[str, Any] = {
        "name": "Do-not-call list",
        "url": url,
        "purposes": ["service"],
        "timeout_ms": 5000,
        "keep_seconds": 3600,
        "on_failure": OnFailure.CLOSED,
    }
    async with db.transaction(room.runtime.sessions) as session:
        hook, _ = await service.create_hook(
            session, room.org.id, defaults | wanted, room.runtime.settings, by=ids.new_id()
        )
        return hook


async def change(room: Room, hook: Hook, **changes: Any) -> Hook:
    async with db.transaction(room.runtime.sessions) as session:
        return await service.update_hook(session, room.org.id, hook.id, changes)


async def stored(room: Room, hook: Hook) -> Hook:
    async with db.transaction(room.runtime.sessions) as session:
        return await session.get_one(Hook, hook.id)


def about(room: Room, number: str = NUMBER, agent_id: UUID | None = None, **more: Any) -> Asked:
    return Asked(room.org.id, Callee(number), Scope.SERVICE, agent_id, **more)


async def ask(room: Room, asked: Asked, *, is_patient: bool = True) -> bool:
    asker = Asker(room.runtime.sessions, room.runtime.settings, is_patient)
    return await inquiring.inquire(asker, asked)


async def unasked(room: Room, asked: Asked) -> list[UUID]:
    async with db.transaction(room.runtime.sessions) as session:
        return [each.id for each in await inquiring.list_unasked(session, asked)]


async def inquiries(room: Room) -> Sequence[Inquiry]:
    async with db.transaction(room.runtime.sessions) as session:
        return (await session.exec(select(Inquiry).order_by(col(Inquiry.id)))).all()


async def on_their_way(room: Room, hook: Hook, count: int, seconds: float = 60) -> None:
    """Have so many questions about others be with a hook."""
    async with db.transaction(room.runtime.sessions) as session:
        for n in range(count):
            inquiry = Inquiry(
                org_id=room.org.id,
                hook_id=hook.id,
                to_number=f"+141555501{n + 20}",
                purpose=Scope.SERVICE,
                status=InquiryStatus.ASKING,
                question={},
                valid_until=clock.now() + timedelta(seconds=seconds),
            )
            session.add(inquiry)
