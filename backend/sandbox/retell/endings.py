"""How calls end: Retell's disconnection reasons, and the call status each leads to."""

import re
from typing import Any

from backend.sandbox.retell.call import Call, Status
from backend.sandbox.retell.versions import Version

NOT_CONNECTED = frozenset(
    {
        "dial_busy",
        "dial_failed",
        "dial_no_answer",
        "invalid_destination",
        "telephony_provider_permission_denied",
        "telephony_provider_unavailable",
        "sip_routing_error",
        "marked_as_spam",
        "user_declined",
    }
)
ERRORS = frozenset(
    {
        "concurrency_limit_reached",
        "no_valid_payment",
        "scam_detected",
        "registered_call_timeout",
    }
)


def status_after(reason: str) -> Status:
    if reason in NOT_CONNECTED:
        return "not_connected"
    return "error" if reason in ERRORS or reason.startswith("error_") else "ended"


def analyse(call: Call, agent: Version | None) -> dict[str, Any]:
    """Return `call_analysis`. Nobody spoke: nothing to extract, so no custom data."""
    script = call.script
    if not any(turn.line.role == "user" for turn in call.heard):
        return {
            "call_summary": script.summary,
            "in_voicemail": False,
            "user_sentiment": "Unknown",
            "call_successful": False,
        }
    wanted = (agent.fields.get("post_call_analysis_data") if agent else None) or []
    found = _custom_data(wanted, script.facts)
    is_complete = all(item["name"] in found for item in wanted if item.get("required"))
    was_cut_off = call.turns_played < len(call.turns)
    return {
        "call_summary": script.summary,
        "in_voicemail": script.is_voicemail,
        "user_sentiment": script.sentiment,
        "call_successful": script.is_successful and is_complete and not was_cut_off,
        "custom_analysis_data": found,
    }


def _custom_data(wanted: list[dict[str, Any]], facts: Any) -> dict[str, Any]:
    """Fill in what the scenario knows under the same name; a real model would guess more."""
    found: dict[str, Any] = {}
    for item in wanted:
        said = facts.get(item["name"])
        if said is None or item["type"] == "system-presets":
            continue
        value = _typed(said, item)
        if value is not None:
            found[item["name"]] = value
    return found


def _typed(said: str, item: dict[str, Any]) -> str | float | bool | None:
    match item["type"]:
        case "boolean":
            return {"true": True, "false": False}.get(said)
        case "number":
            digits = said.replace(",", "").lstrip("$")
            return float(digits) if digits.replace(".", "", 1).isdecimal() else None
        case "enum":
            same = (choice for choice in item["choices"] if _letters(choice) == _letters(said))
            return next(same, None)
        case _:
            is_code = re.fullmatch(r"[a-z]+(?:_[a-z]+)*", said)
            return said.replace("_", " ").capitalize() if is_code else said


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
