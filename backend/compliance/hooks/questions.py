"""The question to a hook, as it is written down and sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.compliance import queries
from backend.compliance.callee import Callee
from backend.compliance.hooks.models import Inquiry
from backend.compliance.models import Consent, Scope
from backend.compliance.places import places_of, zones_of
from backend.platform import clock
from backend.platform.events import JsonObject
from backend.platform.outbound.signing import sign

EVENT = "dial.check"


@dataclass(frozen=True)
class Asked:
    """About whom hooks are asked, and for whose call."""

    org_id: UUID
    callee: Callee
    purpose: Scope
    agent_id: UUID | None = None
    call_id: UUID | None = None
    campaign_id: str | None = None
    at: datetime | None = field(default=None, kw_only=True)
    is_test: bool = field(default=False, kw_only=True)

    @property
    def to_number(self) -> str:
        return self.callee.number


async def find_facts(session: AsyncSession, asked: Asked) -> JsonObject:
    """Say what is known of a number: the latest consent to such calls, and where it may be."""
    agreed = await queries.list_consents_of(session, asked.org_id, [asked.to_number])
    valid = [
        each
        for each in agreed
        if each.revoked_at is None and each.purpose in {Scope.ALL, asked.purpose}
    ]
    latest = max(valid, key=lambda each: each.given_at, default=None)
    return {
        "consent": _told(latest) if latest is not None else None,
        "time_zones": list(zones_of(places_of(asked.callee))),
    }


def _told(consent: Consent) -> JsonObject:
    return {"kind": consent.kind.value, "given_at": consent.given_at.isoformat()}


def write(inquiry: Inquiry, asked: Asked, facts: JsonObject) -> JsonObject:
    """Write the question: what is kept is what is sent."""
    data: dict[str, Any] = {
        "id": str(inquiry.id),
        "to_number": asked.to_number,
        "purpose": asked.purpose.value,
        "agent_id": _text(asked.agent_id),
        "call_id": _text(asked.call_id),
        "campaign_id": asked.campaign_id,
        **facts,
    }
    if asked.is_test:
        data["test"] = True
    return {"type": EVENT, "timestamp": inquiry.created_at.isoformat(), "data": data}


def _text(name: UUID | None) -> str | None:
    return None if name is None else str(name)


def body(inquiry: Inquiry) -> bytes:
    return to_json(inquiry.question)


def headers(inquiry: Inquiry, content: bytes, signing: Sequence[str]) -> dict[str, str]:
    return sign(signing, str(inquiry.id), clock.now(), content) | {
        "content-type": "application/json",
        "accept": "application/json",
        "accept-encoding": "identity",
        "user-agent": "Ringback",
    }
