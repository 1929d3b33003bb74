"""What operators can watch of the clean-up."""

from prometheus_client import CollectorRegistry, Counter, generate_latest
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.retention import queries


async def measure(session: AsyncSession) -> bytes:
    """Write what clean-ups have removed, of all organisations."""
    registry = CollectorRegistry()
    removed = Counter(
        "ringback_retention_removed",
        "What clean-ups have removed since the first.",
        ["org", "kind"],
        registry=registry,
    )
    for slug, kind, count in await queries.sum_removed(session):
        removed.labels(slug, kind).inc(count)
    return generate_latest(registry)
