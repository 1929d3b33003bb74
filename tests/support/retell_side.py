"""A call as Retell sees it, and the webhooks it sends about it. The call exists nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx

from tests.support.sandbox import API_KEY
from tests.support.signing import as_sent, sign

STARTED_AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
STARTED_MS = int(STARTED_AT.timestamp() * 1000)
LASTED_MS = 61_200
SAID = ("agent: Hello, is this Mike?", "user: Yes, speaking.", "user: I'm two hours late.")

_numbers = count(1)


@dataclass(frozen=True)
class RetellSide:
    """`members` are further members of the call object, in every webhook."""

    agent_id: str | None
    call_id: str = field(default_factory=lambda: f"call_made_up_{next(_numbers)}")
    members: Mapping[str, Any] = field(default_factory=dict)

    def started(self, **members: Any) -> dict[str, Any]:
        return self.webhook("call_started", **members)

    def spoken(self, *lines: str, **members: Any) -> dict[str, Any]:
        """Tell the transcript so far, given as "user: words"."""
        return self.webhook("transcript_updated", transcript_object=utterances(*lines), **members)

    def ended(self, reason: str = "user_hangup", **members: Any) -> dict[str, Any]:
        return self.webhook("call_ended", **(self._over(reason) | members))

    def analyzed(self, reason: str = "user_hangup", **members: Any) -> dict[str, Any]:
        analysis = {
            "call_summary": "He is late.",
            "user_sentiment": "Neutral",
            "call_successful": True,
            "in_voicemail": False,
        }
        over = self._over(reason) | {"call_analysis": analysis}
        return self.webhook("call_analyzed", **(over | members))

    def webhook(self, event: str, **members: Any) -> dict[str, Any]:
        """Make any webhook. A member that is None is left out, as Retell leaves it out."""
        call = {
            "call_id": self.call_id,
            "call_type": "phone_call",
            "direction": "inbound",
            "from_number": "+14155550100",
            "to_number": "+14155550199",
            "agent_id": self.agent_id,
            "agent_version": 0,
            "call_status": "ongoing",
            "start_timestamp": STARTED_MS,
            **self.members,
            **members,
        }
        present = {name: value for name, value in call.items() if value is not None}
        return {"event": event, "call": present}

    def _over(self, reason: str) -> dict[str, Any]:
        return {
            "call_status": "ended",
            "end_timestamp": STARTED_MS + LASTED_MS,
            "duration_ms": LASTED_MS,
            "disconnection_reason": reason,
            "transcript_object": utterances(*SAID),
        }


def utterances(*lines: str) -> list[dict[str, Any]]:
    """Write a `transcript_object` of lines as "user: words", two seconds apart."""
    spoken = [line.partition(": ") for line in lines]
    return [
        {"role": role, "content": text, "words": [{"word": text, "start": 2 * n, "end": 2 * n + 1}]}
        for n, (role, _, text) in enumerate(spoken)
    ]


async def deliver(
    client: httpx.AsyncClient, org_slug: str, webhook: dict[str, Any] | bytes, **headers: str
) -> httpx.Response:
    """Send a webhook as Retell does; a header given here replaces Retell's."""
    body = webhook if isinstance(webhook, bytes) else as_sent(webhook)
    retells = {"Content-Type": "application/json", "X-Retell-Signature": sign(body, API_KEY)}
    return await client.post(f"/webhook/retell/{org_slug}", content=body, headers=retells | headers)
