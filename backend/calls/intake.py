"""Taking in updates of a call: find whose it is, lock it, join them, announce the changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from loguru import logger
from pydantic import JsonValue
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.calls import lifecycle, masking, queries, suppressing
from backend.calls.errors import CallErased, CallUnknownHere
from backend.calls.events import (
    CallAnalyzed,
    CallEnded,
    CallFailed,
    CallNotConnected,
    CallRepaired,
    CallRevised,
    CallStarted,
    CallTranscriptUpdated,
)
from backend.calls.lifecycle import CallState, Change, Outcome, UpdateKind
from backend.calls.models import Call, CallSource, CallStatus, ToolUse, Turn
from backend.calls.service import about, after
from backend.calls.updates import CALL_ID_KEY, update_of
from backend.platform import clock, events, ids
from backend.platform.events import CallEvent, Event, JsonObject
from backend.platform.people import erased
from backend.platform.people.erased import Names
from backend.platform.settings import DeadlineSettings, Settings
from backend.platform.tables import sql_table
from backend.providers.retell_call import RetellCall

_EVENTS: dict[Change, type[CallEvent]] = {
    Change.STARTED: CallStarted,
    Change.TRANSCRIPT_UPDATED: CallTranscriptUpdated,
    Change.ENDED: CallEnded,
    Change.NOT_CONNECTED: CallNotConnected,
    Change.FAILED: CallFailed,
    Change.ANALYZED: CallAnalyzed,
}


async def apply_update(
    session: AsyncSession,
    org_id: UUID,
    kind: UpdateKind,
    retell_call: RetellCall,
    settings: Settings,
    *,
    is_repair: bool = False,
) -> tuple[Call, Sequence[Change]]:
    """Apply an update to the call it is about, whatever came before or comes twice.

    A call unknown here is adopted when its agent is ours and it was not erased; otherwise
    CallUnknownHere or CallErased is raised.
    The call's row stays locked until the transaction ends; a transaction that has written before
    it comes here should have taken that lock by then (see `lock_updates`). `is_repair` says that
    the update was fetched because it had not come; what changed by it is kept with the call.
    """
    await queries.lock_key(session, retell_call.call_id)
    call = await _lock_or_adopt(session, org_id, retell_call, settings)
    before = _state(call)
    update = update_of(kind, retell_call)
    lasting = await masking.find_lasting_mask(session, call)
    if lasting is not None:
        update = masking.masked_update(lasting, update)
    if call.recording_id is not None:
        # Transcribed here, nothing that comes from Retell later takes its place.
        update = replace(update, turns=())
    outcome = lifecycle.apply(before, update)
    _store(call, outcome)
    call.retell_call_id = retell_call.call_id
    call.check_at = _next_check(call, outcome.state, settings.deadline)
    announcements: list[Event] = []
    # A transcript that grew since its last webhook is nothing missed.
    missed = [change for change in outcome.changes if change is not Change.TRANSCRIPT_UPDATED]
    if is_repair and missed:
        learned = [change.value for change in missed]
        call.repaired, call.repaired_at = [*call.repaired, *learned], clock.now()
        logger.warning("call.repaired", call_id=str(call.id), changes=learned)
        data = {"changes": learned, "source": "sweep"}
        announcements.append(CallRepaired(**about(call) | {"data": data}))
    await session.flush()
    for change in outcome.changes:
        content = about(call)
        if change is Change.TRANSCRIPT_UPDATED:
            content["data"] = {"turns": [turn.model_dump() for turn in outcome.new_turns]}
        announcements.append(_EVENTS[change](**content))
    has_leg_ended = _leg_goes_on(before) and not _leg_goes_on(outcome.state)
    if "ended" in before.seen and (outcome.new_turns or has_leg_ended):
        announcements.append(CallRevised(org_id=org_id, call_id=call.id))
    await events.publish(session, *announcements)
    await suppressing.keep_opt_out(session, call)
    return call, outcome.changes


async def lock_updates(session: AsyncSession, retell_call_id: str) -> None:
    """Wait for other updates of this call to be applied, before the transaction writes anything."""
    await queries.lock_key(session, retell_call_id)


async def _lock_or_adopt(
    session: AsyncSession, org_id: UUID, retell_call: RetellCall, settings: Settings
) -> Call:
    call = await queries.lock_call_at_retell(session, org_id, retell_call.call_id)
    if call is not None:
        return call
    # A call whose create-phone-call was never answered is recognised by the id we sent along.
    own_id = _own_id(retell_call)
    if own_id is not None:
        call = await queries.lock_call(session, org_id, own_id)
        if call is not None and call.retell_call_id in {None, retell_call.call_id}:
            return call
    await _refuse_erased(session, org_id, retell_call, settings)
    return await _adopt(session, org_id, retell_call)


async def _refuse_erased(
    session: AsyncSession, org_id: UUID, retell_call: RetellCall, settings: Settings
) -> None:
    is_inbound = retell_call.direction == "inbound"
    names = Names(
        retell_call_id=retell_call.call_id,
        own_id=_own_id(retell_call),
        number=retell_call.from_number if is_inbound else retell_call.to_number,
        began_at=retell_call.started_at,
    )
    if await erased.is_erased(session, settings.secret_keys, org_id, names):
        raise CallErased("The call was erased, or whoever it was with.")


def _own_id(retell_call: RetellCall) -> UUID | None:
    try:
        return UUID(str(retell_call.metadata.get(CALL_ID_KEY)))
    except ValueError:
        return None


async def _adopt(session: AsyncSession, org_id: UUID, retell_call: RetellCall) -> Call:
    found = None
    if retell_call.agent_id is not None:
        found = await agents.find_live_at_retell(
            session, org_id, retell_call.agent_id, retell_call.agent_version
        )
    if found is None:
        raise CallUnknownHere("The call's agent is none of this organisation's agents.")
    agent, version = found
    values: JsonObject = {
        "id": ids.new_id(),
        "org_id": org_id,
        "agent_id": agent.id,
        "agent_version": version.version if version else None,
        "source": _source(retell_call),
        "status": CallStatus.DIALING,
        "answered_by": "unknown",
        "variables": {},
        "metadata": {},
        "known": {},
        "transcript": [],
        "tool_uses": [],
        "seen": [],
        "repaired": [],
        "retell_call_id": retell_call.call_id,
        "created_at": retell_call.started_at or clock.now(),
    }
    await session.exec(
        insert(sql_table(Call))
        .values(values)
        .on_conflict_do_nothing(index_elements=["retell_call_id"])
    )
    adopted = await queries.lock_call_at_retell(session, org_id, retell_call.call_id)
    if adopted is None:
        raise CallUnknownHere("The call belongs to another organisation.")
    return adopted


def _source(retell_call: RetellCall) -> CallSource:
    if retell_call.call_type == "web_call":
        return CallSource.WEB
    return CallSource.INBOUND if retell_call.direction == "inbound" else CallSource.OUTBOUND


def _state(call: Call) -> CallState:
    return CallState(
        status=call.status,
        known={name: (rank, value) for name, (rank, value) in call.known.items()},
        seen=frozenset(call.seen),
        turns=tuple(Turn.model_validate(turn) for turn in call.transcript),
        tool_uses=tuple(ToolUse.model_validate(use) for use in call.tool_uses),
    )


def _store(call: Call, outcome: Outcome) -> None:
    state = outcome.state
    if outcome.new_turns:
        call.transcript = [turn.model_dump() for turn in state.turns]
    if state.tool_uses:
        call.tool_uses = [use.model_dump() for use in state.tool_uses]
    call.known = {name: [rank, value] for name, (rank, value) in state.known.items()}
    call.seen = sorted(state.seen)
    call.status = state.status
    call.answered_by, call.answered_by_source = lifecycle.answered_by(state)
    call.status_reason = _text(state.fact("status_reason"))
    call.started_at = _instant(state.fact("started_at"))
    call.ended_at = _instant(state.fact("ended_at"))
    call.duration_ms = _whole(state.fact("duration_ms"))
    call.summary = _text(state.fact("summary"))
    call.sentiment = _text(state.fact("sentiment"))
    call.to_number = call.to_number or _text(state.fact("to_number"))
    call.from_number = call.from_number or _text(state.fact("from_number"))
    if call.dialed_at is None:
        # Made elsewhere, and any of its webhooks may be the one that says what was given to it.
        call.variables = _members(state.fact("variables")) or call.variables
        call.call_metadata = _members(state.fact("metadata")) or call.call_metadata
    call.failure = None
    call.news_at = clock.now()


def _next_check(call: Call, state: CallState, deadlines: DeadlineSettings) -> datetime | None:
    """When to ask Retell unless it speaks first; None once everything has been said."""
    if "analyzed" in call.seen:
        return after(deadlines.in_progress_seconds) if _leg_goes_on(state) else None
    if "ended" in call.seen:
        return after(deadlines.analysis_seconds)
    if call.status is CallStatus.IN_PROGRESS:
        return after(deadlines.in_progress_seconds)
    return after(deadlines.dialing_seconds)


def _leg_goes_on(state: CallState) -> bool:
    return lifecycle.leg_goes_on(state.fact("status_reason"), state.seen)


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: JsonValue) -> int | None:
    return value if isinstance(value, int) else None


def _instant(value: JsonValue) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _members(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
