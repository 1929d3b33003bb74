"""Suppressing numbers and keeping consents."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.compliance import gate, outliving, queries
from backend.compliance.errors import (
    CallUnknown,
    ConsentNotFound,
    ConsentRevoked,
    SuppressionNotFound,
)
from backend.compliance.events import (
    ConsentGiven,
    ConsentWithdrawn,
    SuppressionAdded,
    SuppressionsGrew,
)
from backend.compliance.gate import BY_REVOKING
from backend.compliance.models import Consent, Suppression, SuppressionQuote
from backend.platform import clock, events
from backend.platform.errors import FieldError
from backend.platform.events import JsonObject

BY_RETELL, BY_RECORD, BY_TRANSCRIPT = "retell", "record", "transcript"
# What others are told of sources; those that people name may be anything, also personal.
_TOLD_SOURCES = frozenset({BY_RETELL, BY_RECORD, BY_TRANSCRIPT, BY_REVOKING, "person", "list"})


async def suppress(session: AsyncSession, added: Sequence[Suppression]) -> Sequence[Suppression]:
    """Add suppressions of one organisation, announce them, and return those that are new.

    A dial that has asked the gate a moment before goes out: see `suppress_now`.
    """
    new = await queries.add_suppressions(session, added)
    if not new:
        return new
    call_ids = {each.call_id for each in new if each.call_id is not None}
    agents = await queries.list_agents_of_calls(session, new[0].org_id, call_ids)
    ids = sorted(each.id for each in new)
    await events.publish(
        session,
        *(SuppressionAdded(**_about(each, agents)) for each in new),
        SuppressionsGrew(org_id=new[0].org_id, first_id=ids[0], last_id=ids[-1]),
    )
    return new


def _about(suppression: Suppression, agents: Mapping[UUID, UUID]) -> JsonObject:
    source = suppression.source if suppression.source in _TOLD_SOURCES else "other"
    data = {"suppression_id": str(suppression.id), "scope": suppression.scope.value}
    return {
        "org_id": suppression.org_id,
        "agent_id": agents.get(suppression.call_id) if suppression.call_id else None,
        "call_id": suppression.call_id,
        "data": data | {"source": source},
    }


async def suppress_now(session: AsyncSession, suppression: Suppression) -> Suppression:
    """Suppress one number because somebody says so: no dial that asks afterwards goes out.

    Where all that is meant is suppressed already, what suppresses it is returned.
    """
    org_id, call_id = suppression.org_id, suppression.call_id
    if call_id and not await queries.list_agents_of_calls(session, org_id, [call_id]):
        detail = f"There is no call {call_id}."
        raise CallUnknown(detail, errors=[FieldError("/call_id", detail)])
    return (await suppress_listed(session, org_id, [suppression]))[0]


async def suppress_listed(
    session: AsyncSession,
    org_id: UUID,
    wanted: Sequence[Suppression],
    *,
    undated: Collection[UUID] = (),
) -> Sequence[Suppression]:
    """Suppress several numbers as `suppress_now` does, and return what suppresses each.

    It is for what people say, which is never left out: what a call itself says goes to `suppress`.
    """
    await queries.lock_list(session, org_id)
    standing = await find_standing(session, org_id, wanted, undated=undated)
    new = [own for own, found in zip(wanted, standing, strict=True) if found is own]
    await suppress(session, new)
    return standing


async def find_standing(
    session: AsyncSession,
    org_id: UUID,
    wanted: Sequence[Suppression],
    *,
    undated: Collection[UUID] = (),
) -> Sequence[Suppression]:
    """Find what would suppress each of these numbers: what is there already, or the new one.

    Who asked before is no answer to who asks once more later, but for those `undated`: nobody
    says when they asked, so it may be what is there already.
    """
    numbers = {each.to_number for each in wanted}
    held: dict[str, list[Suppression]] = {number: [] for number in numbers}
    agreed: dict[str, list[Consent]] = {number: [] for number in numbers}
    for suppression in await queries.list_of_numbers(session, org_id, numbers):
        held[suppression.to_number].append(suppression)
    for consent in await queries.list_consents_of(session, org_id, numbers):
        agreed[consent.to_number].append(consent)
    standing = []
    for each in wanted:
        of_number = held[each.to_number]
        as_late = [old for old in of_number if each.id in undated or old.asked_at >= each.asked_at]
        found = gate.covers(as_late, agreed[each.to_number], each.scope)
        # What has ended since, and comes once more as it was, is not new.
        again = (old for old in of_number if _is_told_again(old, each))
        standing.append(found or next(again, each))
        if standing[-1] is each:
            of_number.append(each)
    return standing


def _is_told_again(old: Suppression, new: Suppression) -> bool:
    return (old.scope, old.asked_at) == (new.scope, new.asked_at)


async def keep_quote(
    session: AsyncSession, suppression: Suppression, field: str, quote: str
) -> None:
    """Keep the words by which somebody was suppressed, for as long as there is the call."""
    if suppression.call_id is not None:
        session.add(
            SuppressionQuote(
                suppression_id=suppression.id,
                org_id=suppression.org_id,
                call_id=suppression.call_id,
                field=field,
                quote=quote,
            )
        )
        await session.flush()


async def give_consent(session: AsyncSession, consent: Consent) -> Consent:
    session.add(consent)
    await session.flush()
    await events.publish(session, ConsentGiven(**_about_consent(consent)))
    return consent


async def revoke_consent(
    session: AsyncSession, org_id: UUID, consent_id: UUID, revoked_by: UUID
) -> Consent:
    """Revoke a consent, which is to ask not to be called: it suppresses what was agreed to."""
    await queries.lock_list(session, org_id)
    consent = await queries.lock_consent(session, org_id, consent_id)
    if consent is None:
        raise ConsentNotFound(f"There is no consent {consent_id}.")
    if consent.revoked_at is not None:
        raise ConsentRevoked(f"It was revoked on {consent.revoked_at:%Y-%m-%d}.")
    consent.revoked_at, consent.revoked_by = clock.now(), revoked_by
    await session.flush()
    await events.publish(session, ConsentWithdrawn(**_about_consent(consent)))
    revoked = Suppression(
        org_id=org_id,
        to_number=consent.to_number,
        scope=consent.purpose,
        source=BY_REVOKING,
        created_by=revoked_by,
    )
    await suppress(session, [revoked])
    return consent


def _about_consent(consent: Consent) -> JsonObject:
    data = {"consent_id": str(consent.id), "purpose": consent.purpose.value}
    return {"org_id": consent.org_id, "data": data | {"kind": consent.kind.value}}


async def get_suppression(session: AsyncSession, org_id: UUID, suppression_id: UUID) -> Suppression:
    found = await queries.find_suppression(session, org_id, suppression_id)
    if found is None:
        raise SuppressionNotFound(f"There is no suppression {suppression_id}.")
    return found


async def find_endings(
    session: AsyncSession, org_id: UUID, listed: Sequence[Suppression]
) -> dict[UUID, datetime]:
    """Say which of these are over for all they were meant for, and when that was."""
    numbers = {each.to_number for each in listed}
    of_number: dict[str, list[Consent]] = {}
    for consent in await queries.list_consents_of(session, org_id, numbers):
        of_number.setdefault(consent.to_number, []).append(consent)
    ended = ((each.id, gate.ended_at(each, of_number.get(each.to_number, []))) for each in listed)
    return {id_: at for id_, at in ended if at is not None}


async def list_numbers_suppressed(
    session: AsyncSession, org_id: UUID, first_id: UUID, last_id: UUID
) -> Sequence[str]:
    """List the numbers of suppressions from one id to another, each once."""
    return await queries.list_numbers_between(session, org_id, first_id, last_id)


async def find_quotes(
    session: AsyncSession, listed: Sequence[Suppression]
) -> dict[UUID, SuppressionQuote]:
    """Find the words by which these came about, where they came about by words."""
    found = await queries.list_quotes(session, [each.id for each in listed])
    return {each.suppression_id: each for each in found}


async def list_names_to_keep(
    session: AsyncSession, org_id: UUID, numbers: Collection[str]
) -> Sequence[str]:
    """Name what is to be kept of numbers that are erased: which are not to be called."""
    return await outliving.list_names(session, org_id, numbers)
