"""Words that arrive after the call was over still reach its record."""

from backend.calls import intake
from backend.calls.lifecycle import UpdateKind
from backend.calls.queries import lock_call_at_retell
from backend.platform import db
from backend.providers.retell_call import RetellCall
from backend.records import queries
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.room import Room

SCHEMA = {
    "type": "object",
    "properties": {"delay_reason": {"type": ["string", "null"], "description": "Why he is late"}},
}
SAID = [
    {"role": "agent", "content": "Why are you late?"},
    {"role": "user", "content": "There was an accident on the road."},
]


async def _take(room: Room, agent_id: str, kind: UpdateKind, said: int) -> None:
    retell_call = RetellCall.from_payload(
        {
            "call_id": "call_1",
            "agent_id": agent_id,
            "call_type": "web_call",
            "disconnection_reason": "user_hangup",
            "transcript_object": SAID[:said],
            "call_analysis": {"call_summary": "Late."} if kind is UpdateKind.ANALYZED else None,
        }
    )
    async with db.transaction(room.runtime.sessions) as session:
        await intake.apply_update(session, room.org.id, kind, retell_call, room.runtime.settings)


async def _record_after(room: Room, *news: tuple[UpdateKind, int]) -> tuple[str, bool, int]:
    """Take news in, running all jobs in between; give the record's state and turns it knew."""
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, record_schema=SCHEMA)
    assert agent.retell_agent_id is not None
    for kind, said in news:
        await _take(room, agent.retell_agent_id, kind, said)
        assert await room.run_jobs() == []
    async with db.transaction(room.runtime.sessions) as session:
        call = await lock_call_at_retell(session, room.org.id, "call_1")
        assert call is not None
        record = await queries.find_current(session, room.org.id, call.id)
        assert record is not None
        source = len(call.transcript)
    assert record.status is not RecordStatus.PENDING
    return str(record.data.get("delay_reason")), record.final, source


async def test_a_transcript_that_only_the_analysis_brings_is_made_into_a_record(
    room: Room,
) -> None:
    value, is_final, turns = await _record_after(
        room, (UpdateKind.ENDED, 0), (UpdateKind.ANALYZED, 2)
    )

    assert "accident" in value
    assert (is_final, turns) == (True, 2)


async def test_an_end_that_comes_after_the_analysis_and_knows_more_is_read(room: Room) -> None:
    value, is_final, turns = await _record_after(
        room, (UpdateKind.ANALYZED, 1), (UpdateKind.ENDED, 2)
    )

    assert "accident" in value
    assert (is_final, turns) == (True, 2)
