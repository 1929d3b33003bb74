"""Plays calls: rings, lets people talk turn by turn, hangs up, analyses, and tells the receiver.

How far a call has got is in the call itself, so one that a stop interrupted goes on from there.
"""

import asyncio
import json
from dataclasses import dataclass, field

from backend.sandbox.clock import Pace, now_ms
from backend.sandbox.retell.call import Call
from backend.sandbox.retell.endings import NOT_CONNECTED, analyse, status_after
from backend.sandbox.retell.store import Store
from backend.sandbox.retell.versions import Version
from backend.sandbox.retell.webhooks import Webhooks
from backend.sandbox.screenplay import tool_call

RING_SECONDS = 1.0
TALK_SECONDS = 4.4
LONGEST_TURN_SECONDS = 0.6
ANALYSIS_SECONDS = 0.6
TRANSFER_SECONDS = 0.8


@dataclass
class Line:
    """A call under way and the way to interrupt it."""

    call: Call
    hang_up: asyncio.Event = field(default_factory=asyncio.Event)
    reason: str = ""


class Player:
    def __init__(self, store: Store, webhooks: Webhooks, pace: Pace) -> None:
        self._store = store
        self._webhooks = webhooks
        self._pace = pace
        self._lines: dict[str, Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, call: Call, dial_after: float = 0.0) -> None:
        """Dial, after so many simulated seconds, and play the call to its end."""
        line = Line(call)
        self._lines[call.call_id] = line
        task = asyncio.create_task(self._play(line, dial_after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def resume(self) -> None:
        """Go on with the calls that a stop interrupted."""
        for call in self._store.calls.values():
            if call.analysis is None and not call.is_registered_only:
                self.start(call)

    def hang_up(self, call: Call, reason: str) -> None:
        """End a live call for a reason of its own; the call ends before this returns."""
        line = self._lines.get(call.call_id)
        if line is None:
            return
        self._end(call, reason)
        line.hang_up.set()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def forget(self) -> None:
        """Let go of every call under way, without ending it."""
        for task in self._tasks:
            task.cancel()
        self._lines.clear()

    async def _play(self, line: Line, dial_after: float) -> None:
        call = line.call
        try:
            if call.status == "registered":
                await self._ring(line, dial_after)
            if call.status == "ongoing":
                await self._talk(line)
            if call.is_live:
                self._end(call, call.script.ends)
            await self._after(call)
        finally:
            self._lines.pop(call.call_id, None)

    async def _ring(self, line: Line, dial_after: float) -> None:
        call = line.call
        if await self._interrupted(line, dial_after):
            return
        if call.to_number is not None and call.direction == "outbound":
            self._store.dialled[call.to_number] = self._store.dialled.get(call.to_number, 0) + 1
            self._store.changed()
        ring = RING_SECONDS if call.call_type == "phone_call" else 0.0
        if await self._interrupted(line, ring) or call.script.ends in NOT_CONNECTED:
            return
        call.status = "ongoing"
        call.start_ms = now_ms()
        self._store.changed()
        self._webhooks.send(call, "call_started")

    async def _talk(self, line: Line) -> None:
        call = line.call
        turn_seconds = min(LONGEST_TURN_SECONDS, TALK_SECONDS / len(call.turns))
        loop = asyncio.get_running_loop()
        due = loop.time()
        while call.turns_played < len(call.turns):
            # Against the clock and not turn by turn, so that a busy machine does not stretch calls.
            due += self._pace.seconds(turn_seconds)
            if await self._interrupted_until(line, due):
                return
            call.turns_played += 1
            self._store.changed()
            self._webhooks.send_transcript(call)
            self._transfer(call)

    def _transfer(self, call: Call) -> None:
        """Start the transfer when the turn just played asks for one."""
        turn = call.heard[-1]
        used = tool_call(turn.line) if turn.line.role == "tool" else None
        if used is not None and used.name == "transfer_call":
            call.transfer_destination = json.loads(used.arguments)["number"]
            self._announce(call, "transfer_started")

    def _announce(self, call: Call, event: str) -> None:
        self._webhooks.send(
            call,
            event,
            transfer_destination={"number": call.transfer_destination},
            transfer_option={"type": "cold_transfer", "showTransfereeAsCaller": False},
        )

    def _end(self, call: Call, reason: str) -> None:
        call.disconnection_reason = reason
        call.status = status_after(reason)
        if call.start_ms is not None:
            call.end_ms = max(now_ms(), call.start_ms)
        self._store.changed()
        if call.start_ms is not None:
            self._webhooks.send_transcript(call)
        if reason == "call_transfer":
            self._announce(call, "transfer_bridged")
        self._webhooks.send(call, "call_ended")

    async def _after(self, call: Call) -> None:
        await self._pace.sleep(ANALYSIS_SECONDS)
        call.analysis = analyse(call, self._agent_version(call))
        self._store.changed()
        self._webhooks.send(call, "call_analyzed")
        if call.disconnection_reason == "call_transfer":
            # The person is still talking to whoever they were handed to.
            await self._pace.sleep(TRANSFER_SECONDS)
            call.transfer_end_ms = now_ms()
            self._store.changed()
            self._announce(call, "transfer_ended")

    def _agent_version(self, call: Call) -> Version | None:
        agent = self._store.agents.get(call.agent_id)
        return agent.versions.get(call.agent_version) if agent else None

    async def _interrupted(self, line: Line, simulated: float) -> bool:
        due = asyncio.get_running_loop().time() + self._pace.seconds(simulated)
        return await self._interrupted_until(line, due)

    async def _interrupted_until(self, line: Line, due: float) -> bool:
        """Wait, and tell whether somebody hung up meanwhile."""
        try:
            async with asyncio.timeout_at(due):
                await line.hang_up.wait()
        except TimeoutError:
            return False
        return True
