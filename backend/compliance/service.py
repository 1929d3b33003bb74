"""Suppressing numbers, keeping consents, and asking the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.compliance import gate, queries
from backend.compliance.errors import ConsentNotFound, ConsentRevoked
from backend.compliance.events import (
    ConsentGiven,
    ConsentWithdrawn,
    SuppressionAdded,
    SuppressionsGrew,
)
from backend.compliance.gate import Refusal
from backend.compliance.models import Consent, Scope, Suppression
from backend.platform import clock, events
from backend.platform.events import JsonObject

BY_RETELL, BY_RECORD, BY_REVOKING = "retell", "record", "consent_revoked"


@dataclass(frozen=True)
class Asked:
    """What is known of one number."""

    suppressions: Sequence[Suppression]
    consents: Sequence[Consent]

    def refusal(self, purpose: str) -> Refusal | None:
        return gate.decide(self.suppressions, self.consents, Scope(purpose))


async def ask(session: AsyncSession, org_id: UUID, number: str) -> Asked | None:
    """Read what speaks against calling a number; None: nothing does, whatever the purpose."""
    suppressions, consents = await queries.list_of_number(session, org_id, number)
    return Asked(suppressions, consents) if suppressions else None


async def ask_for_good(session: AsyncSession, org_id: UUID, number: str) -> Asked | None:
    """Ask as `ask` does, and let nobody be suppressed until the transaction is over.

    So a number whose suppression was answered with success is not dialled afterwards.
    """
    await queries.share_list(session, org_id)
    return await ask(session, org_id, number)


async def suppress(session: AsyncSession, added: Sequence[Suppression]) -> Sequence[Suppression]:
    """Add suppressions of one organisation, announce them, and return those that are new."""
    new = await queries.add_suppressions(session, added)
    if not new:
        return new
    ids = sorted(each.id for each in new)
    await events.publish(
        session,
        *(SuppressionAdded(**_about(each)) for each in new),
        SuppressionsGrew(org_id=new[0].org_id, first_id=ids[0], last_id=ids[-1]),
    )
    return new


def _about(suppression: Suppression) -> JsonObject:
    data = {"suppression_id": str(suppression.id), "scope": suppression.scope.value}
    return {
        "org_id": suppression.org_id,
        "call_id": suppression.call_id,
        "data": data | {"source": suppression.source},
    }


async def suppress_now(session: AsyncSession, suppression: Suppression) -> Suppression:
    """Suppress one number because somebody says so: no dial that asks afterwards goes out."""
    await queries.lock_list(session, suppression.org_id)
    new = await suppress(session, [suppression])
    return new[0] if new else await _same(session, suppression)


async def _same(session: AsyncSession, suppression: Suppression) -> Suppression:
    """Find what was added from the same call before."""
    held = await queries.list_of_numbers(session, suppression.org_id, [suppression.to_number])
    return next(
        each
        for each in held
        if (each.call_id, each.source) == (suppression.call_id, suppression.source)
    )


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
        raise ConsentRevoked(f"It was revoked at {consent.revoked_at.isoformat()}.")
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


async def find_endings(
    session: AsyncSession, org_id: UUID, listed: Sequence[Suppression]
) -> dict[UUID, datetime]:
    """Say which of these are over for all they were meant for, and when that was."""
    numbers = {each.to_number for each in listed}
    of_number: dict[str, list[Consent]] = {}
    for consent in await queries.list_consents_of(session, org_id, numbers):
        of_number.setdefault(consent.to_number, []).append(consent)
    ended = ((each.id, gate.ending(each, of_number.get(each.to_number, []))) for each in listed)
    return {id_: consent.given_at for id_, consent in ended if consent is not None}
