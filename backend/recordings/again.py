"""Transcribing the recording of a call at Retell once more, from a channel for each speaker."""

from uuid import UUID

from loguru import logger

from backend.agents import service as agents
from backend.calls import service as calls
from backend.calls.errors import RecordingNotFound
from backend.calls.models import Call, CallSource
from backend.platform import db
from backend.platform.errors import AppError
from backend.providers.runtime import Runtime
from backend.recordings import queries, service
from backend.recordings.errors import CallNotOver, RecordingBusy
from backend.recordings.models import Recording
from backend.recordings.service import NewRecording

# Retell puts the agent on the second channel.
_CHANNELS = {"0": "user", "1": "agent"}


async def transcribe_call(runtime: Runtime, org_id: UUID, call_id: UUID) -> Recording:
    """Fetch a call's recording and have it transcribed, as another revision of its transcript."""
    async with db.transaction(runtime.sessions) as session:
        call = await calls.get_call(session, org_id, call_id)
    if call.ended_at is None:
        raise CallNotOver(f"The call is {call.status.value}; its recording comes when it is over.")
    url, channels = await _address(runtime, call)
    new = NewRecording(
        file_name=f"{call.retell_call_id or call.id}.wav",
        agent_id=call.agent_id,
        occurred_at=call.started_at,
        wishes={"channels": channels} if channels else {},
        allows_duplicate=True,
    )
    async with db.transaction(runtime.sessions) as session:
        await calls.lock_call(session, org_id, call_id)
        for earlier in await queries.list_of_call(session, org_id, call_id):
            if not earlier.status.is_over:
                raise RecordingBusy("The call is being transcribed.", recording_id=str(earlier.id))
        recording = await service.add_recording(session, org_id, new, runtime.settings)
        recording.call_id, recording.is_of_call = call_id, True
        await service.queue_from_url(session, recording, url, runtime.settings)
    return recording


async def _address(runtime: Runtime, call: Call) -> tuple[str, dict[str, str]]:
    """Ask Retell where the recording is now: what it told when the call ended may have expired."""
    missing = RecordingNotFound(f"Call {call.id} has no recording at Retell.")
    if call.source is CallSource.UPLOAD or call.retell_call_id is None:
        raise missing
    _, whole = call.known.get("recording_url", (0, None))
    _, apart = call.known.get("recording_multi_channel_url", (0, None))
    try:
        told = await runtime.retell.get_call(call.retell_call_id)
        whole, apart = told.recording_url or whole, told.recording_multi_channel_url or apart
    except AppError as failure:
        logger.warning("recording.address_not_renewed", reason=failure.code)
    if isinstance(apart, str):
        return apart, _CHANNELS
    if isinstance(whole, str):
        return whole, {}
    raise missing


async def transcribe_if_wanted(runtime: Runtime, org_id: UUID, call_id: UUID) -> None:
    """Transcribe a call that is over where its agent asks for it for every call, once."""
    async with db.transaction(runtime.sessions) as session:
        call = await calls.get_call(session, org_id, call_id)
        agent = await agents.get_agent(session, org_id, call.agent_id)
        is_done = bool(await queries.list_of_call(session, org_id, call_id))
    is_wanted = agent.draft.transcribe_calls and call.source is not CallSource.UPLOAD
    if not is_wanted or is_done or "recording_url" not in call.known:
        return
    try:
        await transcribe_call(runtime, org_id, call_id)
    except (RecordingBusy, RecordingNotFound, CallNotOver) as refused:
        logger.info("recording.not_transcribed_again", reason=refused.code)
