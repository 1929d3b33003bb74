"""How the inbox fares, for people and for Prometheus: what came, what was refused, what lacked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import service as auth
from backend.calls import service as calls
from backend.calls.models import RepairTally
from backend.platform import clock, jobs
from backend.webhooks import queries
from backend.webhooks.models import WebhookState
from backend.webhooks.queries import Tally
from backend.webhooks.schemas import WebhookHealth

WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class Figures:
    """The last 24 hours of one organisation."""

    now: datetime
    inbox: Tally
    rejections: dict[str, int]
    repairs: RepairTally
    worker_seconds: float | None

    @property
    def is_silent(self) -> bool:
        """Whether calls moved on at Retell after the last webhook that reached us."""
        last, repaired = self.inbox.last_received_at, self.repairs.last_at
        return repaired is not None and (last is None or repaired > last)

    def since(self, instant: datetime | None) -> float | None:
        return None if instant is None else (self.now - instant).total_seconds()


async def read_figures(session: AsyncSession, org_id: UUID) -> Figures:
    now = clock.now()
    return Figures(
        now,
        await queries.count_webhooks(session, org_id, now - WINDOW),
        await queries.count_rejections(session, org_id, now - WINDOW),
        await calls.count_repairs(session, org_id, now - WINDOW),
        await jobs.seconds_since_worker(session),
    )


def as_health(figures: Figures, webhook_url: str | None = None) -> WebhookHealth:
    inbox, repairs = figures.inbox, figures.repairs
    return WebhookHealth(
        webhook_url=webhook_url,
        received=inbox.received,
        applied=inbox.by_state.get(WebhookState.APPLIED, 0),
        ignored=inbox.by_state.get(WebhookState.IGNORED, 0),
        failed=inbox.by_state.get(WebhookState.FAILED, 0),
        waiting=inbox.by_state.get(WebhookState.RECEIVED, 0),
        duplicates=inbox.duplicates,
        rejected=figures.rejections,
        missed=repairs.changes,
        repaired_calls=repairs.calls,
        last_repaired_at=repairs.last_at,
        oldest_gap_seconds=figures.since(repairs.oldest_overdue_at),
        last_received_at=inbox.last_received_at,
        seconds_since_last=figures.since(inbox.last_received_at),
        oldest_waiting_seconds=figures.since(inbox.oldest_waiting_at),
        silence_is_suspicious=figures.is_silent,
        last_compared_at=repairs.compared_at,
        comparison_failing_since=repairs.failing_since,
        comparison_failure=repairs.failure,
        seconds_since_worker=figures.worker_seconds,
    )


async def as_metrics(session: AsyncSession) -> bytes:
    """Write the figures of all organisations in Prometheus' format, the same in every process."""
    registry = CollectorRegistry()
    gauges = {
        name: Gauge(f"ringback_{name}", about, ["org", *labels], registry=registry)
        for name, (about, *labels) in _GAUGES.items()
    }
    worker_seconds = await jobs.seconds_since_worker(session)
    about = "Seconds since any worker gave a sign of life; NaN: none ever did."
    worker = Gauge("ringback_worker_seconds_since_sign", about, registry=registry)
    worker.set(float("nan") if worker_seconds is None else worker_seconds)
    for org in await auth.list_organisations(session):
        figures = await read_figures(session, org.id)
        health = as_health(figures)
        for state in ("applied", "ignored", "failed", "waiting"):
            gauges["webhooks"].labels(org.slug, state).set(getattr(health, state))
        for reason, count in health.rejected.items():
            gauges["webhooks_rejected"].labels(org.slug, reason).set(count)
        seconds = figures.since(health.last_compared_at)
        compared = gauges["calls_seconds_since_compared"].labels(org.slug)
        compared.set(float("nan") if seconds is None else seconds)
        is_failing = health.comparison_failing_since is not None
        gauges["calls_comparison_failing"].labels(org.slug).set(is_failing)
        for name in _PLAIN:
            value = getattr(health, _PLAIN[name])
            gauges[name].labels(org.slug).set(float("nan") if value is None else value)
    return generate_latest(registry)


_GAUGES = {
    "webhooks": ("Webhooks stored in the last 24 hours.", "state"),
    "webhooks_rejected": ("Webhooks refused in the last 24 hours.", "reason"),
    "webhooks_duplicates": ("Exact repeats in the last 24 hours.",),
    "webhooks_missed": ("Changes learned by asking Retell in the last 24 hours.",),
    "calls_repaired": ("Calls that lacked news in the last 24 hours.",),
    "webhooks_seconds_since_last": ("Seconds since the last webhook; NaN: none ever.",),
    "webhooks_oldest_waiting_seconds": ("Age of the oldest webhook not applied; NaN: none.",),
    "calls_oldest_gap_seconds": ("How long the longest-awaited news is overdue; NaN: none.",),
    "calls_seconds_since_compared": ("Seconds since Retell's list was compared; NaN: never.",),
    "calls_comparison_failing": ("1 while Retell's list cannot be compared with ours.",),
    "webhooks_silence_is_suspicious": ("1 when calls moved on and no webhook told so.",),
}
_PLAIN = {
    "webhooks_duplicates": "duplicates",
    "webhooks_missed": "missed",
    "calls_repaired": "repaired_calls",
    "webhooks_seconds_since_last": "seconds_since_last",
    "webhooks_oldest_waiting_seconds": "oldest_waiting_seconds",
    "calls_oldest_gap_seconds": "oldest_gap_seconds",
    "webhooks_silence_is_suspicious": "silence_is_suspicious",
}
