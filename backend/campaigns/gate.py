"""What the gate would say of many contacts, before any of them is called."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents.models import Purpose
from backend.campaigns.models import Campaign
from backend.compliance import service as compliance
from backend.platform.settings import Settings


class Reachable(Protocol):
    """Somebody with a number, and what is known of where they are."""

    @property
    def to_number(self) -> str: ...
    @property
    def time_zone(self) -> str | None: ...
    @property
    def postal_code(self) -> str | None: ...


async def refuse_many(
    session: AsyncSession,
    campaign: Campaign,
    purpose: Purpose,
    asked: Sequence[Reachable],
    settings: Settings,
) -> Mapping[str, str]:
    """Name the refusal of each number that would be refused now."""
    refused = {}
    for each in asked:
        known = await compliance.ask(session, campaign.org_id, each.to_number, settings.secret_keys)
        refusal = known.refusal(purpose) if known is not None else None
        if refusal is not None:
            refused[each.to_number] = refusal.name
    return refused
