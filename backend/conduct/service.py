"""Looking at what was said in a call, and what follows from it."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import gating, masking, service as calls
from backend.calls.errors import CallNotFound
from backend.calls.models import Call, CallSource, Turn
from backend.calls.suppressing import other_side
from backend.compliance import asking, service as compliance
from backend.compliance.models import Scope, Suppression
from backend.compliance.rules import Rule
from backend.conduct.errors import OptOutNotDoubted
from backend.conduct.hearing import Said, find_denial, find_disclosure, find_opt_out
from backend.conduct.models import HEARING, CallConduct, OptOutStatus
from backend.platform import clock
from backend.platform.events import JsonObject

# Where the words of a suppression stand, in place of a record's field.
IN_TRANSCRIPT = "transcript"
# So many characters take some milliseconds.
_LONG = 1_000

_T = TypeVar("_T")


async def check_call(
    session: AsyncSession, org_id: UUID, call_id: UUID, *, may_suppress: bool = True
) -> None:
    """Look at a call's transcript as it is now, by the rules of when the call was.

    Twice is as once. Where it may not suppress, what became of an opt-out before stays.
    """
    try:
        call = await calls.lock_call(session, org_id, call_id)
    except CallNotFound:
        return  # Erased meanwhile.
    turns = [Turn.model_validate(turn) for turn in call.transcript]
    if not turns:
        return
    known = await session.get(CallConduct, call_id)
    found = known or CallConduct(
        call_id=call_id, org_id=org_id, agent_id=call.agent_id, called_at=_when(call)
    )
    demanded = await _demanded(session, call)
    found.disclosures = await _beside(turns, lambda: [_disclosed(rule, turns) for rule in demanded])
    found.lacks = sorted(
        {str(each["disclosure"]) for each in found.disclosures if each["turn"] is None}
    )
    denial = await _beside(turns, lambda: _denied(call, turns))
    found.denial = {"turn": denial.turn, "quote": denial.quote} if denial else None
    found.checked_at, found.hearing = clock.now(), HEARING
    session.add(found)
    await session.flush()
    if known is None or may_suppress:
        await _look_for_opt_out(session, call, found, turns, may_suppress=may_suppress)


async def _beside(turns: Sequence[Turn], look: Callable[[], _T]) -> _T:
    """Look through what was said: beside the event loop where that takes long."""
    is_long = sum(len(turn.text) for turn in turns) > _LONG
    return await asyncio.to_thread(look) if is_long else look()


def _when(call: Call) -> datetime:
    return call.started_at or call.created_at


async def _demanded(session: AsyncSession, call: Call) -> Sequence[Rule]:
    """Name the rules that ask for a disclosure in a call: laws bind those that are placed."""
    if call.source is not CallSource.OUTBOUND:
        return []
    config = await masking.config_of(session, call)
    return await asking.list_disclosures(
        session, call.org_id, Scope(config.purpose), gating.callee_of(call), at=_when(call)
    )


def _disclosed(rule: Rule, turns: Sequence[Turn]) -> JsonObject:
    said = find_disclosure(rule.disclosure or "", turns)
    return {
        "disclosure": rule.disclosure,
        "rule": {**rule.told()},
        "turn": said.turn if said else None,
        "quote": said.quote if said else None,
    }


def _denied(call: Call, turns: Sequence[Turn]) -> Said | None:
    """Find where a machine says that it is none. In recordings from elsewhere people may speak."""
    return None if call.source is CallSource.UPLOAD else find_denial(turns)


async def _look_for_opt_out(
    session: AsyncSession,
    call: Call,
    found: CallConduct,
    turns: Sequence[Turn],
    *,
    may_suppress: bool,
) -> None:
    """Suppress who asked, have a person judge who may have asked, and keep what was decided."""
    number = other_side(call)
    is_dismissed = found.opt_out_status is OptOutStatus.DISMISSED
    if number is None or found.suppression_id or (found.decided_at and not is_dismissed):
        return
    config = await masking.config_of(session, call)
    spoken = _languages(call, config.language)
    none = _dismissed(found)
    heard = await _beside(
        turns,
        lambda: find_opt_out(
            turns, is_machine=call.answered_by.is_machine, languages=spoken, but=none
        ),
    )
    if heard is not None:
        found.opt_out = {"turn": heard.turn, "quote": heard.quote, "is_sure": heard.is_sure}
        found.opt_out |= {"dismissed": none} if none else {}
        found.decided_by = found.decided_at = None
        # Only what comes of its analysis says whether a machine spoke.
        is_sure = heard.is_sure and may_suppress and "analyzed" in call.seen
        await _follow(session, found, _asked(call, number), is_sure=is_sure)
    elif not is_dismissed:
        found.opt_out = found.opt_out_status = None


def _languages(call: Call, of_agent: str | Sequence[str]) -> frozenset[str]:
    """Name the languages that are spoken: those of the agent, and what was heard in a recording."""
    named = [of_agent] if isinstance(of_agent, str) else of_agent
    codes = (re.split("[-_]", each)[0].lower() for each in (*named, call.language or ""))
    return frozenset(code for code in codes if code)


def _dismissed(found: CallConduct) -> list[str]:
    """List the quotes that somebody said to be none. A decision is on its quote alone."""
    said = found.opt_out or {}
    none = [str(quote) for quote in said.get("dismissed", ())]
    if found.opt_out_status is OptOutStatus.DISMISSED and said["quote"] not in none:
        none.append(str(said["quote"]))
    return none


async def _follow(
    session: AsyncSession, found: CallConduct, asked: Suppression, *, is_sure: bool
) -> None:
    (standing,) = await compliance.find_standing(session, asked.org_id, [asked])
    if standing is not asked:
        found.opt_out_status = OptOutStatus.RECORDED
    elif is_sure:
        await compliance.suppress(session, [asked])
        await _keep(session, found, asked)
    else:
        found.opt_out_status = OptOutStatus.NEEDS_REVIEW


def _asked(call: Call, number: str, by: UUID | None = None) -> Suppression:
    return Suppression(
        org_id=call.org_id,
        to_number=number,
        scope=Scope.ALL,
        source=compliance.BY_TRANSCRIPT,
        call_id=call.id,
        created_by=by,
        asked_at=call.ended_at or call.created_at,
    )


async def _keep(session: AsyncSession, found: CallConduct, asked: Suppression) -> None:
    quote = str((found.opt_out or {}).get("quote", ""))
    await compliance.keep_quote(session, asked, IN_TRANSCRIPT, quote)
    found.opt_out_status, found.suppression_id = OptOutStatus.SUPPRESSED, asked.id


async def decide(
    session: AsyncSession, org_id: UUID, call_id: UUID, *, is_opt_out: bool, by: UUID
) -> CallConduct:
    """Say whether words that may have been an opt-out were one. Then it holds at once.

    Where they were none, what else may have been one is the next to decide on.
    """
    call = await calls.lock_call(session, org_id, call_id)
    found = await session.get(CallConduct, call_id)
    number = other_side(call)
    if found is None or number is None or found.opt_out_status is not OptOutStatus.NEEDS_REVIEW:
        raise OptOutNotDoubted("Nothing in this call waits for somebody to decide on it.")
    if is_opt_out:
        asked = _asked(call, number, by)
        standing = await compliance.suppress_now(session, asked)
        if standing is asked:
            await _keep(session, found, asked)
        else:
            found.opt_out_status = OptOutStatus.RECORDED
    else:
        found.opt_out_status = OptOutStatus.DISMISSED
    found.decided_by, found.decided_at = by, clock.now()
    if not is_opt_out:
        turns = [Turn.model_validate(turn) for turn in call.transcript]
        await _look_for_opt_out(session, call, found, turns, may_suppress=False)
    await session.flush()
    return found


async def find_conduct(session: AsyncSession, org_id: UUID, call_id: UUID) -> CallConduct | None:
    """Find what was said in a call that counts; None: nobody has looked yet."""
    await calls.get_call(session, org_id, call_id)
    return await session.get(CallConduct, call_id)
