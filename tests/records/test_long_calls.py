"""Calls of one line and of two hours, from the stored call to its record, over real HTTP."""

from typing import Any

from backend.agents.models import Agent
from backend.calls.events import CallEnded
from backend.calls.models import Call
from backend.platform import db
from backend.records import jobs, queries
from backend.records.models import Record, RecordStatus
from tests.support import builders
from tests.support.room import Room
from tests.support.sandbox import Sandbox

SCHEMA = {
    "type": "object",
    "properties": {
        "delay_reason": {"type": ["string", "null"], "description": "Why the driver is late"},
        "current_location": {"type": ["string", "null"], "description": "Where the driver is now"},
        "pallets": {
            "type": ["integer", "null"],
            "description": "How many pallets are on the truck",
        },
        "trailer_is_sealed": {
            "type": ["boolean", "null"],
            "description": "Whether the trailer is sealed",
        },
    },
}
# Talk in which nobody says anything that is asked for.
AGENT_TALK = (
    "agent: Let me read you the next point of the safety briefing, which everybody gets. Keep a "
    "good distance, look well ahead, and take the breaks that the rules give you. Does that sound "
    "sensible to you, or is there something you would like me to go through once more?"
)
USER_TALK = (
    "user: That sounds sensible. I have heard most of it before, but go on, I am listening, and "
    "it never hurts to hear such things again. My colleagues say so as well."
)
TALK = [AGENT_TALK, USER_TALK]
BEGINNING = ["agent: Why are you late?", "user: I was held up by an accident on the road."]
EARLY = ["agent: How many pallets are on the truck?", "user: There are 18 pallets on the truck."]
MIDDLE = ["agent: Is the trailer sealed?", "user: Yes, the trailer is sealed."]
LATE = [
    "agent: You said something about the pallets?",
    "user: Yes, I was wrong before. There are 22 pallets on the truck.",
]
END = ["agent: Where are you right now?", "user: I am near Indio, California."]


async def _made(room: Room, lines: list[str]) -> tuple[Call, list[Record]]:
    async with db.transaction(room.runtime.sessions) as session:
        agent: Agent = await builders.published_agent(session, room.org.id, record_schema=SCHEMA)
        call = await builders.call(session, agent, lines=tuple(lines))
    await jobs.open_revision(room.runtime, CallEnded(org_id=call.org_id, call_id=call.id))
    assert await room.run_jobs() == []
    async with db.transaction(room.runtime.sessions) as session:
        return call, list(await queries.list_revisions(session, call.org_id, call.id))


async def _prompts(sandbox: Sandbox) -> list[str]:
    asked = await sandbox.control("GET", "/llm/requests")
    prompts = [request["body"]["messages"][1]["content"] for request in asked["items"]]
    return [prompt for prompt in prompts if "Case 1" not in prompt]


def _quoted_turns(call: Call, record: Record) -> dict[str, list[str]]:
    evidence: dict[str, dict[str, Any]] = record.evidence
    assert all(shown["found"] for shown in evidence.values())
    return {
        field: [call.transcript[turn]["text"] for turn in shown["turns"]]
        for field, shown in evidence.items()
    }


async def test_two_hours_are_read_in_parts_and_nothing_said_in_any_of_them_is_lost(
    room: Room, sandbox: Sandbox
) -> None:
    talk = TALK * 240
    lines = [*BEGINNING, *talk, *EARLY, *talk, *MIDDLE, *talk, *LATE, *talk, *END]
    assert sum(map(len, lines)) > 400_000, "as much as a hundred thousand tokens"

    call, [record] = await _made(room, lines)

    assert record.problems == []
    assert record.status is RecordStatus.VALID
    assert (record.data["pallets"], record.data["trailer_is_sealed"]) == (22, True)
    assert "accident" in record.data["delay_reason"]
    assert "Indio" in record.data["current_location"]
    quoted = _quoted_turns(call, record)
    assert "22 pallets" in quoted["pallets"][-1]
    assert "accident" in quoted["delay_reason"][-1]
    prompts = await _prompts(sandbox)
    assert len(prompts) > 5
    assert all(len(prompt) < 70_000 for prompt in prompts)
    assert "This is part 2 of" in prompts[1]


async def test_a_call_of_one_line_is_a_record(room: Room, sandbox: Sandbox) -> None:
    call, [record] = await _made(room, ["user: There are 18 pallets on the truck."])

    assert (record.status, record.data["pallets"]) == (RecordStatus.VALID, 18)
    assert _quoted_turns(call, record)["pallets"] == ["There are 18 pallets on the truck."]
    assert len(await _prompts(sandbox)) == 1


async def test_of_a_call_without_words_no_record_is_made_and_no_model_asked(
    room: Room, sandbox: Sandbox
) -> None:
    _, records = await _made(room, [])

    assert records == []
    assert await _prompts(sandbox) == []
