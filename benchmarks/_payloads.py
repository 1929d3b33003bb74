"""Webhooks as Retell sends them: a `call_ended` of about 7.5 kB, each different, and signed."""

import hashlib
import hmac
import json
import time
from functools import lru_cache
from random import Random
from typing import Any

AGENT_ID = "agent_benchmark"

_NAMES = ("Mike", "Anna", "José", "Priya", "Tom", "Zoë", "Li", "Omar")
_PLACES = ("Joliet", "Amarillo", "Boise", "Macon", "Tulsa", "Reno", "Fargo", "Laredo")
_REASONS = ("traffic on the bridge", "a flat tyre", "the rain", "the queue at the gate")
_LINES = (
    ("agent", "Hi {name}, this is dispatch. How is the run to {place} going?"),
    ("user", "Hey, I'm still about {minutes} minutes out, because of {reason}."),
    ("agent", "Thanks. So you will be {minutes} minutes late at {place}, is that right?"),
    ("user", "Yes, that's right. The load is fine and I feel good."),
    ("agent", "Great. Please send the proof of delivery before you leave. Drive safely!"),
    ("user", "Will do, bye."),
)


@lru_cache(maxsize=64)
def _said(number: int) -> tuple[str, list[dict[str, Any]]]:
    """Write one conversation: its transcript, and its utterances with the times of their words."""
    random = Random(number)  # noqa: S311 - has to repeat, not to be secret
    words_of = {
        "name": random.choice(_NAMES),
        "place": random.choice(_PLACES),
        "reason": random.choice(_REASONS),
        "minutes": str(random.randrange(10, 180)),
    }
    utterances: list[dict[str, Any]] = []
    clock = 0.4
    for role, line in _LINES:
        words = []
        for word in line.format(**words_of).split():
            end = clock + random.uniform(0.15, 0.5)
            words.append({"word": word, "start": round(clock, 3), "end": round(end, 3)})
            clock = end + 0.03
        utterances.append({"role": role, "content": line.format(**words_of), "words": words})
    return "".join(f"{u['role'].title()}: {u['content']}\n" for u in utterances), utterances


def call_ended(call_id: str, *, agent_id: str = AGENT_ID) -> bytes:
    """Write the webhook of one call. The same id gives the same conversation."""
    random = Random(call_id)  # noqa: S311 - has to repeat, not to be secret
    transcript, utterances = _said(random.randrange(64))
    ended_at = int(time.time() * 1000)
    duration = round(utterances[-1]["words"][-1]["end"] * 1000) + 500
    call = {
        "call_id": call_id,
        "call_type": "phone_call",
        "direction": "outbound",
        "from_number": "+14155550199",
        "to_number": f"+14155550{random.randrange(100, 199)}",
        "agent_id": agent_id,
        "agent_version": 0,
        "call_status": "ended",
        "metadata": {"load": f"L-{random.randrange(10**6)}"},
        "retell_llm_dynamic_variables": {"load_number": str(random.randrange(10**6))},
        "start_timestamp": ended_at - duration,
        "end_timestamp": ended_at,
        "duration_ms": duration,
        "disconnection_reason": "user_hangup",
        "transcript": transcript,
        "transcript_object": utterances,
        "transcript_with_tool_calls": utterances,
        "recording_url": f"https://recordings.example.com/{random.getrandbits(128):x}.wav",
        "call_cost": {
            "combined_cost": round(random.uniform(5, 20), 2),
            "total_duration_seconds": duration // 1000,
            "product_costs": [{"product": "elevenlabs_tts", "cost": 7.0}],
        },
    }
    envelope = {"event": "call_ended", "call": call}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def sign(body: bytes, key: str) -> str:
    """Sign a body now; the service takes it for five minutes."""
    now = int(time.time() * 1000)
    digest = hmac.new(key.encode(), body + str(now).encode(), hashlib.sha256).hexdigest()
    return f"v={now},d={digest}"


def request(body: bytes, key: str) -> bytes:
    """Write the whole HTTP request that delivers a webhook."""
    head = (
        "POST /webhook/retell/default HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        "content-type: application/json\r\nuser-agent: benchmark\r\n"
        f"x-retell-signature: {sign(body, key)}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
