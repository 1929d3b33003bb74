"""Asking about very many numbers at once."""

import asyncio
from collections import Counter

import pytest

from backend.compliance import asking, gate
from backend.compliance.asking import Asking
from backend.compliance.callee import Callee
from backend.compliance.gate import Decision
from backend.compliance.models import Scope
from backend.platform import db
from tests.support.room import Room


async def test_thousands_of_decisions_leave_turns_to_others_on_the_event_loop(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn, decided, decide = 0, Counter[int](), gate.decide

    async def take_turns() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    def counted(*of: object) -> Decision:
        decided[turn] += 1
        return decide(*of)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(gate, "decide", counted)
    callees = [Callee(f"+1415555{n:04}") for n in range(1600)]
    others = asyncio.create_task(take_turns())
    async with db.transaction(room.runtime.sessions) as session:
        asked = Asking(room.org.id, Scope.SERVICE, room.runtime.settings.secret_keys)
        decisions = await asking.ask_about_many(session, asked, callees)
    others.cancel()

    assert len(decisions) == decided.total() == 1600
    assert max(decided.values()) <= 500
