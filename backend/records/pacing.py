"""Waiting for a model's provider whose limits are reached: that is no failed attempt."""

import random
from datetime import timedelta

from backend.platform import clock, db, events
from backend.platform.events import Event
from backend.providers.llm_errors import LlmPaced
from backend.providers.runtime import Runtime


async def come_back(runtime: Runtime, event: Event, paced: LlmPaced) -> None:
    """Publish an event once more for when the provider's limits allow."""
    # Apart from each other, so that those who wait do not all come back at once.
    wait = timedelta(seconds=(paced.retry_after or 1.0) * random.uniform(1.0, 1.5))  # noqa: S311 - jitter
    async with db.transaction(runtime.sessions) as session:
        await events.publish(session, event, at=clock.now() + wait)
