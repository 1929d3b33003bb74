"""How long what is kept: set by the organisation, and by it for some agents differently."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.platform import clock
from backend.platform.errors import FieldError, pointer_to
from backend.platform.people.personal_data import KeptKind, Old
from backend.platform.settings import Settings
from backend.retention import queries
from backend.retention.errors import PeriodInvalid
from backend.retention.models import RetentionPolicy

OF_CALLS = (KeptKind.RECORDINGS, KeptKind.TRANSCRIPTS, KeptKind.RECORDS, KeptKind.CALLS)
BY_THEMSELVES = (KeptKind.WEBHOOKS, KeptKind.EVENTS, KeptKind.AUDIT)

Days = Mapping[str, int | None]


class Due(NamedTuple):
    """What of a kind is over its time; `mark` names how far the clean-up has been with it."""

    kind: KeptKind
    mark: str
    old: Old


async def get_policy(session: AsyncSession, org_id: UUID) -> RetentionPolicy:
    """Return what the organisation has set, or that it has set nothing."""
    found = await queries.find_policy(session, org_id)
    return found or RetentionPolicy(org_id=org_id)


async def set_policy(
    session: AsyncSession,
    org_id: UUID,
    periods: Days,
    of_agents: Mapping[UUID, Days],
    settings: Settings,
) -> RetentionPolicy:
    """Set all periods. The next clean-up looks through everything again."""
    _refuse_too_long(periods, settings)
    for agent_id in of_agents:
        await agents.get_agent(session, org_id, agent_id)
    own = {str(agent_id): dict(days) for agent_id, days in of_agents.items() if days}
    await queries.put_policy(
        session, org_id, {"periods": dict(periods), "agents": own, "updated_at": clock.now()}
    )
    return await get_policy(session, org_id)


def _refuse_too_long(periods: Days, settings: Settings) -> None:
    most = {
        KeptKind.WEBHOOKS: ("INBOX_RETENTION_DAYS", settings.inbox.retention_days),
        KeptKind.EVENTS: ("EVENTS_RETENTION_DAYS", settings.events.retention_days),
    }
    wrong = [
        FieldError(pointer_to(kind.value), f"At most {days}, as {setting} says.")
        for kind, (setting, days) in most.items()
        if (periods.get(kind.value) or 0) > days
    ]
    if wrong:
        raise PeriodInvalid(" ".join(each.message for each in wrong), errors=wrong)


def list_due(policy: RetentionPolicy, now: datetime) -> Iterator[Due]:
    """Say what is over its time, an agent's own period going before the organisation's."""
    for kind in OF_CALLS:
        own = {UUID(agent): days[kind] for agent, days in policy.agents.items() if kind in days}
        for agent_id, days in sorted(own.items()):
            if days is not None:
                old = Old(policy.org_id, _before(now, days), only=frozenset({agent_id}))
                yield Due(kind, f"{kind} {agent_id}", old)
        if (days := policy.periods.get(kind)) is not None:
            yield Due(kind, kind, Old(policy.org_id, _before(now, days), but=frozenset(own)))
    for kind in BY_THEMSELVES:
        if (days := policy.periods.get(kind)) is not None:
            yield Due(kind, kind, Old(policy.org_id, _before(now, days)))


def _before(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)
