"""Webhooks: built, signed and delivered as Retell does, or wrongly where a fault says so.

Deliveries are triggered in order but do not wait for each other. Without a 2xx in time a delivery
is tried again, up to three times; then it is gone.
"""

import asyncio
import logging
from collections.abc import Coroutine
from functools import cache
from itertools import cycle
from ssl import SSLContext
from typing import Any
from uuid import uuid4

import httpx

from backend.sandbox.clock import Pace, now_ms
from backend.sandbox.retell import call_object
from backend.sandbox.retell.call import Call
from backend.sandbox.retell.delivery import Attempt, Delivery
from backend.sandbox.retell.faults import FaultKind, FaultRule, Faults
from backend.sandbox.retell.signing import HEADER, sign
from backend.sandbox.retell.store import Store
from backend.sandbox.retell.wire import dumps
from backend.sandbox.screenplay import fill

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = (0.5, 1.0, 2.0)
DEFAULT_TIMEOUT_MS = 10_000
CLIENTS = 16


class Webhooks:
    def __init__(self, store: Store, faults: Faults, pace: Pace, key: str) -> None:
        self.public_url = ""
        self._store = store
        self._faults = faults
        self._pace = pace
        self._key = key
        self._tasks: set[asyncio.Task[None]] = set()
        # Notified whenever a delivery has come to its end.
        self._settled = asyncio.Condition()
        # One client's work grows with the square of its open connections.
        self._all_clients = [_new_client() for _ in range(CLIENTS)]
        self._clients = cycle(self._all_clients)

    def send(self, call: Call, event: str, **siblings: Any) -> Delivery | None:
        """Tell the call's receiver, if it wants to know. Returns before anything is sent."""
        receiver = call.receiver
        if receiver is None or event not in receiver.events:
            return None
        return self.deliver(call, event, **siblings)

    def send_transcript(self, call: Call) -> None:
        """Tell how the conversation goes, beside the call too, where some receivers look for it."""
        if call.receiver is not None and "transcript_updated" in call.receiver.events:
            woven = call_object.transcripts(call)["transcript_with_tool_calls"]
            self.deliver(call, "transcript_updated", transcript_with_tool_calls=woven)

    def deliver(self, call: Call, event: str, **siblings: Any) -> Delivery | None:
        """Deliver an event whether it is subscribed to or not."""
        if call.receiver is None:
            return None
        body = {"event": event, "call": self._call_in(event, call), **siblings}
        delivery = Delivery(
            id=uuid4().hex,
            call_id=call.call_id,
            event=event,
            url=fill(call.receiver.url, call.variables or {}),
            timeout_ms=call.receiver.timeout_ms,
            body=dumps(body).decode(),
        )
        self._store.deliveries.setdefault(call.call_id, []).append(delivery)
        self._store.changed()
        self._spawn(self._deliver(delivery))
        return delivery

    def resume(self) -> None:
        """Take up the deliveries that a stop interrupted."""
        for deliveries in self._store.deliveries.values():
            for delivery in deliveries:
                if delivery.state == "pending":
                    self._spawn(self._deliver(delivery))

    async def ask(self, url: str, body: dict[str, Any]) -> httpx.Response | None:
        """Post an inbound webhook and return its answer; None when none came in all attempts."""
        raw = dumps(body)
        for wait in (0.0, *RETRY_AFTER_SECONDS):
            await self._pace.sleep(wait)
            attempt, response = await self._post(url, raw, DEFAULT_TIMEOUT_MS, {})
            if attempt.is_accepted and response is not None:
                return response
        return None

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for client in self._all_clients:
            await client.aclose()

    def forget(self) -> None:
        """Give up everything under way."""
        for task in self._tasks:
            task.cancel()

    def _call_in(self, event: str, call: Call) -> dict[str, Any]:
        if event == "call_started":
            return call_object.basic_fields(call)
        shown = call_object.full_object(call, self.public_url)
        if event == "call_ended":
            shown.pop("call_analysis", None)
        return shown

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        faults = {
            rule.kind: rule for rule in self._faults.of_webhook(delivery.event, delivery.call_id)
        }
        delivery.faults += [str(kind) for kind in faults]
        await self._hold_back(delivery, faults)
        duplicate = faults.get(FaultKind.DUPLICATE)
        async with asyncio.TaskGroup() as copies:
            for _ in range(duplicate.n if duplicate else 1):
                copies.create_task(self._send_until_accepted(delivery, faults))
        delivery.body = None
        self._store.changed()
        async with self._settled:
            self._settled.notify_all()

    async def _hold_back(self, delivery: Delivery, faults: dict[FaultKind, FaultRule]) -> None:
        if rule := faults.get(FaultKind.DELAY):
            await asyncio.sleep(rule.seconds)
        if rule := faults.get(FaultKind.REORDER):
            try:
                async with asyncio.timeout(rule.seconds), self._settled:
                    await self._settled.wait_for(lambda: self._overtaken(delivery, rule.until))
            except TimeoutError:
                logger.info("no later event overtook %s in time", delivery.event)

    def _overtaken(self, delivery: Delivery, until: str | None) -> bool:
        of_call = self._store.deliveries.get(delivery.call_id, [delivery])
        later = of_call[of_call.index(delivery) + 1 :]
        return any(other.state != "pending" and until in {None, other.event} for other in later)

    async def _send_until_accepted(
        self, delivery: Delivery, faults: dict[FaultKind, FaultRule]
    ) -> None:
        raw = (delivery.body or "").encode()
        for number, wait in enumerate((0.0, *RETRY_AFTER_SECONDS), start=1):
            await self._pace.sleep(wait)
            rules = {k: r for k, r in faults.items() if r.attempts is None or number <= r.attempts}
            if FaultKind.DROP in rules:
                attempt = Attempt(error="dropped by a fault")
            else:
                attempt, _ = await self._post(delivery.url, raw, delivery.timeout_ms, rules)
            delivery.attempts.append(attempt)
            self._store.changed()
            if attempt.is_accepted:
                delivery.state = "delivered"
                return
        if delivery.state == "pending":
            delivery.state = "dropped" if FaultKind.DROP in faults else "failed"
            logger.warning("gave up on %s of %s", delivery.event, delivery.call_id)

    async def _post(
        self, url: str, raw: bytes, timeout_ms: int, rules: dict[FaultKind, FaultRule]
    ) -> tuple[Attempt, httpx.Response | None]:
        headers = {"Content-Type": "application/json", HEADER: self._signature(raw, rules)}
        started_ms = now_ms()
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                response = await next(self._clients).post(
                    url, content=raw, headers=headers, timeout=None
                )
        except TimeoutError:
            return Attempt(error="timeout", at_ms=started_ms), None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Attempt(error=type(error).__name__, at_ms=started_ms), None
        return Attempt(status=response.status_code, at_ms=started_ms), response

    def _signature(self, raw: bytes, rules: dict[FaultKind, FaultRule]) -> str:
        at = now_ms()
        if rule := rules.get(FaultKind.STALE_TIMESTAMP):
            at -= round(rule.age_seconds * 1000)
        key = f"not-{self._key}" if FaultKind.WRONG_SIGNATURE in rules else self._key
        return sign(raw, key, at)


def _new_client() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=10)
    return httpx.AsyncClient(trust_env=False, limits=limits, verify=_ssl_context())


@cache
def _ssl_context() -> SSLContext:
    return httpx.create_ssl_context()
