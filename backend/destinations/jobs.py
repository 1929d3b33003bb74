"""The destinations room's jobs: replays, switching off what has failed for days, upkeep."""

from datetime import timedelta

from backend.destinations import following, notices, replaying, upkeep
from backend.destinations.events import DestinationDisabled, ReplayRequested
from backend.destinations.lanes import deliver as deliver
from backend.destinations.models import DeliveryStatus
from backend.destinations.queries import Which
from backend.platform import clock
from backend.providers.runtime import Runtime


async def replay_deliveries(runtime: Runtime, event: ReplayRequested) -> None:
    statuses = [DeliveryStatus(status) for status in event.statuses]
    which = Which(event.destination_id, event.since, event.until, statuses)
    await replaying.replay_many(runtime.sessions, which)


async def tell_administrators(runtime: Runtime, event: DestinationDisabled) -> None:
    """Tell by mail that a destination was switched off. Without a mail server the feed has it."""
    if runtime.settings.smtp.url is not None:
        await notices.tell_administrators(runtime, event)


async def switch_off_failing(runtime: Runtime) -> None:
    """Switch off what has done nothing but fail for five days."""
    await upkeep.switch_off_failing(runtime.sessions)


async def follow_runs(runtime: Runtime) -> None:
    """Ask what became of what was started elsewhere."""
    await following.follow_runs(runtime)


async def prune(runtime: Runtime) -> None:
    """Drop the books of what happened longer ago than the settings say."""
    days = runtime.settings.deliveries.retention_days
    await upkeep.prune(runtime.sessions, clock.now() - timedelta(days=days))
