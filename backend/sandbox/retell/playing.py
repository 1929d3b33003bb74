"""Plays calls: rings, lets people talk turn by turn, hangs up, analyses, and tells the receiver.

How far a call has got is in the call itself, so one that a stop interrupted goes on from there.
"""

import asyncio
import json
from dataclasses import dataclass, field

from backend.sandbox.clock import Pace, now_ms
from backend.sandbox.retell.billing import measure
from backend.sandbox.retell.call import Call
from backend.sandbox.retell.endings import analyse, status_after
from backend.sandbox.retell.store import Store
from backend.sandbox.retell.versions import Version
from backend.sandbox.retell.webhooks import Webhooks
from backend.sandbox.screenplay import tool_call

RING_SECONDS = 1.0
TALK_SECONDS = 4.4
LONGEST_TURN_SECONDS = 0.6
ANALYSIS_SECONDS = 0.6
TRANSFER_SECONDS = 0.8
# Five minutes at Retell; time is as compressed here as it is in calls.
REGISTERED_SECONDS = 30.0


@dataclass
class LiveCall:
    """A call under way and the way to interrupt it."""

    call: Call
    touched: asyncio.Event = field(default_factory=asyncio.Event)


class Player:
    def __init__(self, store: Store, webhooks: Webhooks, pace: Pace) -> None:
        self._store = store
        self._webhooks = webhooks
        self._pace = pace
        self._lines: dict[str, LiveCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def live_count(self) -> int:
        """Count the calls that hold a line: dialling, or talking."""
        calls = [line.call for line in self._lines.values()]
        return sum(call.is_live and not call.awaits_connection for call in calls)

    def start(self, call: Call, dial_after: float = 0.0) -> None:
        """Dial, after so many real seconds, and play the call to its end."""
        line = LiveCall(call)
        self._lines[call.call_id] = line
        task = asyncio.create_task(self._play(line, dial_after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def resume(self) -> None:
        """Go on with the calls that a stop interrupted."""
        for call in self._store.calls.values():
            if not call.is_over:
                self.start(call)

    def hang_up(self, call: Call, reason: str) -> None:
        """End a live call now, for a reason that is not its script's."""
        self._end(call, reason)
        self._lines[call.call_id].touched.set()

    def connect(self, call: Call) -> bool:
        """Connect a registered call; False when it does not wait for that."""
        if not (call.is_live and call.awaits_connection):
            return False
        call.awaits_connection = False
        self._lines[call.call_id].touched.set()
        return True

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def forget(self) -> None:
        """Let go of every call under way, without ending it."""
        for task in self._tasks:
            task.cancel()
        self._lines.clear()

    async def _play(self, line: LiveCall, dial_after: float) -> None:
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

    async def _ring(self, line: LiveCall, dial_after: float) -> None:
        call = line.call
        if call.awaits_connection and not await self._connected(line):
            return
        due = asyncio.get_running_loop().time() + dial_after
        if await self._interrupted_until(line, due):
            return
        if call.direction == "outbound" and not call.is_dialled:
            call.is_dialled = True
            self._store.count_dial(call.to_number)
        ring = RING_SECONDS if call.call_type == "phone_call" else 0.0
        if await self._interrupted(line, ring) or not call.script.lines:
            return
        call.status = "ongoing"
        call.start_ms = now_ms()
        self._store.changed()
        self._webhooks.send(call, "call_started")

    async def _connected(self, line: LiveCall) -> bool:
        await self._interrupted(line, REGISTERED_SECONDS)
        line.touched.clear()
        if line.call.is_live and line.call.awaits_connection:
            self._end(line.call, "registered_call_timeout")
        return line.call.is_live

    async def _talk(self, line: LiveCall) -> None:
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
            call.measured = measure(call)
        self._store.changed()
        if call.start_ms is not None:
            self._webhooks.send_transcript(call)
        if reason == "call_transfer":
            self._announce(call, "transfer_bridged")
        self._webhooks.send(call, "call_ended")

    async def _after(self, call: Call) -> None:
        if call.analysis is None:
            await self._pace.sleep(ANALYSIS_SECONDS)
            call.analysis = analyse(call, self._agent_version(call))
            self._store.changed()
            self._webhooks.send(call, "call_analyzed")
        if not call.is_over:
            # The person is still talking to whoever they were handed to.
            await self._pace.sleep(TRANSFER_SECONDS)
            call.transfer_end_ms = now_ms()
            self._store.changed()
            self._announce(call, "transfer_ended")

    def _agent_version(self, call: Call) -> Version | None:
        agent = self._store.agents.get(call.agent_id)
        return agent.versions.get(call.agent_version) if agent else None

    async def _interrupted(self, line: LiveCall, simulated: float) -> bool:
        due = asyncio.get_running_loop().time() + self._pace.seconds(simulated)
        return await self._interrupted_until(line, due)

    async def _interrupted_until(self, line: LiveCall, due: float) -> bool:
        """Wait, and tell whether somebody did something to the call meanwhile."""
        try:
            async with asyncio.timeout_at(due):
                await line.touched.wait()
        except TimeoutError:
            return False
        return True
