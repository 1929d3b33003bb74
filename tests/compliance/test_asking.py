"""Asking about very many numbers at once."""

import threading
from collections import Counter

import pytest

from backend.compliance import asking, gate
from backend.compliance.asking import Asking
from backend.compliance.callee import Callee
from backend.compliance.gate import Decision
from backend.compliance.models import Scope
from backend.platform import db
from tests.support.room import Room


async def test_thousands_of_decisions_are_made_beside_the_event_loop(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided, decide = Counter[int](), gate.decide

    def counted(*of: object) -> Decision:
        decided[threading.get_ident()] += 1
        return decide(*of)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(gate, "decide", counted)
    callees = [Callee(f"+1415555{n:04}") for n in range(1600)]
    async with db.transaction(room.runtime.sessions) as session:
        asked = Asking(room.org.id, Scope.SERVICE, room.runtime.settings.secret_keys)
        decisions = await asking.ask_about_many(session, asked, callees)

    assert len(decisions) == decided.total() == 1600
    assert threading.get_ident() not in decided
