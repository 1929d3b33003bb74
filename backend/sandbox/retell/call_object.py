"""Calls as Retell's API and webhooks show them: which fields there are at which moment."""

from typing import Any

from backend.sandbox.retell.call import Call
from backend.sandbox.retell.speech import Turn
from backend.sandbox.screenplay import tool_call


def basic_fields(call: Call) -> dict[str, Any]:
    """Return what is known from the start; what was not given is left out, as Retell does."""
    known: dict[str, Any] = {"call_id": call.call_id, "call_type": call.call_type}
    if call.call_type == "phone_call":
        # Always there; a registered call may have been given none.
        known |= {"from_number": call.from_number or "", "to_number": call.to_number or ""}
        known |= {"direction": call.direction}
    else:
        known["access_token"] = call.access_token
    known |= {
        "agent_id": call.agent_id,
        "agent_version": call.agent_version,
        "agent_name": call.agent_name,
        "call_status": call.status,
        "data_storage_setting": call.data_storage_setting,
        "opt_in_signed_url": call.opt_in_signed_url,
        "retell_llm_dynamic_variables": call.variables,
        "custom_sip_headers": call.custom_sip_headers,
        "custom_attributes": call.custom_attributes,
        "start_timestamp": call.start_ms,
        "telephony_identifier": call.telephony_id and {"twilio_call_sid": call.telephony_id},
    }
    present = {name: value for name, value in known.items() if value is not None}
    if call.has_metadata:
        present["metadata"] = call.metadata
    return present


def full_object(call: Call, public_url: str) -> dict[str, Any]:
    """Return everything there is about the call at this moment."""
    said = {} if call.start_ms is None else transcripts(call)
    return listed_object(call, public_url) | said | _recordings(call, public_url)


def stored_object(call: Call, public_url: str) -> dict[str, Any]:
    """Return a call as `get-call` shows it: webhooks tell more than an agent may want stored."""
    if call.data_storage_setting == "basic_attributes_only" and not call.is_live:
        return listed_object(call, public_url)
    return full_object(call, public_url)


def listed_object(call: Call, public_url: str) -> dict[str, Any]:
    """Return a call as `list-calls` shows it: without what was said."""
    shown = basic_fields(call) | call.measured
    optional = {
        "end_timestamp": call.end_ms,
        "disconnection_reason": call.disconnection_reason,
        "transfer_destination": call.transfer_destination,
        "transfer_end_timestamp": call.transfer_end_ms,
        "call_analysis": call.analysis,
    }
    if call.end_ms is not None:
        optional["public_log_url"] = f"{public_url}/sandbox/logs/{call.call_id}.txt"
    return shown | {name: value for name, value in optional.items() if value is not None}


def _recordings(call: Call, public_url: str) -> dict[str, Any]:
    if call.end_ms is None:
        return {}
    url = f"{public_url}/sandbox/recordings/{call.call_id}.wav"
    return {"recording_url": url, "recording_multi_channel_url": f"{url}?channels=2"}


def transcripts(call: Call) -> dict[str, Any]:
    spoken = [turn for turn in call.heard if turn.line.role != "tool"]
    names = {"agent": "Agent", "user": "User"}
    return {
        "transcript": "".join(f"{names[t.line.role]}: {t.line.text}\n" for t in spoken),
        "transcript_object": [_utterance(number, turn) for number, turn in enumerate(spoken)],
        "transcript_with_tool_calls": _with_tool_calls(call),
    }


def _utterance(number: int, turn: Turn) -> dict[str, Any]:
    words = [{"word": word.text, "start": word.start, "end": word.end} for word in turn.words]
    shown: dict[str, Any] = {"role": turn.line.role, "content": turn.line.text, "words": words}
    if turn.line.role == "agent":
        shown["metadata"] = {"response_id": number}
    return shown


def _with_tool_calls(call: Call) -> list[dict[str, Any]]:
    woven: list[dict[str, Any]] = []
    spoken = 0
    for number, turn in enumerate(call.heard):
        woven += _injected(call, number, turn)
        if turn.line.role == "tool":
            woven += _tool_call(call, number, turn)
        else:
            woven.append(_utterance(spoken, turn))
            spoken += 1
    return woven + _injected(call, len(call.heard), None)


def _injected(call: Call, number: int, turn: Turn | None) -> list[dict[str, Any]]:
    if turn is not None:
        at = turn.words[0].start if turn.words else turn.end
    else:
        at = call.heard[-1].end if call.heard else 0.0
    return [
        {"role": "injected", "content": injected.text, "time_sec": at}
        for injected in call.injected
        if injected.after_turns == number
    ]


def _tool_call(call: Call, number: int, turn: Turn) -> list[dict[str, Any]]:
    used = tool_call(turn.line)
    tool_call_id = f"tool_call_{call.call_id[-8:]}_{number}"
    return [
        {
            "role": "tool_call_invocation",
            "tool_call_id": tool_call_id,
            "name": used.name,
            "arguments": used.arguments,
            "type": used.name,
        },
        {
            "role": "tool_call_result",
            "tool_call_id": tool_call_id,
            "content": used.result,
            "successful": True,
        },
    ]
