"""What operators can watch of this process's feed, at `/metrics`."""

import asyncio

from prometheus_client import Counter, Gauge

STREAMS = Gauge("ringback_feed_streams", "Streams that are open in this process.")
OPENED = Counter("ringback_feed_streams_opened", "Streams that were opened in this process.")
BEHIND = Counter(
    "ringback_feed_streams_behind", "Streams ended because events came faster than they were read."
)
STALLED = Counter("ringback_feed_streams_stalled", "Streams ended because nobody read them.")
RECONNECTIONS = Counter(
    "ringback_feed_reconnections", "How often the feed's connection to the database was lost."
)
HELD_BACK_SECONDS = Gauge(
    "ringback_feed_held_back_seconds",
    "How long this process's feed has waited for an older transaction of the cluster to end.",
)
TASKS = Gauge("ringback_tasks", "Tasks of this process's event loop: a handful for each stream.")
TASKS.set_function(lambda: len(asyncio.all_tasks()))
