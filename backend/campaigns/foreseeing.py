"""What a forecast is made from: who is left, what was seen, and which lines there are."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import capacity
from backend.campaigns import forecast, gate, queries, service, tallies
from backend.campaigns.forecast import Ahead, Forecast, Lines, Open, Seen
from backend.campaigns.models import AttemptOutcome, CampaignContact
from backend.campaigns.outcomes import Made
from backend.campaigns.policy import Policy
from backend.campaigns.zones import zones_of_contact
from backend.platform import clock, db
from backend.platform.settings import Settings

# How many contacts a forecast plays out; more are stood for by these.
_PLAYED = 400


async def foresee(
    sessions: db.Sessions, org_id: UUID, campaign_id: UUID, settings: Settings
) -> tuple[Forecast | None, int, Mapping[str, int]]:
    """Forecast a campaign; with how many are left, and how many of them would be refused now."""
    async with db.transaction(sessions) as session:
        campaign = await service.get_campaign(session, org_id, campaign_id)
        total = await tallies.count_waiting(session, campaign_id)
        some = await tallies.list_some_waiting(session, campaign_id, total, _PLAYED)
        seen = _seen(*await tallies.read_seen(session, campaign_id))
        limit = await capacity.find_limit(session, org_id)
        purpose = await service.find_purpose(session, campaign)
        refused = await gate.refuse_many(session, campaign, purpose, some, settings)
        made = await _made(session, some)
    policy, now = Policy.model_validate(campaign.policy), clock.now()
    begins = max(now, campaign.starts_at or now)
    held = {"outside_window", "too_many_attempts", "hook_unanswered"}
    playing = [
        Open(zones_of_contact(each), max(each.due_at or begins, begins), made[each.id])
        for each in some
        if refused.get(each.to_number, "outside_window") in held
    ]
    weight = total / len(some) if some else 1.0
    lines = Lines(
        min(campaign.max_concurrent, limit or campaign.max_concurrent),
        settings.dial.starts_per_second,
    )
    ahead = Ahead(policy, playing, seen, lines, begins, campaign.ends_at, weight)
    counts: dict[str, int] = {}
    for reason in refused.values():
        counts[reason] = counts.get(reason, 0) + 1
    scaled = {reason: round(count * weight) for reason, count in sorted(counts.items())}
    return await asyncio.to_thread(forecast.forecast, ahead), total, scaled


async def _made(
    session: AsyncSession, some: Sequence[CampaignContact]
) -> Mapping[UUID, tuple[Made, ...]]:
    """List the attempts that count of each: they are among those that the policy allows."""
    called = [each.id for each in some if each.attempts]
    made: dict[UUID, tuple[Made, ...]] = {each.id: () for each in some}
    for attempt in await queries.list_attempts(session, called) if called else ():
        if attempt.outcome is not None and attempt.outcome.counts:
            one = Made(attempt.outcome, attempt.claimed_at)
            made[attempt.contact_id] = (*made[attempt.contact_id], one)
    return made


def _seen(outcomes: Mapping[AttemptOutcome, int], done: int, talking_ms: float | None) -> Seen:
    talking = timedelta(milliseconds=talking_ms) if talking_ms else None
    answered = outcomes.get(AttemptOutcome.ANSWERED, 0)
    return Seen(outcomes, answered, min(done, answered), talking)
