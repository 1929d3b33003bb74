"""What a call cost, in cents, and how quick the agent was: worked out from what was said."""

from collections.abc import Sequence
from typing import Any

from backend.sandbox.retell.call import Call
from backend.sandbox.retell.speech import Turn, duration_ms

# Cents a second, near Retell's list prices of 2026.
PRICES = {"elevenlabs_tts": 0.1166667, "gpt_4_1": 0.075}
TELEPHONY = {"us_telephony": 0.025}


def measure(call: Call) -> dict[str, Any]:
    """Return the fields of an ended call that follow from what was heard of it."""
    length = duration_ms(call.heard)
    return {
        "duration_ms": length,
        "call_cost": call_cost(call, length),
        "latency": latency(call.heard),
        "llm_token_usage": llm_token_usage(call.heard),
    }


def call_cost(call: Call, length_ms: int) -> dict[str, Any]:
    """Bill by the second begun."""
    seconds = -(-length_ms // 1000)
    prices = PRICES | (TELEPHONY if call.call_type == "phone_call" else {})
    costs = [
        {"product": product, "unit_price": price, "cost": round(price * seconds, 4)}
        for product, price in prices.items()
    ]
    return {
        "product_costs": costs,
        "total_duration_seconds": seconds,
        "total_duration_unit_price": round(sum(prices.values()), 7),
        "combined_cost": round(sum(price * seconds for price in prices.values()), 4),
    }


def latency(turns: Sequence[Turn]) -> dict[str, Any]:
    """Share each pause before an answer among model, voice and ears."""
    waits = [float(turn.response_ms) for turn in turns if turn.response_ms is not None]
    if not waits:
        return {}
    shares = {"e2e": 1.0, "llm": 0.62, "tts": 0.21, "asr": 0.09}
    return {
        name: _spread([round(wait * share, 1) for wait in waits]) for name, share in shares.items()
    }


def llm_token_usage(turns: Sequence[Turn]) -> dict[str, Any]:
    """Count a prompt that grows with the conversation, once for each answer."""
    values: list[int] = []
    said = 0
    for turn in turns:
        said += len(turn.words)
        if turn.response_ms is not None:
            values.append(600 + round(said * 1.3))
    average = sum(values) / len(values) if values else 0.0
    return {"values": values, "average": round(average, 2), "num_requests": len(values)}


def _spread(values: list[float]) -> dict[str, Any]:
    ordered = sorted(values)
    points = {"p50": 0.50, "p90": 0.90, "p95": 0.95, "p99": 0.99}
    spread: dict[str, Any] = {
        name: ordered[min(len(ordered) - 1, int(share * len(ordered)))]
        for name, share in points.items()
    }
    return spread | {
        "max": ordered[-1],
        "min": ordered[0],
        "num": len(values),
        "values": values,
    }
